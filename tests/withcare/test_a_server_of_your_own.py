"""What the page says of a server is typed, by whoever has nothing but a server."""

import re
from pathlib import Path

import psycopg
import pymysql
import pytest
from sqlalchemy.engine import make_url

from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.withcare.test_commands import Shell

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
PASSWORD = "choose one"  # as it stands on the page
OURS = "t_of_their_own"  # an account `withcare` is there already, and rules the server


def statements() -> list[list[str]]:
    """What an administrator types: for PostgreSQL, and for MariaDB."""
    section = PAGE.read_text("utf-8").partition("**On a server instead of a file.**")[2]
    blocks = re.findall(r"```sql\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    return [block.replace("withcare", OURS).splitlines() for block in blocks]


def address(kind: str) -> str:
    """The one on the page, at the account and database of this test."""
    found = re.search(rf'database = "({kind}\S*)"', PAGE.read_text("utf-8"))
    assert found is not None
    return found[1].replace("withcare", OURS)


def begin(shell: Shell, url: str) -> None:
    """The home as the page has it, and the first commands."""
    keys = shell.home / "keys"
    keys.mkdir(mode=0o700, parents=True)
    (keys / "database.password").touch(mode=0o600)
    (keys / "database.password").write_text(f"{PASSWORD}\n", "utf-8")
    settings = shell.home / "settings.toml"
    settings.write_text(f'database = "{url}"\n', "utf-8")
    shell.done("kb", "init")
    shell.done("review", "add-account", "odo")
    shell.done("kb", "audit", "verify")
    shell.done("work", "--once")
    assert PASSWORD not in settings.read_text("utf-8")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home")


def test_on_postgresql(postgresql_server: PostgreSQL, shell: Shell) -> None:
    here = f"host={postgresql_server.room} user=withcare dbname=postgres"
    with psycopg.connect(here, autocommit=True) as admin:
        for one in statements()[0]:
            admin.execute(one.encode())
    url = make_url(address("postgresql"))
    assert url.host == "localhost"
    there = url.set(host=None).update_query_dict({"host": str(postgresql_server.room)})
    begin(shell, there.render_as_string())
    postgresql_server.drop_database(OURS)


def test_on_mariadb(mariadb_server: MariaDB, shell: Shell) -> None:
    socket = str(mariadb_server.room / "mariadb.sock")
    with (
        pymysql.connect(user="root", unix_socket=socket, autocommit=True) as admin,
        admin.cursor() as cursor,
    ):
        for one in statements()[1]:
            cursor.execute(one)
    url = make_url(address("mysql"))
    assert url.host == "localhost"
    begin(shell, url.update_query_dict({"unix_socket": socket}).render_as_string())
    mariadb_server.drop_database(OURS)
