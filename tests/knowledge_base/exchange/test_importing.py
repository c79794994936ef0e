"""An import twice is an import once, and nothing comes back by itself."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from knowledge_base import steps
from knowledge_base.accounts import add_account
from knowledge_base.approving import Complete
from knowledge_base.asking import ask_about
from knowledge_base.chain import verify
from knowledge_base.columns import KEY_LENGTH
from knowledge_base.exchange.batches import ImportUnderWay, problems_of
from knowledge_base.exchange.mappings import UNTITLED, presets
from knowledge_base.exchange.report import Done
from knowledge_base.exchange.rows import MOST_VALUES
from knowledge_base.exchange.shape import Told
from knowledge_base.exchange.tally import MOST_NAMES
from knowledge_base.history import journeys_of
from knowledge_base.institutions import KIND
from knowledge_base.journeys import State
from knowledge_base.keys import Keyring
from knowledge_base.kinds import shipped_kinds
from knowledge_base.receiving import receive
from knowledge_base.records import NoSuchRecord, get_record
from knowledge_base.rights import Forbidden, Role
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from knowledge_base.tables import (
    batches,
    chain_head,
    question_counts,
    questions,
    ready,
    records,
    row_errors,
)
from knowledge_base.word_lists import give_list
from policies.rulebook import Rulebook
from policies.word_lists import LIST_RULES
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World, make_world
from tests.knowledge_base.exchange.conftest import (
    DEMO,
    Importing,
    importer,
    item,
    write_lines,
    write_table,
)


def head(world: World) -> int:
    with world.store.reading() as db:
        position: int = db.scalar(select(chain_head.c.position)) or 0
        return position


def record_called(world: World, identifier: str) -> str:
    with world.store.reading() as db:
        query = select(records.c.id).where(records.c.identifier == identifier)
        id: str = db.scalars(query).one()
        return id


def table_count(world: World, table: Any) -> int:
    with world.store.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_the_demo_comes_in_whole_on_every_database(any_world: World) -> None:
    take_in = importer(any_world)
    report = take_in(DEMO / "ima.jsonl")
    before = head(any_world)
    again = take_in(DEMO / "ima.jsonl")

    assert (report.tally.received, report.tally.errors) == (541, 0)
    assert report.tally.mended == 4
    assert report.says_no_restriction_field
    assert (again.tally.unchanged, head(any_world)) == (541, before)
    with any_world.store.reading() as db:
        assert verify(db).holds


def test_a_row_is_found_again_in_the_store(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1, place="Nowhere")]))
    with world.store.reading() as db:
        record = get_record(db, record_called(world, "I.1"))
    assert record.first("title") == "Boat 1 (invented)"
    assert record.known.findings is not None
    assert world.state(record.id) is State.IN_REVIEW


def test_errors_are_kept_by_row_and_good_rows_are_not_lost(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    lines: list[Any] = [
        item(1),
        "{broken",
        item(2, title=""),
        item(3, identifier=""),
        item(4),
    ]
    report = importing(write_lines(tmp_path / "a.jsonl", lines))
    assert (report.tally.received, report.tally.errors, report.tally.mended) == (
        3,
        2,
        1,
    )
    with world.store.reading() as db:
        kept = list(problems_of(db, report.batch))
    assert [(one.row, one.is_taken) for one in kept] == [
        (2, False),
        (3, True),
        (4, False),
    ]
    assert tuple(kept) == report.problems
    assert UNTITLED in kept[1].what


def test_several_oddities_in_one_cell_are_one_problem(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    odd = item(1, maker=["N\x93 (invented)", "Two\x00", "Three\x97"])
    report = importing(write_lines(tmp_path / "a.jsonl", [odd]))
    with world.store.reading() as db:
        [problem] = problems_of(db, report.batch)
    assert problem.what.count(";") >= 2
    assert report.tally.received == 1


def test_two_rows_of_one_identifier_are_an_error_and_the_first_stands(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    rows = [item(1), item(1, title="Another (invented)"), item(2)]
    path = write_lines(tmp_path / "a.jsonl", rows)
    report = importing(path)
    assert (report.tally.received, report.tally.errors) == (2, 1)
    assert "row 1 has the same identifier" in report.problems[0].what
    before = head(world)
    importing(path)
    assert head(world) == before


def test_a_number_of_another_kind_is_refused_and_its_record_stays(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1)]))
    before = head(world)
    person = {"identifier": "I.1", "name": "Somebody (invented)"}
    path = write_lines(tmp_path / "b.jsonl", [person])
    report = importing(path, kind=shipped_kinds()["person"])
    with world.store.reading() as db:
        record = get_record(db, record_called(world, "I.1"))
        [kept] = problems_of(db, report.batch)
    assert (report.tally.errors, report.tally.changed, head(world)) == (1, 0, before)
    assert (record.kind, record.first("title")) == ("item", "Boat 1 (invented)")
    assert "--kind item" in kept.what


IMA = {"irn": 7, "accession_number": "7.1", "title": "A boat (invented)", "actors": []}


def house(world: World, name: str) -> tuple[str, Actor]:
    """An institution's collection, and its archivist."""
    content = {"name": (name,)}
    institution = receive(
        world.store, KIND, content, by=world.operator, now=world.later()
    )
    account = add_account(
        world.store,
        name,
        ((Role.ARCHIVIST, institution),),
        by=world.operator,
        now=world.later(),
    )
    archivist = Actor(Voice.INSTITUTION, account=account, reason="own-collection")
    return world.collection(institution=institution), archivist


