"""What was refused or taken back does not come back through another door."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from knowledge_base import steps
from knowledge_base.approving import Complete
from knowledge_base.exchange.batches import problems_of
from knowledge_base.exchange.report import ImportReport
from knowledge_base.history import journeys_of
from knowledge_base.institutions import KIND
from knowledge_base.journeys import State
from knowledge_base.receiving import receive
from knowledge_base.records import Record, get_record
from knowledge_base.tables import questions, records
from tests.knowledge_base.conftest import World
from tests.knowledge_base.exchange.conftest import (
    Importing,
    importer,
    item,
    write_lines,
)


def refuse(world: World, record: str) -> None:
    world.concern(record, "named", world.people)
    world.refuse(record, world.steward)


def withdraw(world: World, record: str) -> None:
    world.concern(record, "named", world.people)
    world.withdraw(record, world.steward)


def withdraw_and_erase(world: World, record: str) -> None:
    withdraw(world, record)
    world.take(record, steps.Erased(), by=world.steward)


def only(world: World, *but: str) -> Record:
    """The one item in the store beside those."""
    query = select(records.c.id).where(
        records.c.kind == "item", records.c.id.not_in(but)
    )
    with world.store.reading() as db:
        return get_record(db, db.scalars(query).one())


def elsewhere(world: World, path: Path, **more: Any) -> ImportReport:
    """The file imported into another collection, of which nobody else is concerned."""
    collection = world.collection()
    report = importer(world)(path, collection=collection, **more)
    world.concern(collection, "nobody")
    return report


def nothing_stands(world: World, record: str) -> bool:
    with world.store.reading() as db:
        states = {one.state for one in journeys_of(db, record)}
    return not states & {State.APPROVED, State.PUBLISHED}


def looks_through_collections(world: World, path: Path) -> bool:
    """Whether importing the file asks what lies in a collection that was refused."""
    said: list[str] = []

    def hear(*args: Any) -> None:
        said.append(args[2])

    engine = world.store._engine
    event.listen(engine, "before_cursor_execute", hear)
    elsewhere(world, path)
    event.remove(engine, "before_cursor_execute", hear)
    return any("FROM records" in one and "FROM words" in one for one in said)


def test_what_lies_in_refused_collections_is_asked_only_where_a_no_stands(
    world: World, tmp_path: Path
) -> None:
    # Before the first no, PostgreSQL would look through every record to find none.
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    assert not looks_through_collections(world, path)
    refuse(world, only(world).id)
    assert looks_through_collections(world, path)


@pytest.mark.parametrize("say_no", [refuse, withdraw, withdraw_and_erase])
def test_what_its_people_said_no_to_comes_in_held_for_them(
    world: World, importing: Importing, tmp_path: Path, say_no: Any
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    importing(path)
    before = only(world)
    say_no(world, before.id)

    report = elsewhere(world, path)

    again = only(world, before.id)
    assert (report.tally.received, report.tally.held) == (1, 1)
    assert [flag.party for flag in again.known.flags] == [world.people]
    assert [problem.row for problem in report.problems] == [1]
    assert "taken back" in report.problems[0].what
    with world.store.reading() as db:
        assert len(list(problems_of(db, report.batch))) == 1
        asked = select(questions.c.party).where(questions.c.record_id == again.id)
        assert world.people in set(db.scalars(asked))


def test_the_archivist_alone_cannot_approve_what_its_people_took_back(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    importing(path)
    before = only(world)
    withdraw(world, before.id)
    elsewhere(world, path)
    again = only(world, before.id)
    world.concern(again.id, "nobody")

    assert not isinstance(world.approve(again.id, world.archivist), Complete)

    assert nothing_stands(world, again.id)


def test_a_record_that_comes_to_say_what_was_taken_back_is_held(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1)]))
    before = only(world)
    collection = world.collection()
    other = importer(world)
    other(
        write_lines(tmp_path / "b.jsonl", [item(1, date="1931")]),
        collection=collection,
    )
    again = only(world, before.id)
    withdraw(world, before.id)

    report = other(tmp_path / "a.jsonl", collection=collection)

    assert report.tally.changed == 1
    with world.store.reading() as db:
        flags = get_record(db, again.id).known.flags
    assert [flag.party for flag in flags] == [world.people]


def test_a_number_says_nothing_about_another_institution(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1)]))
    before = only(world)
    withdraw_and_erase(world, before.id)

    another = receive(
        world.store,
        KIND,
        {"name": ("Another house (invented)",)},
        by=world.operator,
        now=world.later(),
    )
    collection = world.collection(institution=another)
    report = importer(world)(tmp_path / "a.jsonl", collection=collection)

    assert not report.problems
    assert not only(world, before.id).known.flags


def test_what_the_archivist_refused_is_held_without_naming_anybody(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    importing(path)
    before = only(world)
    world.refuse(before.id, world.archivist)

    elsewhere(world, path)

    assert [flag.party for flag in only(world, before.id).known.flags] == [None]


def test_a_preview_tells_what_would_be_held_and_writes_nothing(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    importing(path)
    before = only(world)
    withdraw(world, before.id)

    report = elsewhere(world, path, dry_run=True)

    assert [problem.row for problem in report.problems] == [1]
    assert only(world).id == before.id
