"""The store: one file of SQLite, or a PostgreSQL or MariaDB server, with one promise.

It opens and closes transactions and nothing else. Reading is `store.reading()`;
writing goes through `workflow.note` for everything that is history, and through
`store.writing()` for what is not (sessions, watermarks, progress).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base.chain import BEGINNING
from knowledge_base.engines import engine_for
from knowledge_base.faults import StoreFault, Unreachable, told_plainly
from knowledge_base.keys import Keyring, WrongMasterKey, carrying
from knowledge_base.markers.book import MarkerBook
from knowledge_base.tables import chain_head
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


Reading: TypeAlias = Connection
"""What is read through, in the one moment that `Store.reading` sees."""


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
        self.has_keys = keys is not None

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


def create(url: str, *, now: datetime) -> None:
    """Makes or upgrades the tables at the address; running it again changes nothing."""
    upgrade(url)
    engine = engine_for(url).execution_options(withcare_writes=True)
    with told_plainly(), engine.connect() as db, db.begin():
        if db.execute(select(chain_head.c.id)).first() is None:
            db.execute(insert(chain_head).values(id=1, position=0, hash=BEGINNING))
    engine.dispose()


def upgrade(url: str, *, to: str = "head") -> None:
    """Runs the migrations that the store has not seen; one that died goes on.

    `to`: the version to stop at; it is for whoever reads what that version wrote.

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
            command.upgrade(config, to)
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
