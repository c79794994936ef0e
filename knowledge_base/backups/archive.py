"""How a backup is laid out: a zip file that a person can open and read in.

`tables/NAME.jsonl` has one row of a table on each line, `manifest.json` how many there
are and the hash of each file, and `READ-ME.txt` what is in it and what is not. The
manifest is written last: an archive without it was cut.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import LargeBinary, Table

from knowledge_base.chain import Head
from knowledge_base.columns import UtcTime, canonical
from knowledge_base.markers.marker import NONE_YET
from knowledge_base.tables import metadata
from policies.errors import WithcareError

FORMAT = 1
MANIFEST = "manifest.json"
READ_ME = "READ-ME.txt"
WAYS_IN = frozenset({"sign_ins", "links", "counters"})
"""Whoever restores an older store must not bring back one that has ended."""

WORKED_OUT = frozenset(
    {"views", "view_counts", "desk_records", "desk_readers", "desk_tokens"}
)
"""What follows from the rest, and is worked out anew by whoever restores."""

UNDER_WAY = frozenset({"jobs"})
"""What workers are at, here and now; where it is restored they begin for themselves."""

LEFT_OUT = WAYS_IN | WORKED_OUT | UNDER_WAY


class DamagedBackup(WithcareError):
    """The file is no whole backup; nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"This is no whole backup: {what}. Nothing was written; take another copy "
            "of the file."
        )


class Dumped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many rows a table has, and the SHA-256 of the lines that they stand on."""

    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup holds; `head` is the chain's, to be kept elsewhere as well.

    A restore wants a file of markers that goes on from `markers`.
    """

    format: int
    store: str  # the version of the tables
    made_at: datetime
    head: Head
    markers: Head = NONE_YET  # the last line of the file of markers then
    tables: Mapping[str, Dumped]


def kept_tables() -> tuple[Table, ...]:
    """The tables of a backup, in an order in which each finds what it points to."""
    return tuple(one for one in metadata.sorted_tables if one.name not in LEFT_OUT)


def member(table: Table) -> str:
    return f"tables/{table.name}.jsonl"


def line_of(row: Mapping[str, Any]) -> bytes:
    """A row as one line, the same from whichever database it comes."""
    return canonical(dict(row)).encode() + b"\n"


def row_of(line: bytes, table: Table) -> dict[str, Any]:
    """The row that a line holds; raises `DamagedBackup`."""
    try:
        read = msgspec.json.decode(line)
        return {
            column.name: _value(read[column.name], column.type)
            for column in table.columns
        }
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise DamagedBackup(f"a row of {table.name} cannot be read") from error


def _value(written: Any, type: Any) -> Any:
    if isinstance(type, UtcTime) and written is not None:
        return datetime.fromisoformat(written)
    if isinstance(type, LargeBinary) and written is not None:
        return base64.b64decode(written)
    return written


class Lines:
    """Counts and hashes the lines of one table as they pass."""

    def __init__(self) -> None:
        self._rows = 0
        self._hash = hashlib.sha256()

    def see(self, line: bytes) -> None:
        self._rows += 1
        self._hash.update(line)

    def told(self) -> Dumped:
        return Dumped(rows=self._rows, sha256=self._hash.hexdigest())
