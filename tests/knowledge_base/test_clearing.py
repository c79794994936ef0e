"""What was erased is gone from the indexes too, byte for byte where one can look."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge_base import steps
from knowledge_base.clearing import REBUILD, clear_erased, is_left_to_somebody
from knowledge_base.tokens import tokens_of
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.search.test_finding import shown_item

WORD = "canaryworm"
TOKEN = tokens_of([WORD])


def in_sqlite(world: World, folder: Path) -> bool:
    return any(WORD.encode() in one.read_bytes() for one in folder.glob("*.sqlite*"))


def in_postgresql(world: World, folder: Path) -> bool:
    """In the file of the index, as the server itself reads it."""
    with world.store.tending() as db:
        db.execute(text("CHECKPOINT"))
        file = "pg_read_binary_file(pg_relation_filepath('ix_views_tokens'))"
        found = db.scalar(text(f"SELECT position('{TOKEN}'::bytea in {file})"))
    return bool(found)


def in_mariadb(world: World, folder: Path) -> bool:
    """In the parts of the index, and in what waits to become one."""
    with world.store.tending() as db:
        name = db.scalar(text("SELECT DATABASE()"))
        db.execute(text(f"SET GLOBAL innodb_ft_aux_table = '{name}/views'"))
        return any(
            db.scalar(
                text(
                    f"SELECT COUNT(*) FROM information_schema.INNODB_FT_INDEX_{part}"
                    f" WHERE WORD = '{TOKEN}'"
                )
            )
            for part in ("CACHE", "TABLE")
        )


LOOKS: dict[str, Callable[[World, Path], bool]] = {
    "sqlite": in_sqlite,
    "postgresql": in_postgresql,
    "mariadb": in_mariadb,
    "mysql": in_mariadb,
}


def test_what_was_erased_is_gone_from_the_index(
    any_world: World, tmp_path: Path
) -> None:
    world = any_world
    with world.store.reading() as db:
        stands_in = LOOKS[db.dialect.name]
    record = shown_item(world, title=f"{WORD} (invented)")
    other = shown_item(world, title="Boat (invented)")
    world.withdraw(record, world.archivist)
    assert stands_in(world, tmp_path)
    world.take(record, steps.Erased(), by=world.archivist)
    reached = clear_all(world)
    assert reached
    assert not stands_in(world, tmp_path)
    assert clear_erased(world.store, "") == (0, "")
    assert world.length(other)


def test_what_is_too_much_for_the_worker_is_told_until_somebody_did_it(
    mariadb_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("knowledge_base.clearing.MOST_REBUILT", 1)
    world = make_world(mariadb_url)
    records = [shown_item(world, title=f"{WORD} (invented)") for _ in range(2)]
    kept = [shown_item(world, title="Boat (invented)") for _ in range(2)]
    for record in records:
        world.withdraw(record, world.archivist)
    assert not is_left(world)
    world.take(records[0], steps.Erased(), by=world.archivist)
    clear_all(world)
    assert is_left(world)
    assert clear_erased(world.store, "") == (0, "")
    assert in_mariadb(world, tmp_path)
    with world.store.tending() as db:
        while is_left(world):  # the server says by the second when it did
            db.execute(text(REBUILD))
    assert not in_mariadb(world, tmp_path)
    assert all(map(world.length, kept))
    world.store.close()


def is_left(world: World) -> bool:
    with world.store.reading() as db:
        return is_left_to_somebody(db)


def clear_all(world: World) -> int:
    portions, reached = clear_erased(world.store, "")
    while reached:
        some, reached = clear_erased(world.store, reached)
        portions += some
    return portions


def test_nothing_is_cleared_where_nothing_was_erased(world: World) -> None:
    shown_item(world, title=WORD)
    assert clear_all(world) == 0
