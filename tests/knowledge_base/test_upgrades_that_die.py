"""A migration that is killed at any statement goes on, to the same tables and rows."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Inspector, event, inspect
from sqlalchemy.engine import make_url

from knowledge_base.backups.earlier import standing_tables
from knowledge_base.chain import verify
from knowledge_base.engines import engine_for
from knowledge_base.store import create, version_at
from knowledge_base.versions import needed_version
from tests.knowledge_base.conftest import START
from tests.stored.test_stores import RELEASES, fill, require_as_told

Schema = dict[str, dict[str, Any]]


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


@contextmanager
def dying_at(number: int) -> Iterator[list[str]]:
    """Ends the work before the statement of this number, counted from 0 on."""
    seen: list[str] = []

    def count(_db: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if len(seen) == number:
            raise Killed
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def schema_at(url: str) -> Schema:
    """Every table with its columns, types, keys, indexes and constraints."""
    engine = engine_for(url)
    try:
        found = inspect(engine)
        return {name: _table(found, name) for name in found.get_table_names()}
    finally:
        engine.dispose()


def _table(found: Inspector, name: str) -> dict[str, Any]:
    columns = [
        (x["name"], str(x["type"]), x["nullable"], x["default"])
        for x in found.get_columns(name)
    ]
    return {
        "columns": sorted(columns),
        "key": found.get_pk_constraint(name),
        "others": _sorted(found.get_foreign_keys(name)),
        "unique": _sorted(found.get_unique_constraints(name)),
        "checks": _sorted(found.get_check_constraints(name)),
        "indexes": _sorted(found.get_indexes(name)),
    }


def _sorted(found: Any) -> list[Any]:
    return sorted(found, key=lambda one: str(one["name"]))


def rows_at(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = engine_for(url)
    try:
        with engine.connect() as db:
            return {
                table.name: sorted(map(tuple, db.execute(table.select())), key=repr)
                for table in standing_tables(db)
            }
    finally:
        engine.dispose()


def die_at_each_statement(url: str, work: Callable[[], None]) -> int:
    """Does the work again and again, ended one statement later each time."""
    for number in range(10_000):
        with dying_at(number):
            try:
                work()
            except Killed:
                continue
        return number
    raise AssertionError("it never came to its end")


@pytest.fixture
def another_url(any_database_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A second empty database of the same kind."""
    address = make_url(any_database_url)
    if address.get_backend_name() == "sqlite":
        yield f"sqlite:///{Path(str(address.database)).parent / 'another.sqlite'}"
        return
    kind = "postgresql" if "postgresql" in any_database_url else "mariadb"
    server = request.getfixturevalue(f"{kind}_server")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


def test_an_empty_store_is_made_however_often_that_dies(
    any_database_url: str, another_url: str
) -> None:
    create(another_url, now=START)
    many = die_at_each_statement(
        any_database_url, lambda: create(any_database_url, now=START)
    )
    assert many > len(schema_at(another_url))
    assert schema_at(any_database_url) == schema_at(another_url)
    assert rows_at(any_database_url) == rows_at(another_url)


@pytest.mark.parametrize("release", RELEASES)
def test_the_store_of_a_release_is_upgraded_however_often_that_dies(
    release: str, any_database_url: str, another_url: str
) -> None:
    fill(another_url, release)
    create(another_url, now=START)
    fill(any_database_url, release)
    many = die_at_each_statement(
        any_database_url, lambda: create(any_database_url, now=START)
    )
    assert many > 0
    assert version_at(any_database_url) == needed_version()
    assert schema_at(any_database_url) == schema_at(another_url)
    assert rows_at(any_database_url) == rows_at(another_url)
    require_as_told(any_database_url, release)


CHILD = """
import os, signal, sys
from datetime import datetime
from sqlalchemy import Engine, event
from knowledge_base.store import create
url, left, now = sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
@event.listens_for(Engine, "after_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
create(url, now=now)
"""


@pytest.mark.parametrize("after", [3, 17, 40])
def test_a_process_that_is_killed_leaves_what_goes_on(
    any_database_url: str, another_url: str, after: int
) -> None:
    words = [sys.executable, "-c", CHILD, any_database_url, str(after)]
    ended = subprocess.run([*words, START.isoformat()], cwd=Path(__file__).parents[2])
    assert ended.returncode == -signal.SIGKILL
    create(any_database_url, now=START)
    create(another_url, now=START)
    assert schema_at(any_database_url) == schema_at(another_url)
    assert rows_at(any_database_url) == rows_at(another_url)
    engine = engine_for(any_database_url)
    with engine.connect() as db:
        assert verify(db).holds
    engine.dispose()
