"""A backup holds one moment and comes back on any of the databases, or not at all."""

import hashlib
import json
import os
import signal
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge_base import steps, tables
from knowledge_base.backups import (
    LEFT_OUT,
    AlreadyThere,
    DamagedBackup,
    NotEmpty,
    NotTheNewest,
    OtherVersion,
    Since,
    back_up,
    restore,
)
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import Head, head_of, verify
from knowledge_base.journeys import State
from knowledge_base.kept_views import kept_view, renew_all
from knowledge_base.links import own_link
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, START, WIKI, World, make_world

LATER = START + timedelta(days=30)

Restored = Callable[[Path, Head], Store]


@pytest.fixture
def empty_url(any_database_url: str, tmp_path: Path) -> str:
    """An empty database of each kind, beside the world's own."""
    if any_database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'again.sqlite'}"
    return any_database_url


@pytest.fixture
def restored(empty_url: str) -> Iterator[Restored]:
    """Fills an empty store, on each database once, from a backup made on SQLite."""
    opened: list[Store] = []

    def fill(path: Path, newest: Head) -> Store:
        restore(empty_url, path, since=Since(newest=newest), now=LATER)
        rulebook = Rulebook.shipped()
        store = Store.open(
            empty_url, rulebook=rulebook, destinations=(OWN_WIKI,), keys=None
        )
        opened.append(store)
        return store

    yield fill
    for store in opened:
        store.close()


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables that a backup keeps, as Python sees them."""
    with store.reading() as db:
        return {
            table.name: [
                tuple(row)
                for row in db.execute(
                    select(table).order_by(*table.primary_key.columns)
                )
            ]
            for table in tables.metadata.sorted_tables
            if table.name not in LEFT_OUT
        }


def eventful(world: World) -> str:
    """A little of everything: published, withdrawn, erased, a collection's own."""
    published = world.item(title="面具 · قارب · Māori boat 🛶")
    world.concern(published, "named", world.people)
    world.approve(published, world.steward)
    world.publish(published)
    _, within = world.item_in_theirs()
    world.label(within, "secret_sacred")
    erased = world.item()
    world.take(erased, steps.Erased(), by=world.archivist)
    return published


def test_it_comes_back_the_same_on_every_database(
    world: World, restored: Restored, tmp_path: Path
) -> None:
    eventful(world)
    made = back_up(world.store, tmp_path / "all.zip", now=world.later())
    again = restored(tmp_path / "all.zip", made.head)
    assert rows(again) == rows(world.store)
    with again.reading() as db:
        assert verify(db).holds
        assert head_of(db) == made.head


def test_what_anyone_may_see_is_worked_out_anew(
    world: World, restored: Restored, tmp_path: Path
) -> None:
    record = eventful(world)
    made = back_up(world.store, tmp_path / "all.zip", now=world.later())
    again, on = restored(tmp_path / "all.zip", made.head), civil_days(world.now).closing
    with again.reading() as db:
        assert kept_view(db, again, record, WIKI, on=on) is None
    assert renew_all(again, now=world.now) == 1
    with again.reading() as db, world.store.reading() as before:
        kept = kept_view(before, world.store, record, WIKI, on=on)
        assert kept is not None
        assert kept_view(db, again, record, WIKI, on=on) == kept


def test_a_backup_of_each_database_comes_back_on_sqlite(
    any_world: World, tmp_path: Path
) -> None:
    eventful(any_world)
    made = back_up(any_world.store, tmp_path / "all.zip", now=any_world.later())
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    restore(url, tmp_path / "all.zip", since=Since(newest=made.head), now=LATER)
    again = Store.open(
        url, rulebook=Rulebook.shipped(), destinations=(OWN_WIKI,), keys=None
    )
    assert rows(again) == rows(any_world.store)
    again.close()


@pytest.mark.postgres
@pytest.mark.mariadb
@pytest.mark.parametrize("onto", ["mariadb", "postgresql"])
def test_a_backup_of_one_server_comes_back_on_the_other(
    postgres_url: str, mariadb_url: str, tmp_path: Path, onto: str
) -> None:
    here, there = postgres_url, mariadb_url
    if onto == "postgresql":
        here, there = there, here
    world = make_world(here)
    eventful(world)
    made = back_up(world.store, tmp_path / "all.zip", now=world.later())
    restore(there, tmp_path / "all.zip", since=Since(newest=made.head), now=LATER)
    again = Store.open(
        there, rulebook=Rulebook.shipped(), destinations=(OWN_WIKI,), keys=None
    )
    assert rows(again) == rows(world.store)
    again.close()
    world.store.close()


def test_life_goes_on_in_a_restored_store(
    world: World, restored: Restored, tmp_path: Path
) -> None:
    record = eventful(world)
    made = back_up(world.store, tmp_path / "all.zip", now=world.later())
    world.store.close()
    world.store = restored(tmp_path / "all.zip", made.head)
    world.label(record, "verified")  # a row whose number the database counts
    world.concern(world.item(), "nobody")
    assert world.state(record) is State.PUBLISHED
    with world.store.reading() as db:
        assert verify(db).holds


def test_no_way_in_is_kept(world: World, restored: Restored, tmp_path: Path) -> None:
    account = world.archivist.account or ""
    own_link(world.store, account, now=world.later())
    made = back_up(world.store, tmp_path / "all.zip", now=world.later())
    again = restored(tmp_path / "all.zip", made.head)
    with again.reading() as db:
        assert db.scalar(select(func.count()).select_from(tables.links)) == 0


