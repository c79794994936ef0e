"""A database server is killed in the middle of the work: nothing said is missing."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge_base import tables
from knowledge_base.chain import Audit, verify
from knowledge_base.faults import StoreFault, Unreachable
from tests.conftest import started
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.exchange.conftest import importer, item, write_lines
from tests.services.mortal import Mortal, mortal

# PyMySQL leaves its end of a connection open where nobody answers; Python closes it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*unclosed <socket"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(
    params=[
        pytest.param("postgresql", marks=pytest.mark.postgres),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def server(request: pytest.FixtureRequest) -> Iterator[Mortal]:
    """A server of its own, that may be killed."""
    yield from started(lambda: mortal(request.param))
    gc.collect()  # what the drivers left open is closed here, see above


def found(world: World) -> tuple[set[str], Audit]:
    with world.store.reading() as db:
        ids = set(db.scalars(select(tables.records.c.id)))
        return ids, verify(db)


def size(world: World) -> int:
    with world.store.reading() as db:
        return db.scalar(select(func.count()).select_from(tables.records)) or 0


def test_what_was_written_before_the_server_died_is_there(server: Mortal) -> None:
    world = make_world(server.url)
    said: list[str] = []
    ended: list[BaseException] = []
    enough = threading.Event()

    def take_in() -> None:
        try:
            for _ in range(10_000):
                said.append(world.item())
                if len(said) == 25:
                    enough.set()
        except StoreFault as fault:
            ended.append(fault)

    writer = threading.Thread(target=take_in, daemon=True)
    writer.start()
    assert enough.wait(60)
    server.die()
    writer.join(60)
    assert [type(fault) for fault in ended] == [Unreachable]
    assert "run the command again" in str(ended[0])
    with pytest.raises(Unreachable), world.store.reading():
        pass
    server.rise()
    ids, audit = found(world)
    assert set(said) <= ids
    assert audit.holds
    said.append(world.item())  # the same open store goes on
    assert said[-1] in found(world)[0]
    world.store.close()


def test_an_import_goes_on_after_the_server_died(
    server: Mortal, tmp_path: Path
) -> None:
    many = 1500
    path = write_lines(tmp_path / "many.jsonl", map(item, range(many)))
    world = make_world(server.url)
    take_in = importer(world)
    ended: list[BaseException] = []

    def begin() -> None:
        try:
            take_in(path)
        except StoreFault as fault:
            ended.append(fault)

    before = size(world)
    reader = threading.Thread(target=begin, daemon=True)
    reader.start()
    while size(world) == before:
        assert reader.is_alive(), "it was done before it could be killed"
    server.die()
    reader.join(60)
    assert [type(fault) for fault in ended] == [Unreachable]
    server.rise()
    ids, audit = found(world)
    assert before < len(ids) < before + many
    assert audit.holds
    take_in(path)
    with world.store.reading() as db:
        named = tables.records.c.identifier.startswith("I.")
        query = select(func.count()).select_from(tables.records).where(named)
        assert db.scalar(query) == many
    assert found(world)[1].holds
    world.store.close()
