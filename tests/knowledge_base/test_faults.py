"""What a database cannot do is told in a sentence, and nothing of it is written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pymysql
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from knowledge_base.faults import (
    StoreBusy,
    StoreFault,
    StoreFull,
    StoreReadOnly,
    Unreachable,
    told_plainly,
)
from knowledge_base.receiving import receive
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store, create
from knowledge_base.tables import chain_head, records
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import START, World, make_world


@pytest.fixture
def on_a_disk(tmp_path: Path) -> Iterator[World]:
    """A world in one file, `a.sqlite`."""
    world = make_world(f"sqlite:///{tmp_path / 'a.sqlite'}")
    yield world
    world.store.close()


def say(world: World, pragma: str) -> None:
    """Tells the one connection that the store keeps open."""
    with world.store.reading() as db:
        db.exec_driver_sql(f"PRAGMA {pragma}")


def take_one(world: World, title: str = "A boat (invented)") -> None:
    content = {"title": (title,)}
    receive(world.store, "item", content, by=SOFTWARE, now=world.later())


def test_a_store_somebody_else_writes_to_is_busy(
    on_a_disk: World, tmp_path: Path
) -> None:
    say(on_a_disk, "busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="run the command again"):
            take_one(on_a_disk)
    take_one(on_a_disk)


def test_a_full_disk_is_told_and_nothing_of_the_record_is_kept(
    on_a_disk: World,
) -> None:
    say(on_a_disk, "max_page_count = 1")
    with on_a_disk.store.reading() as db:
        before = db.execute(select(chain_head)).all()
    with pytest.raises(StoreFull, match="make room"):
        take_one(on_a_disk, "A boat " * 20_000)
    with on_a_disk.store.reading() as db:
        assert db.execute(select(chain_head)).all() == before


def test_a_store_that_may_only_be_read_is_told(on_a_disk: World) -> None:
    say(on_a_disk, "query_only = 1")
    with pytest.raises(StoreReadOnly, match="owns the store"):
        take_one(on_a_disk)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
        "mysql+pymysql://nobody@127.0.0.1:1/nothing",
    ],
)
def test_a_server_that_does_not_answer_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable, match=r"settings\.toml"):
        Store.open(url, rulebook=Rulebook.shipped(), destinations=(), keys=None)
    with pytest.raises(Unreachable, match=r"settings\.toml"):
        create(url, now=START)


def test_a_broken_promise_of_ours_goes_on_as_it_is(any_world: World) -> None:
    take_one(any_world)
    with any_world.store.reading() as db:
        row = db.execute(select(records).limit(1)).mappings().one()
    with pytest.raises(IntegrityError), any_world.store.writing() as db:
        db.execute(records.insert().values(**row))


def test_no_fault_says_what_was_to_be_written(on_a_disk: World) -> None:
    say(on_a_disk, "query_only = 1")
    with pytest.raises(StoreFault) as told:
        take_one(on_a_disk, "Zephrindle (invented)")
    assert "Zephrindle" not in str(told.value)


def test_a_driver_that_speaks_for_itself_is_told_plainly_too() -> None:
    """While a connection is made ready, SQLAlchemy hands on what the driver says."""
    gone = pymysql.err.OperationalError(2006, "MySQL server has gone away (a secret)")
    with pytest.raises(Unreachable) as told, told_plainly():
        raise gone
    assert "secret" not in str(told.value)
    with pytest.raises(ZeroDivisionError), told_plainly():
        raise ZeroDivisionError
