"""Each test gets an empty database on a real server, and leaves nothing behind."""

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from tests.services import binaries, mariadb, postgresql
from tests.services.process_group import members

SERVERS = [
    pytest.param(postgresql.running, marks=pytest.mark.postgres, id="postgresql"),
    pytest.param(mariadb.running, marks=pytest.mark.mariadb, id="mariadb"),
]


@pytest.mark.parametrize("visit", [1, 2])
def test_every_test_finds_its_database_empty(any_database_url: str, visit: int) -> None:
    engine = create_engine(any_database_url)
    with engine.begin() as db:
        assert inspect(db).get_table_names() == []
        db.execute(text("CREATE TABLE visits (number INTEGER)"))
    engine.dispose()


def test_it_holds_any_script(any_database_url: str) -> None:
    engine = create_engine(any_database_url)
    with engine.begin() as db:
        db.execute(text("CREATE TABLE words (word VARCHAR(100))"))
        db.execute(text("INSERT INTO words VALUES ('Māori 面具 قناع 🪶')"))
        assert db.scalar(text("SELECT word FROM words")) == "Māori 面具 قناع 🪶"
    engine.dispose()


@pytest.mark.parametrize("running", SERVERS)
def test_a_server_really_stops(running: object) -> None:
    assert callable(running)
    with running() as server:
        assert members(server.group)

    assert members(server.group) == []
    assert not server.room.exists()


def hold_open(url: str) -> Connection:
    db = create_engine(url).connect()
    db.execute(text("SELECT 1"))
    return db


@pytest.mark.postgres
def test_postgresql_drops_a_database_somebody_holds_open(
    postgresql_server: postgresql.PostgreSQL,
) -> None:
    name = postgresql_server.create_database()
    held = hold_open(postgresql_server.url(name))

    postgresql_server.drop_database(name)

    held.invalidate()
    held.close()


@pytest.mark.mariadb
def test_mariadb_drops_a_database_somebody_holds_open(
    mariadb_server: mariadb.MariaDB,
) -> None:
    name = mariadb_server.create_database()
    held = hold_open(mariadb_server.url(name))

    mariadb_server.drop_database(name)

    held.invalidate()
    held.close()


def test_a_program_that_is_not_there_names_the_cure() -> None:
    with pytest.raises(binaries.NotInstalled, match="debian_packages"):
        binaries.find_program("no-such-server")