def test_two_institutions_learn_nothing_of_each_other_by_a_source_they_share(
    world: World, tmp_path: Path
) -> None:
    take_in, mapping = importer(world), presets()["ima"]
    path = write_lines(tmp_path / "a.jsonl", [IMA])
    changed = write_lines(tmp_path / "b.jsonl", [IMA | {"title": "Boats (invented)"}])
    (one, first), (other, second) = house(world, "One"), house(world, "Other")

    take_in(path, collection=one, by=first, mapping=mapping)
    theirs = take_in(changed, collection=other, by=second, mapping=mapping)
    again = take_in(path, collection=one, by=first, mapping=mapping)

    assert (theirs.tally.received, theirs.tally.changed) == (1, 0)
    assert again.tally.unchanged == 1


def test_records_that_stay_in_their_first_collection_are_told(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    mapping = presets()["ima"]
    path = write_lines(tmp_path / "a.jsonl", [IMA])
    importing(path, mapping=mapping)
    report = importing(path, mapping=mapping, collection=world.collection())
    assert (report.tally.unchanged, report.tally.elsewhere) == (1, 1)


def test_what_the_source_changed_is_written_and_nothing_else(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1), item(2)]))
    report = importing(
        write_lines(tmp_path / "b.jsonl", [item(1), item(2, date="1931")])
    )
    assert (report.tally.unchanged, report.tally.changed) == (1, 1)
    with world.store.reading() as db:
        record = get_record(db, record_called(world, "I.2"))
    assert record.first("date") == "1931"
    assert record.length == 4


def approved(world: World, identifier: str) -> str:
    record = record_called(world, identifier)
    world.concern(record, "nobody")
    assert isinstance(world.approve(record, world.archivist), Complete)
    return record


