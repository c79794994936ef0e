"""Carries the rows of an archive into tables, and sees that they are as written."""

import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Table, func, select, text

from knowledge_base.backups.archive import (
    FORMAT,
    MANIFEST,
    DamagedBackup,
    Dumped,
    Lines,
    Manifest,
    member,
    row_of,
)
from knowledge_base.inserting import insert_many
from knowledge_base.versions import known_versions, needed_version
from policies.errors import WithcareError

MANY = 500


class OtherVersion(WithcareError):
    """The backup was of a newer withcare; nothing was written."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"The backup is of version {found}, laid out or made by a newer withcare; "
            f"this one knows versions up to {needed}: restore it with the newer one."
        )


def manifest_of(archive: zipfile.ZipFile) -> Manifest:
    """What the archive holds; raises `DamagedBackup` and `OtherVersion`."""
    try:
        found = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except (KeyError, msgspec.ValidationError, msgspec.DecodeError) as error:
        raise DamagedBackup("it does not say what it holds") from error
    if found.format != FORMAT or found.store not in known_versions():
        raise OtherVersion(found.store, needed_version())
    return found


def fill(db: Connection, archive: zipfile.ZipFile, table: Table, told: Dumped) -> None:
    """Raises `DamagedBackup` where these are not the rows that were written."""
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
