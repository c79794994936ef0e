"""Writes a backup: all rows of one moment, beside its place and then renamed."""

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Select, Table, select

from knowledge_base import tables
from knowledge_base.backups.archive import (
    FORMAT,
    MANIFEST,
    READ_ME,
    WAYS_IN,
    Lines,
    Manifest,
    kept_tables,
    line_of,
    member,
)
from knowledge_base.backups.settling import settle
from knowledge_base.chain import Head, head_of
from knowledge_base.markers.marker import NONE_YET
from knowledge_base.store import Store
from knowledge_base.versions import version_of
from policies.errors import WithcareError

MANY = 1000  # rows in memory at a time


class AlreadyThere(WithcareError):
    """A file of that name is there; it was left as it is, and nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is there already; give the backup another name.")


def back_up(store: Store, to: Path, *, now: datetime) -> Manifest:
    """Writes the whole store into one new file, readable by its owner alone.

    Others may write meanwhile: it holds what stood at one moment. What was cut off
    before its end leaves only `NAME.part`, which the next one writes over.
    Raises `AlreadyThere`, `MarkersOwed`, and `OSError` where the disk takes no more.
    """
    settle(store)
    with store.reading() as db:
        # Before the rows are read: markers that come later are asked for by no one.
        known = NONE_YET if store.markers is None else store.markers.head()
        return write_kept(db, to, now=now, markers=known)


def write_kept(db: Connection, to: Path, *, now: datetime, markers: Head) -> Manifest:
    """Writes all that a backup of this version keeps, into one new file."""
    return write_whole(db, kept_tables(), to, now=now, markers=markers)


def write_whole(
    db: Connection,
    kept: Iterable[Table],
    to: Path,
    *,
    now: datetime,
    markers: Head = NONE_YET,
) -> Manifest:
    """Writes these tables, as this connection sees them, into one new file."""
    if to.exists():
        raise AlreadyThere(to)
    part = to.with_name(f"{to.name}.part")
    opened = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            manifest = _write(db, kept, file, now=now, markers=markers)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink()  # a full disk is not kept full by half a backup
        raise
    os.replace(part, to)
    return manifest


def _write(
    db: Connection,
    kept: Iterable[Table],
    file: IO[bytes],
    *,
    now: datetime,
    markers: Head,
) -> Manifest:
    dumped = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        position, hash = head_of(db)
        for table in kept:
            lines = Lines()
            with archive.open(member(table), "w", force_zip64=True) as into:
                for row in _rows(db, table):
                    line = line_of(row)
                    lines.see(line)
                    into.write(line)
            dumped[table.name] = lines.told()
        manifest = Manifest(
            format=FORMAT,
            store=str(version_of(db)),
            made_at=now,
            head=(position, hash),
            markers=markers,
            tables=dumped,
        )
        archive.writestr(READ_ME, _read_me(manifest))
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


def _rows(db: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    slowly = db.execution_options(yield_per=MANY)
    for row in slowly.execute(_in_order(table)).mappings():
        yield {column.name: row[column] for column in table.columns}


def _in_order(table: Table) -> Select[Any]:
    """By key; a record after the collection that it is in, which came in before it."""
    if table.name != tables.records.name:
        return select(table).order_by(*table.primary_key.columns)
    first = tables.steps
    came_in = (first.c.record_id == table.c.id) & (first.c.ordinal == 1)
    return select(table).join(first, came_in).order_by(first.c.position)


def _read_me(manifest: Manifest) -> str:
    position, hash = manifest.head
    return (
        f"A backup of a withcare store, made at {manifest.made_at.isoformat()}.\n\n"
        "Each file in tables/ is one table, a row on each line. `withcare kb restore`\n"
        "fills an empty store from it, on any of the databases that withcare knows.\n\n"
        "It holds everything that the store holds, also what nobody may see: keep it\n"
        "as you keep the store. What records say is sealed in it, and the keys of the\n"
        "parties are in it, wrapped by the master key: keep keys/master, as it was on\n"
        "this day, somewhere else. Put it back before you restore; without it nobody\n"
        "reads what is sealed. It does not hold: that key, keys and passwords of the\n"
        "wiki accounts, settings.toml, and who is signed in at the moment or holds a\n"
        f"one-time link ({', '.join(sorted(WAYS_IN))}).\n\n"
        "The head of the history, which shows whether anything was cut or changed:\n"
        f"{position}:{hash}\n"
    )
