"""A MariaDB that lives as long as the tests that asked for it."""

import getpass
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pymysql

from tests.services.binaries import find_program
from tests.services.process_group import serving

# What is lost in a crash of the machine is only a test's: nothing waits for the disk.
FOR_TESTS = (
    "--skip-networking",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
)
# Nobody listens in at a socket. Without this PyMySQL reads every authority that the
# machine trusts for each connection, which took a twentieth of a second.
UNSEALED = "ssl_disabled=true"


@dataclass(frozen=True, slots=True)
class MariaDB:
    """A running server, reached through a socket in its own folder."""

    room: Path
    group: int
    command: tuple[str, ...]
    user: str | None = None

    def answers(self) -> bool:
        return _answers(self.room)

    def url(self, database: str) -> str:
        """The address of a database, for SQLAlchemy."""
        here = f"unix_socket={_socket(self.room)}&{UNSEALED}"
        return f"mysql+pymysql://root@localhost/{database}?charset=utf8mb4&{here}"

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"t_{uuid4().hex}"
        # Debian's default, under which `Maori` equals `Māori`: what the store needs
        # otherwise it has to ask for itself, as on anybody's server.
        self._run(
            f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
        )
        return name

    def drop_database(self, name: str) -> None:
        """Ends the connections a test left open first, or it would wait for them."""
        with _connect(self.room) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM information_schema.processlist WHERE db = %s", (name,)
            )
            for (number,) in cursor.fetchall():
                with suppress(pymysql.err.OperationalError):  # it left by itself
                    cursor.execute("KILL CONNECTION %s", (number,))
        self._run(f"DROP DATABASE {name}")

    def _run(self, statement: str) -> None:
        with _connect(self.room) as connection, connection.cursor() as cursor:
            cursor.execute(statement)


# A killed server must not forget what it has said is written.
DURABLE = ("--innodb-flush-log-at-trx-commit=1",)


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[MariaDB]:
    """A fresh server; raises NotInstalled where MariaDB is not."""
    install = find_program("mariadb-install-db")
    server = find_program("mariadbd", [Path("/usr/sbin")])
    room = Path(tempfile.mkdtemp(prefix="withcare-mariadb-"))
    # Debian's package without start scripts brings no user of its own.
    whose = f"--user={getpass.getuser()}"
    # A folder for its passing files too: a server that starts removes what it takes
    # for the leavings of another.
    where = (f"--datadir={room / 'data'}", f"--tmpdir={room}")
    wished = (*FOR_TESTS, *(DURABLE if is_durable else ()))
    common = ("--no-defaults", *where, whose, *wished)
    sign_in = ("--skip-test-db", "--auth-root-authentication-method=normal")
    command = (server, *common, f"--socket={_socket(room)}")
    with serving(
        command,
        prepare=[install, *common, *sign_in],
        room=room,
        ready=lambda: _answers(room),
    ) as group:
        yield MariaDB(room, group, command)


def _socket(room: Path) -> Path:
    return room / "mariadb.sock"


def _answers(room: Path) -> bool:
    # By hand, since PyMySQL leaves its end open where nobody answers.
    with socket.socket(socket.AF_UNIX) as end:
        return end.connect_ex(str(_socket(room))) == 0


def _connect(room: Path) -> "pymysql.Connection[pymysql.cursors.Cursor]":
    return pymysql.connect(
        unix_socket=str(_socket(room)), user="root", autocommit=True, ssl_disabled=True
    )
