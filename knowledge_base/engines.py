"""How each database is opened, so that all three keep the same promise."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext

from knowledge_base.disks import require_local
from knowledge_base.faults import FILE
from knowledge_base.inserting import copy_in
from knowledge_base.tables import metadata

_RULES = tuple(
    str(rule.name)
    for table in metadata.sorted_tables
    for rule in table.constraints
    if isinstance(rule, CheckConstraint | UniqueConstraint)
)
PATIENCE = timedelta(seconds=30)


def engine_for(url: str, patience: timedelta | None = None) -> Engine:
    """An engine with what each database needs to keep the same promise.

    Raises `OnANetwork` for a file of SQLite that lies on another machine.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database:
            require_local(Path(address.database))
        return _sqlite(url, patience or PATIENCE)
    waits = {} if patience is None else _waits(address.get_backend_name(), patience)
    # A snapshot taken before the wait for the chain's head would be stale, so a writer
    # sees what was committed; a reader sees one moment, see `reading`.
    engine = create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args=waits,
    )
    event.listen(engine, "handle_error", _say_no_more_than_the_kind)
    if address.get_backend_name() == "postgresql":
        event.listen(engine, "do_executemany", copy_in)
    return engine


def _say_no_more_than_the_kind(context: ExceptionContext) -> None:
    """A server's error quotes the row that it refused; ours names only the rule.

    It reaches logs and screens that may hold nothing of a record.
    """
    broken = " ".join(
        rule for rule in _RULES if rule in str(context.original_exception)
    )
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            # The number of an error says nothing of a row, and the driver reads it.
            number = tuple(one for one in error.args[:1] if isinstance(one, int))
            kind = type(error).__name__
            error.args = (*number, f"{kind} {broken}(its words are not kept)")


def _waits(database: str, patience: timedelta) -> dict[str, str]:
    """What a connection is told, so that it waits no longer than this for a lock."""
    if database == "postgresql":
        return {"options": f"-c lock_timeout={int(patience.total_seconds() * 1000)}"}
    seconds = max(1, int(patience.total_seconds()))
    return {"init_command": f"SET SESSION innodb_lock_wait_timeout = {seconds}"}


def _sqlite(url: str, patience: timedelta) -> Engine:
    # An error must not carry what it could not store into a log.
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        cursor = connection.cursor()
        milliseconds = int(patience.total_seconds() * 1000)
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is erased is overwritten, and does not stay in a page that is free.
        cursor.execute("PRAGMA secure_delete = ON")
        # Ids are random, so that many writers touch pages all over the file: they
        # are kept, and carried over from the log, by the many.
        cursor.execute("PRAGMA cache_size = -16000")
        cursor.execute("PRAGMA wal_autocheckpoint = 8000")
        cursor.close()

    @event.listens_for(engine, "handle_error")
    def name_the_file(context: ExceptionContext) -> None:
        # The code alone does not tell a full disk from one that is read-only.
        setattr(context.original_exception, FILE, engine.url.database)

    @event.listens_for(engine, "begin")
    def begin(db: Connection) -> None:
        if db.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            return
        # A read transaction that turns into a write fails at once, whatever the
        # busy timeout; a writer therefore says so at the start.
        writes = db.get_execution_options().get("withcare_writes", False)
        db.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
