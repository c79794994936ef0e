"""Backs up a store of an earlier version, as it stands, before it is changed.

Its tables are read from the database itself: the code here knows only the newest. The
file is laid out as every backup, and says which version it is of.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table

from knowledge_base.backups.archive import LEFT_OUT, Manifest
from knowledge_base.backups.writing import write_whole
from knowledge_base.chain import Head
from knowledge_base.engines import engine_for
from knowledge_base.faults import told_plainly
from knowledge_base.markers.marker import NONE_YET
from knowledge_base.tables import metadata

_NOT_OURS = "alembic_version"
_OF_SQLITE = "view_tokens"  # its index of words: it makes tables of its own for it


def back_up_as_it_stands(
    url: str, to: Path, *, now: datetime, markers: Head = NONE_YET
) -> Manifest:
    """Writes the store at the address, of whichever version, into one new file.

    `markers`: the head of the file of markers beside it, read before.
    Raises `AlreadyThere`, a `StoreFault`, and `OSError` where the disk takes no more.
    """
    engine = engine_for(url)
    try:
        level = "SERIALIZABLE" if engine.dialect.name == "sqlite" else "REPEATABLE READ"
        reader = engine.execution_options(isolation_level=level)
        with told_plainly(), reader.connect() as db, db.begin():
            kept = standing_tables(db)
            return write_whole(db, kept, to, now=now, markers=markers)
    finally:
        engine.dispose()


def standing_tables(db: Connection) -> tuple[Table, ...]:
    """The tables that a backup of this store keeps, in an order in which each finds
    what it points to."""
    found = MetaData()
    found.reflect(bind=db)
    kept = tuple(table for table in found.sorted_tables if is_kept(table.name))
    for table in kept:
        _as_we_read_it(table)
    return kept


def is_kept(table: str) -> bool:
    """Whether a backup of this version, or of an earlier one, keeps such a table."""
    return table not in LEFT_OUT | {_NOT_OURS} and not table.startswith(_OF_SQLITE)


def _as_we_read_it(table: Table) -> None:
    """A column that still is there is read by its own type: each database names its
    own instead, and loses time zones with it."""
    known = metadata.tables.get(table.name)
    for column in table.columns:
        if known is not None and column.name in known.columns:
            column.type = known.columns[column.name].type
