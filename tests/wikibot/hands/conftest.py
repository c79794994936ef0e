"""The bench: a store, a real wiki, and the bot between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wikibot.hands.bench import Bench, make_bench
from withcare.sandbox import RunningSandbox


@pytest.fixture
def bench(tmp_path: Path, wiki: RunningSandbox, sqlite_url: str) -> Iterator[Bench]:
    """Everything as new: the store is empty, the wiki as it was installed."""
    made = make_bench(tmp_path / "home", wiki, sqlite_url)
    yield made
    made.world.store.close()
