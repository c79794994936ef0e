"""What was erased from one store does not come into another by being imported."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge_base import steps, tables
from knowledge_base.backups import Since, back_up, restore
from knowledge_base.journeys import State
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import read_key
from knowledge_base.records import get_record
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, START, World
from tests.knowledge_base.exchange.conftest import (
    importer,
    item,
    write_lines,
)
from tests.knowledge_base.exchange.test_importing import record_called

CANARY = "Quillfeather of the invented shore"


@pytest.fixture
def restored(any_world: World, tmp_path: Path) -> tuple[World, str]:
    """A world, and a collection, put back to before the records 1 and 2 came in.

    Of these the first was withdrawn since and the second erased.
    """
    world, old = any_world, tmp_path / "old.zip"
    book = MarkerBook(tmp_path / "markers.jsonl", read_key(tmp_path / "keys"))
    world.store.markers = book
    collection = world.collection()
    back_up(world.store, old, now=world.later())
    path = write_lines(tmp_path / "a.jsonl", [item(1), item(2, title=CANARY)])
    importer(world)(path, collection=collection)
    asked = steps.WithdrawalAsked(party="archivist")
    world.take(record_called(world, "I.1"), asked, by=world.archivist)
    world.take(record_called(world, "I.2"), steps.Erased(), by=world.archivist)
    world.store.close()
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    restore(url, old, since=Since(book=book), now=START)
    world.store = Store.open(
        url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        markers=book,
        keys=None,
    )
    return world, collection


def test_it_arrives_as_taken_back_and_says_nothing(
    restored: tuple[World, str], tmp_path: Path
) -> None:
    world, collection = restored
    path = write_lines(tmp_path / "b.jsonl", [item(1), item(2, title=CANARY), item(3)])
    report = importer(world)(path, collection=collection)
    assert (report.tally.withdrawn, report.tally.received) == (2, 1)
    assert [one.row for one in report.problems] == [1, 2]
    assert "taken back or erased" in report.problems[0].what
    for number in (1, 2):
        record = record_called(world, f"I.{number}")
        assert world.state(record) is State.WITHDRAWN
        with world.store.reading() as db:
            assert get_record(db, record).first("title") == ""
    with world.store.reading() as db:
        texts = db.scalars(select(tables.contents.c.text))
        assert CANARY not in "".join(one or "" for one in texts)


def test_the_same_from_another_source_asks_somebody(
    restored: tuple[World, str], tmp_path: Path
) -> None:
    world, _ = restored
    path = write_lines(tmp_path / "b.jsonl", [item(2, title=CANARY)])
    report = importer(world)(path)
    assert report.tally.received == 1
    record = record_called(world, "I.2")
    with world.store.reading() as db:
        questions = select(func.count()).select_from(tables.questions)
        about = tables.questions.c.record_id == record
        assert (db.scalar(questions.where(about)) or 0) > 0
        assert get_record(db, record).known.flags != ()
    assert "held" in report.problems[0].what