def test_it_is_for_its_owner_alone_and_writes_over_nothing(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    back_up(world.store, path, now=world.later())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(AlreadyThere):
        back_up(world.store, path, now=world.later())
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.glob("*.part")] == []


def test_a_store_that_holds_something_is_not_written_over(
    world: World, empty_url: str, tmp_path: Path
) -> None:
    made = back_up(world.store, tmp_path / "all.zip", now=world.later())
    since = Since(newest=made.head)
    restore(empty_url, tmp_path / "all.zip", since=since, now=LATER)
    with pytest.raises(NotEmpty):
        restore(
            empty_url, tmp_path / "all.zip", since=Since(newest=made.head), now=LATER
        )


def test_what_was_taken_back_since_does_not_come_back(
    world: World, tmp_path: Path
) -> None:
    record = eventful(world)
    back_up(world.store, tmp_path / "old.zip", now=world.later())
    world.take(record, steps.WithdrawalAsked(party=world.people), by=world.steward)
    with world.store.reading() as db:
        newest = head_of(db)
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    with pytest.raises(NotTheNewest, match=f"the newest head .* is step {newest[0]}"):
        restore(url, tmp_path / "old.zip", since=Since(newest=newest), now=LATER)
    assert not Path(tmp_path / "again.sqlite").exists()


def test_a_killed_backup_leaves_none_and_the_next_is_whole(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    child = os.fork()
    if child == 0:  # it dies when all is written and nothing is said of it yet
        os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        back_up(world.store, path, now=world.later())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert not path.exists()
    made = back_up(world.store, path, now=world.later())
    restore(
        f"sqlite:///{tmp_path / 'again.sqlite'}",
        path,
        since=Since(newest=made.head),
        now=LATER,
    )
    assert [one.name for one in tmp_path.glob("*.part")] == []


def cut(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def flip(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 3] ^= 0xFF
    path.write_bytes(bytes(whole))


def another(path: Path) -> None:
    path.write_text("Dear diary")


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The same archive with other members, all of them whole as zip sees it."""
    with zipfile.ZipFile(path) as old:
        kept = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, text in kept.items():
            if text is not None:
                new.writestr(name, text)


def without_manifest(path: Path) -> None:
    rewritten(path, lambda name, text: None if name == "manifest.json" else text)


def edited(path: Path) -> None:
    rewritten(path, lambda _, text: text.replace(b"Somebody", b"Somebodi"))


def without_a_row(path: Path) -> None:
    def change(name: str, text: bytes) -> bytes:
        return text.split(b"\n", 1)[1] if name == "tables/words.jsonl" else text

    rewritten(path, change)


HARMS = (cut, flip, another, without_manifest, edited, without_a_row)


def test_what_is_not_whole_leaves_the_store_empty(
    world: World, empty_url: str, tmp_path: Path
) -> None:
    """On each database; then the whole one fills it."""
    eventful(world)
    path = tmp_path / "all.zip"
    made = back_up(world.store, path, now=world.later())
    whole = path.read_bytes()
    for harm in HARMS:
        harm(path)
        with pytest.raises(DamagedBackup, match="take another copy"):
            restore(empty_url, path, since=Since(newest=made.head), now=LATER)
        path.write_bytes(whole)
    restore(empty_url, path, since=Since(newest=made.head), now=LATER)


def test_wherever_a_backup_is_cut_the_store_stays_empty(
    world: World, tmp_path: Path
) -> None:
    eventful(world)
    made = back_up(world.store, tmp_path / "all.zip", now=world.later())
    whole = (tmp_path / "all.zip").read_bytes()
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    for at in (*range(0, len(whole), len(whole) // 24), len(whole) - 1):
        path = tmp_path / "cut.zip"
        path.write_bytes(whole[:at])
        with pytest.raises(DamagedBackup):
            restore(url, path, since=Since(newest=made.head), now=LATER)
    restore(url, tmp_path / "all.zip", since=Since(newest=made.head), now=LATER)


def test_a_history_that_was_written_anew_is_found(world: World, tmp_path: Path) -> None:
    """Somebody who changes a row and the manifest with it, and not the chain."""
    eventful(world)
    path = tmp_path / "all.zip"
    made = back_up(world.store, path, now=world.later())
    changed: dict[str, str] = {}

    def change(name: str, text: bytes) -> bytes:
        if name == "tables/steps.jsonl":
            text = text.replace(b'"voice":"community"', b'"voice":"self"')
            changed["sha256"] = hashlib.sha256(text).hexdigest()
        if name == "manifest.json":
            manifest = json.loads(text)
            manifest["tables"]["steps"]["sha256"] = changed["sha256"]
            text = json.dumps(manifest).encode()
        return text

    rewritten(path, change)
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    with pytest.raises(DamagedBackup, match="history"):
        restore(url, path, since=Since(newest=made.head), now=LATER)


def test_a_backup_of_another_version_says_which(world: World, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    made = back_up(world.store, path, now=world.later())
    rewritten(
        path,
        lambda name, text: (
            text.replace(b'"store": "0', b'"store": "9')
            if name == "manifest.json"
            else text
        ),
    )
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    with pytest.raises(OtherVersion):
        restore(url, path, since=Since(newest=made.head), now=LATER)
