"""A PostgreSQL that lives as long as the tests that asked for it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.services.binaries import find_program
from tests.services.process_group import serving

# What is lost in a crash of the machine is only a test's: nothing waits for the disk.
FOR_TESTS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "50",
}
NEW_CLUSTER = (
    "--auth=trust",
    "--username=withcare",
    "--no-sync",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
)


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A running server, reached through a socket in its own folder."""

    room: Path
    group: int
    command: tuple[str, ...]
    user: str | None

    def answers(self) -> bool:
        return _answers(self.room)

    def url(self, database: str) -> str:
        """The address of a database, for SQLAlchemy."""
        return f"postgresql+psycopg://withcare@/{database}?host={self.room}"

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"t_{uuid4().hex}"
        # Copying the few files is quicker here than writing them through the log.
        self._run(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        return name

    def drop_database(self, name: str) -> None:
        """Also ends the connections a test has left open."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with _connect(self.room) as connection:
            connection.execute(statement.encode())


# A killed server must not forget what it has said is written.
DURABLE = {"synchronous_commit": "on"}


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[PostgreSQL]:
    """A fresh server; raises NotInstalled where PostgreSQL is not."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2])
    )
    initdb, postgres = (find_program(name, folders) for name in ("initdb", "postgres"))
    room = Path(tempfile.mkdtemp(prefix="withcare-postgresql-"))
    # Neither program runs as root.
    user = "postgres" if os.getuid() == 0 else None
    if user:
        shutil.chown(room, user, user)
    cluster = str(room / "cluster")
    wished = FOR_TESTS | (DURABLE if is_durable else {})
    settings = [f"--{name}={value}" for name, value in wished.items()]
    command = (postgres, "-D", cluster, "-k", str(room), *settings)
    with serving(
        command,
        prepare=[initdb, "-D", cluster, *NEW_CLUSTER],
        room=room,
        user=user,
        ready=lambda: _answers(room),
    ) as group:
        yield PostgreSQL(room, group, command, user)


def _answers(room: Path) -> bool:
    try:
        _connect(room).close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(room: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(room), user="withcare", dbname="postgres", autocommit=True
    )