def test_unchanged_records_set_out_towards_a_destination_that_came_later(
    sqlite_url: str, tmp_path: Path
) -> None:
    world = make_world(sqlite_url)
    importing = importer(world)
    path = write_lines(tmp_path / "a.jsonl", [item(1), item(2)])
    importing(path)
    out, gone = approved(world, "I.1"), record_called(world, "I.2")
    asked = steps.WithdrawalAsked(party="archivist")
    world.take(gone, asked, by=world.archivist)
    world.store.close()
    both = (OWN_WIKI, replace(OWN_WIKI, id="later"))
    world.store = Store.open(
        sqlite_url, rulebook=Rulebook.shipped(), destinations=both, keys=None
    )

    report = importing(path, towards=(WIKI, "later"))
    before = head(world)
    importing(path, towards=(WIKI, "later"))

    assert (report.tally.set_out, report.tally.unchanged) == (1, 1)
    with world.store.reading() as db:
        towards = {one.destination: one.state for one in journeys_of(db, out)}
        taken_back = {one.destination for one in journeys_of(db, gone)}
    world.store.close()
    assert towards == {WIKI: State.APPROVED, "later": State.IN_REVIEW}
    assert (taken_back, head(world)) == ({WIKI}, before)


def test_records_of_another_collection_set_out_for_nothing_new(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path, mapping = write_lines(tmp_path / "a.jsonl", [IMA]), presets()["ima"]
    importing(path, mapping=mapping)
    more = {"collection": world.collection(), "towards": (WIKI, "later")}
    assert importing(path, mapping=mapping, **more).tally.set_out == 0


def test_an_approval_lapses_when_the_source_says_something_else(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1), item(2), item(3)]))
    waiting, out, same = (approved(world, f"I.{n}") for n in (1, 2, 3))
    world.publish(out)
    rows = [item(1, date="1931"), item(2, date="1931"), item(3)]
    importing(write_lines(tmp_path / "b.jsonl", rows))
    assert world.state(waiting) is State.IN_REVIEW
    assert world.state(out) is State.CHANGED
    assert world.state(same) is State.APPROVED


def test_nobody_else_concerned_lapses_with_the_people_in_the_record(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1)]))
    record = approved(world, "I.1")
    importing(write_lines(tmp_path / "b.jsonl", [item(1, people=["Ada (invented)"])]))
    with world.store.reading() as db:
        assert get_record(db, record).known.concern.answer == "not-known"


def test_a_withdrawn_record_does_not_come_back(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1), item(2)])
    importing(path)
    record = record_called(world, "I.1")
    asked = steps.WithdrawalAsked(party="archivist")
    world.take(record, asked, by=world.archivist)
    before = head(world)
    report = importing(
        write_lines(tmp_path / "b.jsonl", [item(1, date="1931"), item(2)])
    )
    assert (report.tally.withdrawn, report.tally.unchanged) == (1, 1)
    assert head(world) == before


@pytest.mark.parametrize("towards", [(WIKI,), ()], ids=["to-the-wiki", "nowhere"])
def test_an_erased_record_does_not_come_back(
    world: World, importing: Importing, tmp_path: Path, towards: tuple[str, ...]
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    importing(path, towards=towards)
    record = record_called(world, "I.1")
    world.take(record, steps.Erased(), by=world.archivist)
    report = importing(path, towards=towards)
    assert (report.tally.received, report.tally.withdrawn) == (0, 1)
    with world.store.reading() as db:
        assert not get_record(db, record).content


def test_a_preview_tells_what_would_be_and_writes_nothing(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    lines: list[Any] = [item(1), item(2, maker=[]), "{broken", item(4, shelf="7")]
    path = write_lines(tmp_path / "a.jsonl", lines)
    before = head(world)
    preview = importing(path, dry_run=True)
    assert head(world) == before
    assert table_count(world, batches) == table_count(world, row_errors) == 0

    real = importing(path)
    assert preview.is_preview
    assert preview.tally == real.tally
    assert preview.problems == real.problems
    assert preview.left_out == real.left_out == {"shelf": 1}
    assert preview.tally.findings["hint-no-maker"] == 1
    assert preview.tally.asked["hint-no-maker to archivist"] == 1
    assert preview.tally.held == 3


def test_a_limit_stops_and_the_same_command_goes_on(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(n) for n in range(30)])
    first = importing(path, limit=10)
    second = importing(path)
    assert (first.tally.received, first.is_complete) == (10, False)
    assert (second.resumed_after, second.tally.received) == (10, 30)
    assert second.is_complete


def test_a_doubled_identifier_is_found_across_an_interruption(
    importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1), item(2), item(1, date="1931")])
    importing(path, limit=2)
    report = importing(path)
    assert (report.tally.received, report.tally.errors) == (2, 1)


