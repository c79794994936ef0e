"""Fills an empty store from a backup, whole or not at all."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Table, func, select, text, update

from knowledge_base import tables
from knowledge_base.backups.archive import (
    FORMAT,
    MANIFEST,
    DamagedBackup,
    Dumped,
    Lines,
    Manifest,
    kept_tables,
    member,
    row_of,
)
from knowledge_base.backups.replaying import Replayed, check_reach, replay
from knowledge_base.chain import Head, verify
from knowledge_base.desk_words import forget_how_far
from knowledge_base.engines import engine_for
from knowledge_base.faults import told_plainly
from knowledge_base.inserting import insert_many
from knowledge_base.kept_views import set_out
from knowledge_base.keys import Keyring, carrying
from knowledge_base.markers.book import MarkerBook
from knowledge_base.master_turning import leave_behind
from knowledge_base.recovery import begin_recovery
from knowledge_base.store import Store, upgrade
from knowledge_base.taking_stock import take_stock
from knowledge_base.versions import needed_version
from policies.destinations import Destination
from policies.errors import WithcareError
from policies.rulebook import Rulebook

MANY = 500


class NotEmpty(WithcareError):
    """The store holds something already; nothing was written."""

    def __init__(self, steps: int) -> None:
        super().__init__(
            f"The store holds a history of {steps} steps already; name another, empty "
            "one as `database` in settings.toml, and restore into that."
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


class OtherVersion(WithcareError):
    """The backup was made by another version of withcare; nothing was written."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"The backup is of version {found}, this withcare keeps version {needed}: "
            "restore it with the withcare that made it, then run `withcare kb upgrade`."
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
    now: datetime,
) -> Restored:
    """Fills the empty store at the address in one transaction.

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
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            _check_since(manifest, since)
            upgrade(url)
            engine = engine_for(url).execution_options(**carrying(keys))
            try:
                writer = engine.execution_options(withcare_writes=True)
                with told_plainly(), writer.connect() as db, db.begin():
                    _require_empty(db)
                    for table in kept_tables():
                        _fill(db, archive, table, manifest.tables[table.name])
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


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        found = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except (KeyError, msgspec.ValidationError, msgspec.DecodeError) as error:
        raise DamagedBackup("it does not say what it holds") from error
    needed = needed_version()
    if (found.format, found.store) != (FORMAT, needed):
        raise OtherVersion(found.store, needed)
    if set(found.tables) != {table.name for table in kept_tables()}:
        raise DamagedBackup("it does not hold every table")
    return found


def _require_empty(db: Connection) -> None:
    steps = db.scalar(select(func.count()).select_from(tables.steps)) or 0
    if steps:
        raise NotEmpty(steps)
    # What `kb init` writes into every store before anything happened.
    db.execute(tables.chain_head.delete())


def _fill(db: Connection, archive: zipfile.ZipFile, table: Table, told: Dumped) -> None:
    lines = Lines()
    with archive.open(member(table)) as file:
        rows = _rows(file, table, lines)
        while some := list(islice(rows, MANY)):
            insert_many(db, table, some)
    if lines.told() != told:
        raise DamagedBackup(f"the rows of {table.name} are not those that were written")
    count_on(db, table)


def _rows(file: IO[bytes], table: Table, lines: Lines) -> Iterator[dict[str, Any]]:
    for line in file:
        lines.see(line)
        yield row_of(line, table)


def count_on(db: Connection, table: Table) -> None:
    """PostgreSQL counts its numbers apart from the rows, and would begin again at 1."""
    counted = table.autoincrement_column
    if db.dialect.name != "postgresql" or counted is None or not counted.autoincrement:
        return
    sequence = func.pg_get_serial_sequence(table.name, counted.name)
    highest = select(func.coalesce(func.max(counted), 0) + 1).scalar_subquery()
    db.execute(select(func.setval(sequence, highest, text("false"))))


def _check(db: Connection, manifest: Manifest) -> None:
    found = verify(db, since=manifest.head)
    if not found.holds:
        raise DamagedBackup(f"its history does not hold ({found.broken[0]})")
