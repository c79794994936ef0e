"""What any test may ask for: an empty database on each real server; a real wiki."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from tests.services import mariadb, postgresql
from tests.services.binaries import NotInstalled
from tests.statements import compile_once

pytest_plugins = ["tests.wiki_fixtures"]

IN_MEMORY = Path("/dev/shm")
ENOUGH_ROOM = 6 * 1024**3  # the tests held 0.5 of it; what they start needs some


def pytest_configure() -> None:
    """Stores, servers and wikis of tests lie in memory, where there is room.

    They wait for the disk at each commit else, for half of the time of all tests. Who
    sets TMPDIR has decided; processes that tests start are told by it too.
    """
    if "TMPDIR" in os.environ or not IN_MEMORY.is_dir():
        return
    if min(shutil.disk_usage(IN_MEMORY).free, _free_memory()) > ENOUGH_ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def _free_memory() -> int:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


compile_once()

# No time limit per example: how busy the machine is says nothing about the code.
settings.register_profile(
    "withcare",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# The thousands come from many rounds, so that a soak ends when it was asked to.
settings.register_profile("soak", settings.get_profile("withcare"), max_examples=300)
# Named here, or a machine that sets CI gets a profile that tries the same each time.
settings.load_profile("withcare")

Server = TypeVar("Server")
MARK_OF = {"postgres_url": pytest.mark.postgres, "mariadb_url": pytest.mark.mariadb}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what asks for a server, so that nobody can forget to."""
    for item in items:
        for name in MARK_OF.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARK_OF[name])


def started(running: Callable[[], AbstractContextManager[Server]]) -> Iterator[Server]:
    """The server; where it is not installed, a skip, and in CI a failure."""
    try:
        with running() as server:
            yield server
    except NotInstalled as absent:
        if os.environ.get("CI"):
            pytest.fail(str(absent))
        pytest.skip(str(absent))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.PostgreSQL]:
    """One server for each parallel worker."""
    yield from started(postgresql.running)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.MariaDB]:
    """One server for each parallel worker."""
    yield from started(mariadb.running)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an empty SQLite file."""
    return f"sqlite:///{tmp_path / 'withcare.sqlite'}"


@pytest.fixture
def postgres_url(postgresql_server: postgresql.PostgreSQL) -> Iterator[str]:
    """The address of an empty database, dropped after the test."""
    name = postgresql_server.create_database()
    yield postgresql_server.url(name)
    postgresql_server.drop_database(name)


@pytest.fixture
def mariadb_url(mariadb_server: mariadb.MariaDB) -> Iterator[str]:
    """The address of an empty database, dropped after the test."""
    name = mariadb_server.create_database()
    yield mariadb_server.url(name)
    mariadb_server.drop_database(name)


@pytest.fixture(
    params=[
        pytest.param("sqlite_url", id="sqlite"),
        pytest.param("postgres_url", id="postgresql", marks=pytest.mark.postgres),
        pytest.param("mariadb_url", id="mariadb", marks=pytest.mark.mariadb),
    ]
)
def any_database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once on each server we promise to run on."""
    url: str = request.getfixturevalue(request.param)
    return url
