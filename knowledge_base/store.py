"""The store: one file of SQLite, or a PostgreSQL or MariaDB server, with one promise.

It opens and closes transactions and nothing else. Reading is `store.reading()`;
writing goes through `workflow.note` for everything that is history, and through
`store.writing()` for what is not (sessions, watermarks, progress).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base.chain import BEGINNING
from knowledge_base.disks import require_local
from knowledge_base.faults import FILE, StoreFault, Unreachable, told_plainly
from knowledge_base.keys import Keyring, WrongMasterKey, carrying
from knowledge_base.markers.book import MarkerBook
from knowledge_base.tables import chain_head, metadata
from knowledge_base.versions import (
    MIGRATIONS,
    WrongVersion,
    known_versions,
    require_needed,
    version_of,
    wrong_version,
)
from policies.destinations import Destination
from policies.errors import WithcareError
from policies.rulebook import Rulebook

_RULES = tuple(
    str(rule.name)
    for table in metadata.sorted_tables
    for rule in table.constraints
    if isinstance(rule, CheckConstraint | UniqueConstraint)
)
PATIENCE = timedelta(seconds=30)


class UnnamedDestination(WithcareError):
    """Records are on their way to a place that the settings do not name (any more).

    Nobody knows what would be shown there, so nothing is decided.
    """

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(
            f"Records are on their way to {id!r}, which settings.toml does not name: "
            "put its block back, with the id that it had, and run the command again; "
            "nothing was decided. To write no more there, say `live = false`."
        )


class Store:
    """The open store, with the rulebook and destinations in whose light it decides."""

    def __init__(
        self,
        engine: Engine,
        *,
        rulebook: Rulebook,
        destinations: tuple[Destination, ...],
        keys: Keyring | None,
        markers: MarkerBook | None = None,
    ) -> None:
        self._engine = engine.execution_options(**carrying(keys))
        # SQLite's readers see one moment by themselves.
        is_file = engine.dialect.name == "sqlite"
        self._one_moment: Mapping[str, Any] = (
            {} if is_file else {"isolation_level": "REPEATABLE READ"}
        )
        self.rulebook = rulebook
        # None: what is taken back is owed to a file of markers, and told of as owed.
        self.markers = markers
        self.destinations = destinations

    @classmethod
    def open(
        cls,
        url: str,
        *,
        rulebook: Rulebook,
        destinations: tuple[Destination, ...],
        keys: Keyring | None,
        patience: timedelta | None = None,
        markers: MarkerBook | None = None,
        is_gone: bool = False,
    ) -> "Store":
        """The store at the address.

        `keys`: None seals nothing that is written. Whoever wants that says so.
        Raises `WrongVersion`, `WrongMasterKey` and a `StoreFault`. `is_gone`: somebody
        says that the master key is gone, and any other will do.
        `patience`: how long it waits for another writer; None: as long as commands do.
        """
        if _is_missing_file(url):
            raise wrong_version(None)
        engine = engine_for(url, patience)
        try:
            with told_plainly(), engine.connect() as db:
                found = version_of(db)
        except StoreFault:
            engine.dispose()
            raise
        except SQLAlchemyError as error:
            engine.dispose()
            raise Unreachable(type(error).__name__) from error
        try:
            require_needed(found)
            if keys is not None and not is_gone:
                with told_plainly(), engine.connect() as db:
                    keys.require_fits(db)
        except (WrongVersion, WrongMasterKey, StoreFault):
            engine.dispose()
            raise
        return cls(
            engine,
            rulebook=rulebook,
            destinations=destinations,
            markers=markers,
            keys=keys,
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one moment."""
        reader = self._engine.execution_options(**self._one_moment)
        with told_plainly(), reader.connect() as db, db.begin():
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A short transaction that writes; no network call, no render inside.

        Raises `StoreBusy` where another writer took longer than our patience.
        """
        writer = self._engine.execution_options(withcare_writes=True)
        with told_plainly(), writer.connect() as db, db.begin():
            yield db

    @contextmanager
    def tending(self) -> Iterator[Connection]:
        """A connection in no transaction, for what a database does of itself."""
        tender = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with told_plainly(), tender.connect() as db:
            yield db

    def destination(self, id: str) -> Destination:
        """Raises `UnnamedDestination` for one that the settings do not name."""
        for one in self.destinations:
            if one.id == id:
                return one
        raise UnnamedDestination(id)

    def clear_away(self) -> None:
        """Empties what SQLite keeps of rows that were changed; a server does so itself.

        See docs/operating.md for PostgreSQL and MariaDB.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with told_plainly(), self._engine.connect() as db:
            driver = db.connection.driver_connection
            if driver is not None:
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def empty_log(self) -> None:
        """Carries the log of SQLite over and cuts it: it holds rows as they were.

        Where somebody reads just now it is left for another time, and waits for nobody.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with told_plainly(), self._engine.connect() as db:
            driver = db.connection.driver_connection
            if driver is not None:
                ((patience,),) = driver.execute("PRAGMA busy_timeout").fetchall()
                driver.execute("PRAGMA busy_timeout = 0")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                driver.execute(f"PRAGMA busy_timeout = {patience}")

    def close(self) -> None:
        self._engine.dispose()


def _is_missing_file(url: str) -> bool:
    """Whether the address names a file of SQLite that nobody made yet."""
    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite" and bool(address.database)
    return is_file and not Path(str(address.database)).exists()


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


def create(url: str, *, now: datetime) -> None:
    """Makes or upgrades the tables at the address; running it again changes nothing."""
    upgrade(url)
    engine = engine_for(url).execution_options(withcare_writes=True)
    with told_plainly(), engine.connect() as db, db.begin():
        if db.execute(select(chain_head.c.id)).first() is None:
            db.execute(insert(chain_head).values(id=1, position=0, hash=BEGINNING))
    engine.dispose()


def upgrade(url: str) -> None:
    """Runs the migrations that the store has not seen; one that died goes on.

    Raises `NewerVersion` where a newer withcare made it; then nothing was written.
    """
    found = version_at(url)
    if found is not None and found not in known_versions():
        raise wrong_version(found)
    engine = engine_for(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    writer = engine.execution_options(withcare_writes=True)
    try:
        with told_plainly(), writer.connect() as db:
            config.attributes["connection"] = db
            command.upgrade(config, "head")
            db.commit()
    finally:
        engine.dispose()


def version_at(url: str) -> str | None:
    """The version of the store at the address; None where there is none yet.

    One whose making was cut short has no history to begin from, and is none yet.
    """
    if _is_missing_file(url):
        return None
    engine = engine_for(url)
    try:
        with told_plainly(), engine.connect() as db:
            found = version_of(db)
            if found in known_versions() and not _was_begun(db):
                return None
            return found
    finally:
        engine.dispose()


def _was_begun(db: Connection) -> bool:
    """Whether its making came to its end once, which is the head of its history."""
    return db.execute(select(chain_head.c.id)).first() is not None
