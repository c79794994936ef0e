"""A backup of any earlier version comes back sealed, and nothing with it that went."""

import fcntl
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from knowledge_base import disks, steps, tables
from knowledge_base.backups import (
    DamagedBackup,
    Since,
    back_up,
    back_up_as_it_stands,
    clear_left_over,
    restore,
)
from knowledge_base.backups.bringing_up import NoRoomToBringUp
from knowledge_base.engines import engine_for
from knowledge_base.history import length_of
from knowledge_base.keys import SALT, Keyring
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import read_key
from knowledge_base.markers.marker import DamagedMarkers
from knowledge_base.notes import Note
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import upgrade, version_at
from knowledge_base.versions import known_versions, needed_version
from knowledge_base.workflow import note
from tests.conftest import started
from tests.knowledge_base.conftest import OWN_WIKI, START, make_world
from tests.services.small_disk import SmallDisk, mounted
from tests.stored.keeping import found_in
from tests.stored.test_stores import HERE, fill, opened, require_as_told, told

OLDER = HERE / "the-line.zip"
KEYS = Keyring(bytes(32))


def newest(release: str) -> Since:
    position, hash = told(release)["head"]
    return Since(newest=(position, hash))


@pytest.mark.parametrize("version", sorted(known_versions()))
def test_the_store_of_any_version_comes_back(
    version: str, sqlite_url: str, tmp_path: Path
) -> None:
    """Backed up as it stands, by an upgrade; then it is no longer there."""
    fill(sqlite_url, "first-line")
    upgrade(sqlite_url, to=version)
    backup = tmp_path / "as-it-stood.zip"
    assert back_up_as_it_stands(sqlite_url, backup, now=START).store == version
    again = f"sqlite:///{tmp_path / 'again.sqlite'}"
    restore(again, backup, since=newest("first-line"), room=tmp_path, now=START)
    assert version_at(again) == needed_version()
    require_as_told(again, "first-line")


# --- what it says


def said_in(backup: Path) -> list[str]:
    """What records and notes say in it; titles of pages are sealed in no version."""
    with zipfile.ZipFile(backup) as archive:
        lines = archive.read("tables/contents.jsonl").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    return [text for text in texts if text and not text.startswith("Page of ")]


@pytest.mark.parametrize("is_gone", [False, True], ids=["its-master", "master-gone"])
def test_what_an_older_backup_holds_in_the_open_comes_back_sealed(
    is_gone: bool, any_database_url: str
) -> None:
    """It never stands in the new store otherwise, not even for a moment."""
    assert len(said_in(OLDER)) > 10
    since = Since(is_lost=True)
    restore(any_database_url, OLDER, since=since, keys=KEYS, is_gone=is_gone, now=START)
    engine, kept = engine_for(any_database_url), tables.contents.c
    open_ones = select(func.count()).where(kept.salt.is_not(None), kept.salt != SALT)
    with engine.connect() as db:
        assert db.scalar(select(func.count()).select_from(tables.contents))
        assert db.scalar(open_ones) == 0
    engine.dispose()
    address = make_url(any_database_url)
    if address.get_backend_name() == "sqlite":
        folder = Path(str(address.database)).parent
        files = [path for path in folder.iterdir() if path.is_file()]
        whole = b"".join(path.read_bytes() for path in files)
        assert [text for text in said_in(OLDER) if text.encode() in whole] == []


