"""Brings a backup of an earlier version up to this one, before anything is restored.

That happens in a store of its own, a file of SQLite that is gone afterwards: so the
store that is filled is never of an earlier version, and never without what was taken
back since the backup was made.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge_base.backups.archive import LEFT_OUT, DamagedBackup, Manifest
from knowledge_base.backups.earlier import standing_tables
from knowledge_base.backups.filling import fill, manifest_of
from knowledge_base.backups.writing import write_kept
from knowledge_base.engines import engine_for
from knowledge_base.faults import told_plainly
from knowledge_base.keys import Keyring
from knowledge_base.resealing import seal_what_is_open
from knowledge_base.store import Store, upgrade
from knowledge_base.versions import needed_version
from policies.rulebook import Rulebook

_PREFIX = "bringing-up-"


@contextmanager
def in_this_version(
    path: Path, *, keys: Keyring | None, room: Path | None
) -> Iterator[Path]:
    """The backup as this version would have written it: itself, or another file.

    What an earlier version kept in the open is sealed in it, where there are `keys`.
    The file is made in the folder `room` (None: where temporary files are) and gone at
    the end; one that was left by a kill goes with the next. Raises `DamagedBackup`,
    `OtherVersion`, `WrongMasterKey`, and `OSError` where the disk takes no more.
    """
    with zipfile.ZipFile(path) as archive:
        told = manifest_of(archive)
    if told.store == needed_version():
        yield path
        return
    if room is not None:
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in room.glob(f"{_PREFIX}*"):
            shutil.rmtree(left)
    # A folder of `tempfile` is its owner's alone.
    with tempfile.TemporaryDirectory(dir=room, prefix=_PREFIX) as folder:
        url = f"sqlite:///{Path(folder) / 'store.sqlite'}"
        upgrade(url, to=told.store)
        _fill_as_it_was(url, path, told)
        upgrade(url)
        yield _written_anew(url, Path(folder) / "backup.zip", told, keys)


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
            if set(told.tables) - LEFT_OUT != {table.name for table in kept}:
                raise DamagedBackup("it does not hold every table")
            for table in kept:
                fill(db, archive, table, told.tables[table.name])
    finally:
        engine.dispose()


def _written_anew(url: str, to: Path, told: Manifest, keys: Keyring | None) -> Path:
    """With the head, the markers and the day of the backup that it was."""
    store = Store.open(url, rulebook=Rulebook.shipped(), destinations=(), keys=keys)
    try:
        if store.has_keys:
            seal_what_is_open(store, now=told.made_at)
        with store.reading() as db:
            write_kept(db, to, now=told.made_at, markers=told.markers)
    finally:
        store.close()
    return to
