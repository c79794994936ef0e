"""A store as the SQL that a server is filled from again, and filling it."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pymysql
from pymysql.constants import CLIENT
from sqlalchemy.engine import make_url

from knowledge_base.engines import engine_for


def of(url: str) -> str:
    """The database at the address of either server, as SQL."""
    is_postgresql = make_url(url).get_backend_name() == "postgresql"
    return _of_postgresql(url) if is_postgresql else _of_mariadb(url)


def _of_postgresql(url: str) -> str:
    """What pg_dump writes, without its commands to psql: any client can read that."""
    address = make_url(url)
    words = ["pg_dump", "--inserts", "--no-owner", "--no-privileges"]
    where = [f"--host={address.query['host']}", f"--username={address.username}"]
    ended = subprocess.run(
        [*words, *where, str(address.database)], check=True, capture_output=True
    )
    lines = ended.stdout.decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("\\"))


def _of_mariadb(url: str) -> str:
    """What mariadb-dump would write; Debian's small client has not got it."""
    with _mariadb(url) as db, db.cursor() as cursor:
        return "".join(_statements(db, cursor))


def _statements(db: "pymysql.Connection[Any]", cursor: Any) -> Iterator[str]:
    yield "SET FOREIGN_KEY_CHECKS = 0;\n"
    cursor.execute("SHOW TABLES")
    for (table,) in sorted(cursor.fetchall()):
        cursor.execute(f"SHOW CREATE TABLE `{table}`")
        yield f"{cursor.fetchone()[1]};\n"
        cursor.execute(f"SELECT * FROM `{table}`")
        for row in cursor.fetchall():
            values = ", ".join(db.literal(value) for value in row)
            yield f"INSERT INTO `{table}` VALUES ({values});\n"
    yield "SET FOREIGN_KEY_CHECKS = 1;\n"


def fill(url: str, dump: str) -> None:
    """Runs the dump in the empty database at the address."""
    if make_url(url).get_backend_name() == "postgresql":
        engine = engine_for(url)
        with engine.connect() as db:
            raw: Any = db.connection.dbapi_connection
            raw.execute(dump.encode())
            raw.commit()
        engine.dispose()
        return
    with _mariadb(url) as other, other.cursor() as cursor:
        cursor.execute(dump)
        while cursor.nextset():
            pass
        other.commit()


def _mariadb(url: str) -> "pymysql.Connection[Any]":
    address = make_url(url)
    return pymysql.connect(
        unix_socket=str(address.query["unix_socket"]),
        user=address.username,
        database=address.database,
        charset="utf8mb4",
        client_flag=CLIENT.MULTI_STATEMENTS,
    )
