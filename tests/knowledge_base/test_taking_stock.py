"""A server that plans by numbers has them while an import is under way."""

from pathlib import Path

import pytest
from sqlalchemy import event, text

from knowledge_base.backups import Since, back_up, restore
from knowledge_base.engines import engine_for
from knowledge_base.taking_stock import take_stock
from tests.knowledge_base.conftest import OWN_WIKI, World, make_world
from tests.knowledge_base.exchange.conftest import importer, item, write_lines

COUNTED = text("SELECT reltuples FROM pg_class WHERE relname = 'records'")


def counted_at(url: str) -> float:
    """How many records that server believes there are; below nought: never counted."""
    engine = engine_for(url)
    with engine.connect() as db:
        found: float = db.scalar(COUNTED) or 0
    engine.dispose()
    return found


@pytest.mark.postgres
def test_an_import_tells_it_how_many_came_in(postgres_url: str, tmp_path: Path) -> None:
    world = make_world(postgres_url)
    with world.store.writing() as db:  # it counts by itself too, a minute later
        db.execute(text("ALTER TABLE records SET (autovacuum_enabled = off)"))
    importing = importer(world)
    some = write_lines(tmp_path / "some.jsonl", map(item, range(900)))
    importing(some)
    assert counted_at(postgres_url) < 900  # as it was: a small one costs nothing
    importing(write_lines(tmp_path / "more.jsonl", map(item, range(1_000, 3_200))))
    assert counted_at(postgres_url) >= 1_900
    world.store.close()


@pytest.mark.postgres
def test_a_restored_store_is_planned_for_as_it_is(
    postgres_url: str, tmp_path: Path
) -> None:
    world = make_world(f"sqlite:///{tmp_path / 'one.sqlite'}")
    for _ in range(3):
        world.item()
    back_up(world.store, tmp_path / "all.zip", now=world.later())
    world.store.close()
    restore(
        postgres_url,
        tmp_path / "all.zip",
        since=Since(is_lost=True),
        destinations=(OWN_WIKI,),
        now=world.later(),
    )
    assert counted_at(postgres_url) >= 3


def test_what_it_knows_already_is_not_counted_again(any_world: World) -> None:
    said: list[str] = []
    with any_world.store.tending() as db:
        event.listen(
            db, "before_cursor_execute", lambda *args: said.append(str(args[2]))
        )
        take_stock(db, came_in=1_000_000)
        is_server = db.dialect.name == "postgresql"
        assert sum("ANALYZE" in one for one in said) == is_server
        take_stock(db, came_in=1)
    assert sum("ANALYZE" in one for one in said) == is_server
