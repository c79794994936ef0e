"""What was taken back or erased is marked, and a restored older store learns of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from knowledge_base import steps, tables
from knowledge_base.backups import MarkersNeeded, NotTheNewest, Since, back_up, restore
from knowledge_base.chain import head_of, verify
from knowledge_base.history import journey_of
from knowledge_base.journeys import State
from knowledge_base.keys import Keyring
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import MarkerKey, MarkerKeyUnusable, read_key
from knowledge_base.markers.marker import DamagedMarkers
from knowledge_base.markers.marking import MarkersOwed, owed
from knowledge_base.notes import Note
from knowledge_base.records import get_record
from knowledge_base.recovery import NotCompared
from knowledge_base.rights import Forbidden
from knowledge_base.store import Store
from knowledge_base.workflow import note
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, START, WIKI, World

LATER = START + timedelta(days=30)
CANARY = "Quillfeather of the invented shore"


@pytest.fixture
def book(world: World, tmp_path: Path) -> MarkerBook:
    """The file of markers beside the world's store."""
    made = MarkerBook(tmp_path / "markers.jsonl", read_key(tmp_path / "keys"))
    world.store.markers = made
    return made


def published(world: World, **fields: str) -> str:
    record = world.item(**fields)
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    return record


def withdraw(world: World, record: str) -> None:
    world.take(record, steps.WithdrawalAsked(party=world.people), by=world.steward)


def erased_elsewhere(world: World, record: str) -> None:
    world.take(record, steps.Erased(), by=world.archivist)


class Again:
    """Fills one more store from a backup, and looks into it."""

    def __init__(self, url: str, path: Path) -> None:
        self.url, self.path = url, path
        self.opened: list[Store] = []

    def fill(self, since: Since) -> Store:
        restore(self.url, self.path, since=since, destinations=(OWN_WIKI,), now=LATER)
        rulebook = Rulebook.shipped()
        store = Store.open(
            self.url, rulebook=rulebook, destinations=(OWN_WIKI,), keys=None
        )
        self.opened.append(store)
        return store


@pytest.fixture
def again(any_database_url: str, sqlite_url: str, tmp_path: Path) -> Iterator[Again]:
    """Another, empty store on each database, to be filled from `old.zip`."""
    url = any_database_url
    if url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    made = Again(url, tmp_path / "old.zip")
    yield made
    for store in made.opened:
        store.close()


def state(store: Store, record: str) -> State:
    with store.reading() as db:
        return journey_of(db, record, WIKI).state


def texts(store: Store) -> str:
    with store.reading() as db:
        return "".join(one or "" for one in db.scalars(select(tables.contents.c.text)))


def test_a_marker_is_written_for_each_thing_taken_back(
    world: World, book: MarkerBook
) -> None:
    first, second, third = (world.item(title=CANARY) for _ in range(3))
    withdraw_by_archivist(world, first)
    world.refuse(second, world.archivist)
    erased_elsewhere(world, third)
    told = [(line.marker.record, line.marker.act) for line in book.lines()]
    assert told == [
        (first, "withdrawal-asked"),
        (second, "refused"),
        (third, "erased"),
    ]
    assert CANARY not in book.path.read_text("utf-8")
    assert {line.marker.content for line in book.lines()} != {None}


def withdraw_by_archivist(world: World, record: str) -> None:
    asked = steps.WithdrawalAsked(party="archivist")
    world.take(record, asked, by=world.archivist)


def test_an_older_backup_shows_nothing_of_what_was_taken_back_since(
    world: World, book: MarkerBook, again: Again
) -> None:
    kept, withdrawn = published(world), published(world)
    erased = world.item(title=CANARY)
    back_up(world.store, again.path, now=world.later())
    withdraw(world, withdrawn)
    erased_elsewhere(world, erased)
    store = again.fill(Since(book=book))
    assert state(store, kept) is State.PUBLISHED
    assert state(store, withdrawn) is State.WITHDRAWING
    assert state(store, erased) is State.WITHDRAWN
    assert CANARY not in texts(store)
    with store.reading() as db:
        found = verify(db)
    assert found.holds
    assert found.erased > 0


def test_it_needs_the_markers_or_that_somebody_says_they_are_lost(
    world: World, book: MarkerBook, again: Again
) -> None:
    record = published(world)
    back_up(world.store, again.path, now=world.later())
    withdraw(world, record)
    with world.store.reading() as db:
        newest = head_of(db)
    with pytest.raises(MarkersNeeded, match="markers.jsonl"):
        again.fill(Since())
    with pytest.raises(NotTheNewest):
        again.fill(Since(newest=newest))
    assert state(again.fill(Since(is_lost=True)), record) is State.PUBLISHED


