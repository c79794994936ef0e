"""Brings a backup of an earlier version up to this one, before anything is restored.

That happens in a store of its own, a file of SQLite that is gone afterwards: so the
store that is filled is never of an earlier version, and never without what was taken
back since the backup was made.
"""

import fcntl
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import URL

from knowledge_base.backups.archive import DamagedBackup, Manifest
from knowledge_base.backups.earlier import is_kept, standing_tables
from knowledge_base.backups.filling import fill, manifest_of
from knowledge_base.backups.writing import write_kept
from knowledge_base.disks import is_on_a_network
from knowledge_base.engines import engine_for
from knowledge_base.faults import StoreFull, told_plainly
from knowledge_base.keys import Keyring
from knowledge_base.master_turning import leave_behind
from knowledge_base.resealing import seal_some
from knowledge_base.store import Store, upgrade
from knowledge_base.versions import needed_version
from policies.errors import WithcareError
from policies.rulebook import Rulebook

_PREFIX, _IN_USE = "bringing-up-", "in-use"


class NoRoomToBringUp(WithcareError):
    """The disk is full where it was brought up; nothing was restored."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            "The backup is of an earlier version, and there is no room to bring it up "
            f"to this one in {folder}; nothing was restored: make room there, about "
            "twelve times what the backup has, then run the command again."
        )


@contextmanager
def in_this_version(
    path: Path, *, keys: Keyring | None, is_gone: bool, room: Path | None, now: datetime
) -> Iterator[Path]:
    """The backup as this version would have written it: itself, or another file.

    What an earlier version kept in the open is sealed in it, where there are `keys`.
    The file is made in the folder `room`, or where temporary files are (None, or a
    folder on another machine's disk), and gone at the end; one that was left by a kill
    goes with whoever comes next. Raises `DamagedBackup`, `OtherVersion`,
    `WrongMasterKey`, `NoRoomToBringUp`, and `OSError` where the disk takes no more.
    """
    if room is not None:
        clear_left_over(room)
    with zipfile.ZipFile(path) as archive:
        told = manifest_of(archive)
    if told.store == needed_version():
        yield path
        return
    with _folder(room) as folder:
        database = str(folder / "store.sqlite")
        url = URL.create("sqlite", database=database).render_as_string()
        try:
            upgrade(url, to=told.store)
            _fill_as_it_was(url, path, told)
            upgrade(url)
            if keys is not None:
                _seal(url, keys, is_gone=is_gone, now=now)
            whole = _written_anew(url, folder / "backup.zip", told)
        except StoreFull as full:
            raise NoRoomToBringUp(folder.parent) from full
        yield whole


def clear_left_over(room: Path) -> None:
    """Deletes what was left in the folder by a restore that was killed.

    It may say in the open what a backup says. One that is at work is left alone.
    """
    for lock in room.glob(f"{_PREFIX}*/{_IN_USE}"):
        with lock.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(lock.parent)


@contextmanager
def _folder(room: Path | None) -> Iterator[Path]:
    """A folder for its owner alone; the kernel drops its lock with the process."""
    if room is not None:
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
        room = None if is_on_a_network(room) else room
    with tempfile.TemporaryDirectory(dir=room, prefix=_PREFIX) as name:
        folder = Path(name)
        with (folder / _IN_USE).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def _fill_as_it_was(url: str, path: Path, told: Manifest) -> None:
    engine = engine_for(url).execution_options(withcare_writes=True)
    try:
        with (
            zipfile.ZipFile(path) as archive,
            told_plainly(),
            engine.connect() as db,
            db.begin(),
        ):
            kept = standing_tables(db)
            if set(filter(is_kept, told.tables)) != {table.name for table in kept}:
                raise DamagedBackup("it does not hold every table")
            for table in kept:
                fill(db, archive, table, told.tables[table.name])
    finally:
        engine.dispose()


def _seal(url: str, keys: Keyring, *, is_gone: bool, now: datetime) -> None:
    with _opened(url, keys, is_gone=is_gone) as store:
        if is_gone:
            with store.writing() as db:
                leave_behind(db, keys, now=now)
        while seal_some(store, now=now):
            pass


def _written_anew(url: str, to: Path, told: Manifest) -> Path:
    """With the markers and the day of the backup that it was, and its very history."""
    with _opened(url, None) as store, store.reading() as db:
        anew = write_kept(db, to, now=told.made_at, markers=told.markers)
    if anew.head != told.head:
        raise DamagedBackup("its history does not end where it says")
    return to


@contextmanager
def _opened(
    url: str, keys: Keyring | None, *, is_gone: bool = False
) -> Iterator[Store]:
    store = Store.open(
        url, rulebook=Rulebook.shipped(), destinations=(), keys=keys, is_gone=is_gone
    )
    try:
        yield store
    finally:
        store.close()
