"""Fills an empty store from a backup, whole or not at all."""

import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Table, func, select, text

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
from knowledge_base.chain import Head, verify
from knowledge_base.faults import told_plainly
from knowledge_base.inserting import insert_many
from knowledge_base.kept_views import set_out
from knowledge_base.store import engine_for, upgrade
from knowledge_base.versions import needed_version
from policies.errors import WithcareError

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
            "back. Take the newest backup; this release restores no older one."
        )


class OtherVersion(WithcareError):
    """The backup was made by another version of withcare; nothing was written."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"The backup is of version {found}, this withcare keeps version {needed}: "
            "restore it with the withcare that made it, then run `withcare kb upgrade`."
        )


def restore(url: str, path: Path, *, newest: Head) -> Manifest:
    """Fills the empty store at the address in one transaction.

    `newest`: the newest head known of that history; the backup has to end there.

    Every row is checked against the manifest, and the history is walked before
    anything is kept. Raises `DamagedBackup`, `OtherVersion`, `NotTheNewest` and
    `NotEmpty`; then the store is as empty as it was.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            if manifest.head != newest:
                raise NotTheNewest(manifest.head, newest)
            upgrade(url)
            engine = engine_for(url)
            try:
                writer = engine.execution_options(withcare_writes=True)
                with told_plainly(), writer.connect() as db, db.begin():
                    _require_empty(db)
                    for table in kept_tables():
                        _fill(db, archive, table, manifest.tables[table.name])
                    set_out(db)
                    _check(db, manifest)
            finally:
                engine.dispose()
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DamagedBackup("it was cut off, or changed, or is another file") from error
    return manifest


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
    _count_on(db, table)


def _rows(file: IO[bytes], table: Table, lines: Lines) -> Iterator[dict[str, Any]]:
    for line in file:
        lines.see(line)
        yield row_of(line, table)


def _count_on(db: Connection, table: Table) -> None:
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