def test_nothing_is_saved_before_the_wiki_was_compared(
    world: World, book: MarkerBook, again: Again
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    back_up(world.store, again.path, now=world.later())
    world.store.close()
    world.store = again.fill(Since(book=book))
    with pytest.raises(NotCompared, match="withcare bot reconcile"):
        world.publish(record)


def test_what_the_backup_knows_of_is_not_taken_back_twice(
    world: World, book: MarkerBook, again: Again
) -> None:
    record = world.item()
    world.refuse(record, world.archivist)
    world.concern(record, "named", world.people)
    back_up(world.store, again.path, now=world.later())
    before = world.length(record)
    store = again.fill(Since(book=book))
    with store.reading() as db:
        head = head_of(db)
    assert head == head_of_store(world.store)
    assert world.length(record) == before


def head_of_store(store: Store) -> tuple[int, str]:
    with store.reading() as db:
        return head_of(db)


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_file_of_markers_that_lacks_a_line_is_refused(
    world: World, book: MarkerBook, tmp_path: Path, line: int
) -> None:
    for _ in range(3):
        erased_elsewhere(world, world.item())
    path = tmp_path / "old.zip"
    back_up(world.store, path, now=world.later())
    lines = book.path.read_bytes().splitlines(keepends=True)
    book.path.write_bytes(b"".join(lines[:line] + lines[line + 1 :]))
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    with pytest.raises(DamagedMarkers, match="another copy"):
        restore(url, path, since=Since(book=book), now=LATER)


def test_a_marker_that_was_edited_is_found(world: World, book: MarkerBook) -> None:
    erased_elsewhere(world, world.item())
    row = json.loads(book.path.read_text("utf-8"))
    row["marker"]["record"] = "0" * 32
    book.path.write_text(json.dumps(row) + "\n", "utf-8")
    with pytest.raises(DamagedMarkers, match="edited"):
        list(book.lines())


def test_half_a_line_is_of_a_step_that_never_was(
    world: World, book: MarkerBook
) -> None:
    erased_elsewhere(world, world.item())
    with book.path.open("ab") as file:
        file.write(b'{"number":2,"mark')
    assert len(list(book.lines())) == 1
    erased_elsewhere(world, world.item())
    assert [line.number for line in book.lines()] == [1, 2]


def test_a_file_that_cannot_be_written_stops_no_withdrawal(
    world: World, book: MarkerBook, tmp_path: Path
) -> None:
    record = published(world)
    book.path.mkdir()
    withdraw(world, record)
    assert world.state(record) is State.WITHDRAWING
    with world.store.reading() as db:
        assert owed(db) == 1
    with pytest.raises(MarkersOwed, match="cannot be written"):
        back_up(world.store, tmp_path / "old.zip", now=world.later())
    book.path.rmdir()
    back_up(world.store, tmp_path / "old.zip", now=world.later())
    assert [line.marker.record for line in book.lines()] == [record]


def test_a_file_that_is_gone_is_written_anew(
    world: World, book: MarkerBook, tmp_path: Path
) -> None:
    """The store has its own copy of what it marked; the next marker brings all back."""
    records = [published(world) for _ in range(3)]
    withdraw(world, records[0])
    withdraw(world, records[1])
    book.path.unlink()
    withdraw(world, records[2])
    back_up(world.store, tmp_path / "old.zip", now=world.later())
    assert [line.marker.record for line in book.lines()] == records


def test_a_sealed_store_learns_it_as_well(
    world: World, book: MarkerBook, again: Again, sqlite_url: str
) -> None:
    """What was taken back is taken back, and with its key every text opens again."""
    keys = Keyring(bytes(range(32)))
    world.store.close()
    world.store = Store.open(
        sqlite_url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        markers=book,
        keys=keys,
    )
    taken_back, stands = published(world, title=CANARY), published(world)
    back_up(world.store, again.path, now=world.later())
    withdraw(world, taken_back)
    restore(
        again.url,
        again.path,
        since=Since(book=book),
        destinations=(OWN_WIKI,),
        keys=keys,
        now=LATER,
    )
    store = Store.open(
        again.url, rulebook=Rulebook.shipped(), destinations=(OWN_WIKI,), keys=keys
    )
    again.opened.append(store)
    assert state(store, taken_back) is State.WITHDRAWING
    assert state(store, stands) is State.PUBLISHED
    assert CANARY not in texts(store)
    with store.reading() as db:
        audit = verify(db)
        assert audit.holds
        assert audit.unreadable == 0
        assert get_record(db, taken_back).first("title") == CANARY


def test_a_step_that_is_refused_leaves_no_marker(
    world: World, book: MarkerBook
) -> None:
    record = published(world)
    not_hers = Note(
        record=record,
        seen=world.length(record),
        step=steps.Erased(),
        by=world.operator,
    )
    with pytest.raises(Forbidden):
        note(world.store, [not_hers], now=world.later())
    assert not book.path.exists()


def test_a_marker_without_its_step_takes_back(
    world: World, book: MarkerBook, again: Again
) -> None:
    """Killed between the file and the store: the more careful of the two counts."""
    record = published(world)
    back_up(world.store, again.path, now=world.later())
    withdraw(world, record)
    world.store.close()
    world.store = again.fill(Since(book=book))
    assert world.state(record) is State.WITHDRAWING


def test_its_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    made = read_key(tmp_path)
    assert read_key(tmp_path) == made
    assert made.secret.hex() not in repr(made)
    (tmp_path / "markers").chmod(0o640)
    with pytest.raises(MarkerKeyUnusable, match="chmod 600"):
        read_key(tmp_path)


def test_another_key_knows_nothing_of_a_source() -> None:
    one, other = MarkerKey(b"1" * 32), MarkerKey(b"2" * 32)
    assert one.mark("source", "a\n1") == one.mark("source", "a\n1")
    assert one.mark("source", "a\n1") != other.mark("source", "a\n1")
    assert one.mark("source", "a\n1") != one.mark("content", "a\n1")
