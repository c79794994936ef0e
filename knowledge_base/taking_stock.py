"""Tells a server how much its tables hold now, where it would find out too late.

PostgreSQL plans by what it counted last, and counts about once a minute. A store that
was empty a minute ago is planned for as if it were: each portion of an import then
reads all that came in before it.
"""

from sqlalchemy import Connection, text

from knowledge_base.tables import metadata

_COUNTED = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass('records')")
_TABLES = ", ".join(table.name for table in metadata.sorted_tables)


def take_stock(db: Connection, *, came_in: int) -> None:
    """Has PostgreSQL count anew where more records came in than it knew of.

    SQLite plans without numbers and MariaDB counts along: there it does nothing. It
    reads a sample of each table, whatever its size, and nobody waits for it.
    """
    if db.dialect.name == "postgresql" and came_in > _counted(db):
        # A table that somebody else just tends is left out rather than waited for.
        db.execute(text(f"ANALYZE (SKIP_LOCKED) {_TABLES}"))


def _counted(db: Connection) -> float:
    return db.scalar(_COUNTED) or 0  # -1 where it never counted
