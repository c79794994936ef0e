"""The bench: a store, a real wiki, and the bot between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.knowledge_base.conftest import World, make_world
from tests.wikibot.hands.bench import Bench, make_bench
from withcare.sandbox import RunningSandbox


@pytest.fixture
def bench(tmp_path: Path, wiki: RunningSandbox, sqlite_url: str) -> Iterator[Bench]:
    """Everything as new: the store is empty, the wiki as it was installed."""
    made = make_bench(tmp_path / "home", wiki, sqlite_url)
    yield made
    made.world.store.close()


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The store alone, for what needs no wiki."""
    made = make_world(sqlite_url)
    yield made
    made.store.close()