def test_a_refused_row_leaves_its_identifier_to_a_good_one_also_after_a_stop(
    importing: Importing, tmp_path: Path
) -> None:
    refused = item(1, maker=[str(n) for n in range(MOST_VALUES + 1)])
    path = write_lines(tmp_path / "a.jsonl", [refused, item(2), item(1)])
    importing(path, limit=2)
    report = importing(path)
    assert (report.tally.received, report.tally.errors) == (2, 1)


def test_a_table_with_a_mark_and_semicolons_comes_in(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    rows = [
        ("\ufeffTitle", "Accession number", "Maker", "Shelf"),
        ("Été", "T.1", "Nan | Rua", "7"),
    ]
    path = write_table(tmp_path / "a.csv", rows, ";")
    report = importing(path)
    assert (report.shape.delimiter, report.shape.separator) == (";", "|")
    assert report.left_out == {"Shelf": 1}
    with world.store.reading() as db:
        record = get_record(db, record_called(world, "T.1"))
    assert record.content["maker"] == ("Nan", "Rua")


def test_reading_a_file_otherwise_is_another_batch(
    importing: Importing, tmp_path: Path
) -> None:
    rows = [("title", "identifier", "maker"), ("A", "1", "Nan; Rua")]
    path = write_table(tmp_path / "a.csv", rows, ",")
    first = importing(path)
    second = importing(path, told=Told(separator=""))
    assert first.batch != second.batch
    assert second.tally.changed == 1


def test_progress_is_true_and_ends_at_the_end(
    importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(n) for n in range(350)])
    told: list[Done] = []
    importing(path, progress=told.append)
    assert len(told) > 2
    assert [one.row for one in told] == sorted(one.row for one in told)
    assert (told[-1].position, told[-1].tally.received) == (path.stat().st_size, 350)


def test_two_imports_of_one_file_do_not_both_write(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(n) for n in range(250)])

    def meanwhile(done: Done) -> None:
        if done.row == 100:
            importing(path)

    with pytest.raises(ImportUnderWay):
        importing(path, progress=meanwhile)
    assert importing(path).tally.unchanged == 250
    assert table_count(world, batches) == 1


