"""Fills an empty store from a backup, whole or not at all."""

import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, update

from knowledge_base import tables
from knowledge_base.backups.archive import DamagedBackup, Manifest, kept_tables
from knowledge_base.backups.bringing_up import in_this_version
from knowledge_base.backups.filling import fill, manifest_of
from knowledge_base.backups.replaying import Replayed, check_reach, replay
from knowledge_base.chain import Head, verify
from knowledge_base.desk_words import forget_how_far
from knowledge_base.engines import engine_for
from knowledge_base.faults import told_plainly
from knowledge_base.kept_views import set_out
from knowledge_base.keys import Keyring, carrying
from knowledge_base.markers.book import MarkerBook
from knowledge_base.master_turning import leave_behind
from knowledge_base.recovery import begin_recovery
from knowledge_base.store import Store, upgrade, version_at
from knowledge_base.taking_stock import take_stock
from policies.destinations import Destination
from policies.errors import WithcareError
from policies.rulebook import Rulebook


class NotEmpty(WithcareError):
    """The store holds something already; nothing was written."""

    def __init__(self, steps: int) -> None:
        super().__init__(
            f"The store holds a history of {steps} steps already; name another, empty "
            "one as `database` in settings.toml, and restore into that. If an earlier "
            "restore was stopped once it had filled this one, `withcare kb upgrade` "
            "does what it left undone."
        )


class NotTheNewest(WithcareError):
    """The backup does not end where the history ended; nothing was written.

    In an older one there would be again what was taken back or erased since.
    """

    def __init__(self, found: Head, newest: Head) -> None:
        what = (
            f"ends at step {found[0]}, and the newest head that you named is step "
            f"{newest[0]}"
            if found[0] < newest[0]
            else "is of another history than the newest head that you named"
        )
        super().__init__(
            f"The backup {what}: what was taken back or erased meanwhile would come "
            "back. Take the newest backup, or name the file of markers with --markers."
        )


class MarkersNeeded(WithcareError):
    """Nobody says what was taken back since the backup; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "What was taken back or erased since this backup stands in the file "
            "markers.jsonl of the home it came from: put it into this home, or name "
            "it with --markers. If it is gone for good, say --markers-gone."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What is known of the time since a backup was made.

    `newest`: the newest head of that history. `book`: the newest file of markers.
    `is_lost`: somebody says that this file is gone for good.
    """

    newest: Head | None = None
    book: MarkerBook | None = None
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back; `replayed` is None where there was no file of markers."""

    manifest: Manifest
    replayed: Replayed | None
    is_recovering: bool


def restore(
    url: str,
    path: Path,
    *,
    since: Since,
    destinations: tuple[Destination, ...] = (),
    keys: Keyring | None = None,
    is_gone: bool = False,
    room: Path | None = None,
    now: datetime,
) -> Restored:
    """Fills the empty store at the address in one transaction.

    A backup of an earlier version is brought up to this one first, in the folder
    `room`, or where temporary files are.

    `keys`: those of the store that was backed up; a text of which one key is gone comes
    back sealed as it is, and is not read. `is_gone`: somebody says that their master
    key is gone for good, and these are others.

    Every row is checked against the manifest, the history is walked, and what was
    taken back since is taken back again before anything is kept. But for a backup
    that ends at the newest head nothing is saved on a wiki until it was compared.
    Raises `DamagedBackup`, `OtherVersion`, `NotTheNewest`, `MarkersNeeded`,
    `DamagedMarkers`, `WrongMasterKey` and `NotEmpty`; then the store is as empty as it
    was.
    """
    try:
        with zipfile.ZipFile(path) as given:
            _check_since(manifest_of(given), since)
        with (
            in_this_version(
                path, keys=keys, is_gone=is_gone, room=room, now=now
            ) as whole,
            zipfile.ZipFile(whole) as archive,
        ):
            manifest = manifest_of(archive)
            _require_every_table(manifest)
            upgrade(url)
            engine = engine_for(url).execution_options(**carrying(keys))
            try:
                writer = engine.execution_options(withcare_writes=True)
                with told_plainly(), writer.connect() as db, db.begin():
                    _require_empty(db)
                    for table in kept_tables():
                        fill(db, archive, table, manifest.tables[table.name])
                    take_stock(db, came_in=manifest.tables["records"].rows)
                    _take_keys(db, keys, is_gone=is_gone, now=now)
                    set_out(db)
                    forget_how_far(db)
                    _check(db, manifest)
                    store = Store(
                        engine,
                        rulebook=Rulebook.shipped(),
                        destinations=destinations,
                        keys=keys,
                    )
                    restored = _catch_up(db, store, manifest, since, now=now)
            finally:
                engine.dispose()
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DamagedBackup("it was cut off, or changed, or is another file") from error
    return restored


def _take_keys(
    db: Connection, keys: Keyring | None, *, is_gone: bool, now: datetime
) -> None:
    if keys is None:
        return
    if is_gone:
        leave_behind(db, keys, now=now)
    keys.require_fits(db)


def _check_since(manifest: Manifest, since: Since) -> None:
    """Whether it can be known what was taken back since."""
    if since.book is not None:
        check_reach(since.book, manifest.markers)
    elif manifest.head == since.newest or since.is_lost:
        return
    elif since.newest is not None:
        raise NotTheNewest(manifest.head, since.newest)
    else:
        raise MarkersNeeded


def _catch_up(
    db: Connection, store: Store, manifest: Manifest, since: Since, *, now: datetime
) -> Restored:
    """Takes back what was taken back since, and holds the wikis."""
    replayed = None
    if since.book is not None:
        replayed = replay(db, store, since.book, now=now)
    elif since.is_lost:
        # What the store itself knows of is written into a new file.
        db.execute(update(tables.markers).values(is_owed=True))
    is_whole = manifest.head == since.newest and not (replayed and replayed.news)
    if not is_whole:
        ids = (one.id for one in store.destinations)
        begin_recovery(db, ids, made_at=manifest.made_at)
    return Restored(manifest, replayed, is_recovering=not is_whole)


def _require_every_table(manifest: Manifest) -> None:
    if set(manifest.tables) != {table.name for table in kept_tables()}:
        raise DamagedBackup("it does not hold every table")


def require_empty(url: str) -> None:
    """Raises `NotEmpty` where the store at the address has a history already."""
    if version_at(url) is None:
        return
    engine = engine_for(url)
    try:
        with told_plainly(), engine.connect() as db:
            _require_no_step(db)
    finally:
        engine.dispose()


def _require_no_step(db: Connection) -> None:
    steps = db.scalar(select(func.count()).select_from(tables.steps)) or 0
    if steps:
        raise NotEmpty(steps)


def _require_empty(db: Connection) -> None:
    _require_no_step(db)
    # What `kb init` writes into every store before anything happened.
    db.execute(tables.chain_head.delete())


def _check(db: Connection, manifest: Manifest) -> None:
    found = verify(db, since=manifest.head)
    if not found.holds:
        raise DamagedBackup(f"its history does not hold ({found.broken[0]})")