def changed(to: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The older backup with one of its files changed by hand."""
    with zipfile.ZipFile(OLDER) as kept, zipfile.ZipFile(to, "w") as anew:
        for one in kept.namelist():
            text = kept.read(one)
            anew.writestr(one, change(text) if one == name else text)
    return to


def test_an_older_backup_that_was_changed_is_refused(
    sqlite_url: str, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    backup = changed(
        tmp_path / "changed.zip",
        "tables/words.jsonl",
        lambda text: text.replace(b'"no"', b'"yes"'),
    )
    with pytest.raises(DamagedBackup, match="words"):
        restore(sqlite_url, backup, since=Since(is_lost=True), room=room, now=START)
    assert version_at(sqlite_url) is None
    assert not list(room.iterdir())


def test_an_older_backup_ends_where_it_says(sqlite_url: str, tmp_path: Path) -> None:
    """Else a head that somebody made up would pass for the newest."""
    head = (999, "f" * 64)

    def lie(manifest: bytes) -> bytes:
        return json.dumps(json.loads(manifest) | {"head": head}).encode()

    backup = changed(tmp_path / "lies.zip", "manifest.json", lie)
    with pytest.raises(DamagedBackup, match="history"):
        restore(sqlite_url, backup, since=Since(newest=head), now=START)
    assert version_at(sqlite_url) is None


# --- what was taken back


def test_what_was_taken_back_since_an_older_backup_stays_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Its version kept no markers; those of the time since are heeded all the same."""
    backup, then = HERE / "first-line.zip", told("first-line")
    restore(sqlite_url, backup, since=newest("first-line"), now=START)
    book = MarkerBook(tmp_path / "markers.jsonl", read_key(tmp_path / "keys"))
    at = datetime.fromisoformat(then["at"])
    published = [id for id, how in then["states"].items() if how == "published"]
    withdraw(sqlite_url, published, book, at)
    again = f"sqlite:///{tmp_path / 'again.sqlite'}"
    back = restore(
        again, backup, since=Since(book=book), destinations=(OWN_WIKI,), now=START
    )
    assert back.is_recovering
    assert back.replayed is not None
    assert back.replayed.news == len(published) > 0
    with opened(again) as store:
        found = found_in(store, on=at)
    assert not set(published) & set(found["readable"])


def withdraw(url: str, records: list[str], book: MarkerBook, at: datetime) -> None:
    """As a steward of the community that had agreed."""
    with opened(url) as store:
        store.markers = book
        for id in records:
            with store.reading() as db:
                length = length_of(db, id)
                who = db.execute(select(tables.stewards)).first()
            assert who is not None
            party = who.community_id
            by = Actor(Voice.COMMUNITY, account=who.account_id, party=party)
            asked = steps.WithdrawalAsked(party=party)
            note(store, [Note(record=id, seen=length, step=asked, by=by)], now=at)


def test_the_backup_of_an_upgrade_knows_how_far_the_markers_went(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A file of markers that ends before is not the newest."""
    fill(sqlite_url, "first-line")
    backup = tmp_path / "as-it-stood.zip"
    back_up_as_it_stands(sqlite_url, backup, now=START, markers=(7, "f" * 64))
    book = MarkerBook(tmp_path / "markers.jsonl", read_key(tmp_path / "keys"))
    book.append(())
    again = f"sqlite:///{tmp_path / 'again.sqlite'}"
    with pytest.raises(DamagedMarkers, match="knows of 7"):
        restore(again, backup, since=Since(book=book), now=START)
    assert version_at(again) is None


# --- where it is brought up


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """What a restore that was killed has left in a home."""
    folder = tmp_path / "home" / "bringing-up-killed"
    folder.mkdir(parents=True)
    (folder / "in-use").touch()
    (folder / "store.sqlite").write_bytes(b"what records say (invented)")
    return folder


@pytest.mark.parametrize("is_older", [False, True], ids=["this-version", "older"])
def test_what_a_killed_restore_left_goes_with_the_next(
    is_older: bool, sqlite_url: str, left: Path, tmp_path: Path
) -> None:
    backup = OLDER
    if not is_older:
        backup = tmp_path / "all.zip"
        world = make_world(sqlite_url)
        back_up(world.store, backup, now=world.later())
        world.store.close()
    again = f"sqlite:///{tmp_path / 'again.sqlite'}"
    restore(again, backup, since=Since(is_lost=True), room=left.parent, now=START)
    assert list(left.parent.iterdir()) == []


def test_what_is_in_use_is_left_alone_and_so_is_what_is_not_ours(left: Path) -> None:
    of_a_person = left.parent / "bringing-up-my-child"
    of_a_person.mkdir()
    with (left / "in-use").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        clear_left_over(left.parent)
        assert left.exists()
    clear_left_over(left.parent)
    assert list(left.parent.iterdir()) == [of_a_person]


def test_a_home_on_another_machine_is_no_place_for_it(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the store is a server's, the home may be; SQLite has to be here."""
    room, mounts = tmp_path / "home", tmp_path / "mountinfo"
    room.mkdir()
    mounts.write_text(
        "21 1 0:1 / / rw - ext4 /dev/a rw\n"
        f"45 21 0:48 / {room} rw - nfs4 example.org:/x rw\n"
    )
    monkeypatch.setattr(disks, "MOUNTS", mounts)
    since = newest("first-line")
    restore(sqlite_url, HERE / "first-line.zip", since=since, room=room, now=START)
    require_as_told(sqlite_url, "first-line")
    assert list(room.iterdir()) == []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """One megabyte; a loud skip where nobody may mount one."""
    yield from started(lambda: mounted(tmp_path / "disk", kilobytes=1024))


def test_where_there_is_no_room_it_says_where(sqlite_url: str, disk: SmallDisk) -> None:
    disk.leave_room(300_000)
    with pytest.raises(NoRoomToBringUp, match=str(disk.home)):
        restore(sqlite_url, OLDER, since=Since(is_lost=True), room=disk.home, now=START)
    assert version_at(sqlite_url) is None
    assert list(disk.home.iterdir()) == []