def test_nobody_imports_without_the_right_to(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    with pytest.raises(Forbidden):
        importing(path, by=world.steward)
    assert table_count(world, batches) == 0


def test_an_operator_imports_changes_too(
    importing: Importing, world: World, tmp_path: Path
) -> None:
    importing(write_lines(tmp_path / "a.jsonl", [item(1)]), by=world.operator)
    changed = write_lines(tmp_path / "b.jsonl", [item(1, date="1931")])
    assert importing(changed, by=world.operator).tally.changed == 1


def test_a_collection_that_is_not_there_is_refused(
    importing: Importing, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", [item(1)])
    with pytest.raises(NoSuchRecord):
        importing(path, collection="0" * 32)


def test_a_preview_tells_nothing_of_a_private_list(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    """Else a dictionary could be tried on it, and nothing would tell of that."""
    by, now, word = world.steward, world.later(), "quilloxin"
    give_list(world.store, world.people, (word,), replaces=0, by=by, now=now)
    lines = [item(n, title=title) for n, title in enumerate(("boat", word))]
    path = write_lines(tmp_path / "a.jsonl", lines)
    only = write_lines(tmp_path / "b.jsonl", [item(1, title=word)])
    other = write_lines(tmp_path / "c.jsonl", [item(1, title="boat")])
    told = [importing(one, dry_run=True).tally for one in (only, other)]
    assert told[0] == told[1]
    seen = importing(path, dry_run=True).tally
    assert not LIST_RULES & seen.findings.keys()
    assert not [one for one in seen.asked if one.split()[0] in LIST_RULES]
    assert importing(path).tally.findings["listed-words"] == 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_odd_column_names_are_counted_by_what_can_be_kept_of_them(
    importing: Importing, tmp_path: Path, dry_run: bool
) -> None:
    odd = {"\ud800x": "1", "\ufffe": "2", "n" * 500: "3"}
    path = write_lines(tmp_path / "a.jsonl", [item(1), item(2, **odd)])
    report = importing(path, dry_run=dry_run)
    names = ["\ufffdx", "\ufffd", "n" * KEY_LENGTH]
    assert report.left_out == dict.fromkeys(names, 1)
    assert report.tally.received == 2


def test_however_many_columns_there_are_few_are_kept_by_name(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    rows = [item(n, **{f"column {n} {m}": "x" for m in range(9)}) for n in range(300)]
    path = write_lines(tmp_path / "a.jsonl", rows)
    preview = importing(path, dry_run=True)
    importing(path, limit=7)
    tally = importing(path).tally
    assert len(tally.left_out) == MOST_NAMES
    assert sum(tally.left_out.values()) + tally.left_out_more == 2_700
    assert tally == preview.tally


def test_evil_text_comes_in_as_it_is(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    evil = ["}} {{evil", "~~~~", "<nowiki>", "=HYPERLINK(1)", "\u202e面具 ŋ ʻ"]
    lines = [item(n, title=text) for n, text in enumerate(evil)]
    report = importing(write_lines(tmp_path / "a.jsonl", lines))
    with world.store.reading() as db:
        titles = [
            get_record(db, record_called(world, f"I.{n}")).first("title")
            for n in range(len(evil))
        ]
    assert titles == evil
    assert report.tally.mended == 0


def test_what_is_kept_of_a_wrong_row_quotes_nothing_of_it(
    world: World, importing: Importing, tmp_path: Path
) -> None:
    """These sentences are not sealed: a column's name is all that they may hold."""
    said = "Quillfeather"
    rows: list[Any] = [
        f'{{"identifier": "1", "title": "{said}',
        f'{{"identifier": "2", "title": "{said}", "title": "{said}"}}',
        f'{{"identifier": "3", "title": "{said}", "price": NaN}}',
        f'["{said}"]',
        item(4, identifier=[said]),
        item(5, identifier=said * 30),
        item(6, maker=[{said: said}]),
        item(7, maker=[f"{said} {n}" for n in range(MOST_VALUES + 1)]),
        item(8, title="", date=said),
        item(9, title=f"{said}\x07\x00"),
        item(10, title=[said, said.upper()]),
        item(11, title=said),
        item(11, title=said.lower()),
    ]
    report = importing(write_lines(tmp_path / "a.jsonl", rows))
    assert report.tally.errors == 9
    with world.store.reading() as db:
        kept = db.execute(select(row_errors.c.field, row_errors.c.what)).all()
    assert len(kept) >= 11
    assert said.lower() not in str(kept).lower()


def _asks(world: World) -> list[set[tuple[Any, ...]]]:
    """What is asked, who is ready, and the numbers that are kept of it."""
    asked = select(*(column for column in questions.columns if column.name != "id"))
    kept = select(question_counts).where(question_counts.c.number != 0)
    with world.store.reading() as db:
        return [
            {tuple(row) for row in db.execute(query)}
            for query in (asked, kept, select(ready))
        ]


def test_what_was_just_written_asks_the_same_as_what_is_read_back(
    sqlite_url: str,
) -> None:
    """The gate is told by the transaction what it wrote, sealed as it stands there."""
    world = make_world(sqlite_url, Keyring(bytes(32)))
    importer(world)(DEMO / "ima.jsonl")
    told = _asks(world)
    assert len(told[0]) > 541
    with world.store.reading() as db:
        ids = list(db.scalars(select(records.c.id).where(records.c.kind == "item")))
    for begins in range(0, len(ids), 100):
        ask_about(world.store, ids[begins : begins + 100], now=world.later())
    assert _asks(world) == told
