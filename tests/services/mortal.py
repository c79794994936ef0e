"""A database server that is killed while others use it, and is started again."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import mariadb, postgresql
from tests.services.process_group import members, serving, wait_until

Server = postgresql.PostgreSQL | mariadb.MariaDB


@dataclass
class Mortal:
    """`url` is an empty database on it; it keeps what it said was written."""

    server: Server
    url: str
    group: int
    held: ExitStack

    def die(self) -> None:
        """As if the machine's memory ran out: no process of it says good-bye."""
        os.killpg(self.group, signal.SIGKILL)
        assert wait_until(lambda: not members(self.group), seconds=10)
        # PostgreSQL takes a dead process that nobody waited for to be its elder.
        os.waitpid(self.group, 0)

    def rise(self) -> None:
        """The same server over the same files."""
        room = Path(tempfile.mkdtemp(prefix="withcare-risen-"))
        if self.server.user:
            shutil.chown(room, self.server.user, self.server.user)
        again = serving(
            self.server.command,
            room=room,
            user=self.server.user,
            ready=self.server.answers,
        )
        self.group = self.held.enter_context(again)


@contextmanager
def mortal(kind: str) -> Iterator[Mortal]:
    """Raises NotInstalled where that server is not."""
    with ExitStack() as held:
        server: Server = (
            held.enter_context(postgresql.running(is_durable=True))
            if kind == "postgresql"
            else held.enter_context(mariadb.running(is_durable=True))
        )
        url = server.url(server.create_database())
        yield Mortal(server, url, server.group, held)
