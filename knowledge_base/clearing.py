"""Takes what was erased out of what a database still keeps of it in its indexes.

A database looks words up in an index of its own, and forgets there later than in its
tables: SQLite and MariaDB when they merge its parts, PostgreSQL never. An erasure
says that it was; the worker sees to it afterwards, in no transaction.
"""

import logging
from datetime import datetime

from sqlalchemy import Connection, delete, select, text

from knowledge_base.store import Store
from knowledge_base.tables import views, watermarks
from knowledge_base.watching import Watermark, find_watermark, keep_watermark

log = logging.getLogger(__name__)

ERASED = "#erased"  # its watermark, beside those of the destinations
LEFT = "#erased-and-left"  # when the table was made that somebody has to rebuild
PAGES = 500  # of SQLite's index, merged at once: nobody who writes waits for long
MOST_REBUILT = 20_000
"""MariaDB rebuilds a table for it, and who writes waits: of so many rows at most.

By portions it would go with `innodb_optimize_fulltext_only`, which is the whole
server's, and how far that came is told to nobody but who looks after the server.
"""
REBUILD = "ALTER TABLE views FORCE"  # also where OPTIMIZE TABLE does a portion alone
LEFT_TO_SOMEBODY = (
    "Words that were public stay in the index of MariaDB though what said them was "
    f"erased: run `{REBUILD}` in its database when nobody is at work. Who writes has "
    "to wait until it has ended."
)


def owe_clearing(db: Connection, *, now: datetime) -> None:
    """Writes down that something was erased, in the transaction that erases it."""
    keep_watermark(db, ERASED, Watermark(now.isoformat()))


def clear_erased(store: Store, reached: str) -> tuple[int, str]:
    """A portion of it: (how many portions, how far it has come); "" at both ends.

    Where something is erased meanwhile, it is done once more.
    """
    with store.reading() as db:
        owed = find_watermark(db, ERASED)
    if owed is None:
        return 0, ""
    with store.tending() as db:
        is_done = _CLEARED[db.dialect.name](db, is_first=not reached)
    if not is_done:
        return 1, "index"
    with store.writing() as db:
        mark = watermarks.c
        this = (mark.destination == ERASED) & (mark.at == owed.at)
        db.execute(delete(watermarks).where(this))
    # What the last transactions wrote lies in the log of SQLite until it is emptied.
    store.empty_log()
    return 1, ""


def _in_sqlite(db: Connection, *, is_first: bool) -> bool:
    """Merges some of the index; a number below nought begins with all its parts.

    https://www.sqlite.org/fts5.html#the_merge_command (2023)
    """
    before = _changes(db)
    pages = -PAGES if is_first else PAGES
    db.exec_driver_sql(
        f"INSERT INTO view_tokens(view_tokens, rank) VALUES ('merge', {pages})"
    )
    return _changes(db) - before < 2  # the command itself is one


def _changes(db: Connection) -> int:
    return int(db.exec_driver_sql("SELECT total_changes()").scalar_one())


def _in_postgresql(db: Connection, *, is_first: bool) -> bool:
    """What a key of the index stood for goes by VACUUM, and the key never."""
    db.execute(text("VACUUM views"))
    db.execute(text("REINDEX INDEX CONCURRENTLY ix_views_tokens"))
    return True


def _in_mariadb(db: Connection, *, is_first: bool) -> bool:
    more = select(views.c.id).order_by(views.c.id).offset(MOST_REBUILT).limit(1)
    if db.scalar(more) is not None:
        keep_watermark(db, LEFT, Watermark(made_at(db)))
        log.warning(LEFT_TO_SOMEBODY)
    else:
        db.execute(text(REBUILD))
    return True


def is_left_to_somebody(db: Connection) -> bool:
    """Whether an index has to be rebuilt by hand, and was not since that was said."""
    left = find_watermark(db, LEFT)
    if left is None or db.dialect.name not in ("mysql", "mariadb"):
        return False
    return made_at(db) == left.at


def made_at(db: Connection) -> str:
    """When the table was made, or rebuilt last, by the second."""
    made = text(
        "SELECT UNIX_TIMESTAMP(create_time) FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name = 'views'"
    )
    return str(db.scalar(made))


_CLEARED = {
    "sqlite": _in_sqlite,
    "postgresql": _in_postgresql,
    "mysql": _in_mariadb,
    "mariadb": _in_mariadb,
}
