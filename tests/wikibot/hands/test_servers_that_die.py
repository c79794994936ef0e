"""The database dies between the bot's intent and its outcome: a next run finds out."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_base import steps
from knowledge_base.chain import verify
from knowledge_base.faults import Unreachable
from knowledge_base.journeys import State
from tests.conftest import started
from tests.services.mortal import Mortal, mortal
from tests.wikibot.hands.bench import make_bench
from withcare.sandbox import RunningSandbox

# PyMySQL leaves its end of a connection open where nobody answers; Python closes it.
pytestmark = [
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
    gc.collect()


def test_a_page_is_saved_once_though_the_server_died(
    server: Mortal, wiki: RunningSandbox, tmp_path: Path
) -> None:
    bench = make_bench(tmp_path / "home", wiki, server.url)
    record = bench.approved()
    bench.act_before_next_save(server.die)
    with pytest.raises(Unreachable, match="run the command again"):
        bench.run(doors=bench.slow_doors())
    server.rise()
    assert bench.world.state(record) is State.PUBLISHING
    bench.run()
    assert bench.world.state(record) is State.PUBLISHED
    saved = [one for one in bench.steps(record) if isinstance(one, steps.Saved)]
    assert len(saved) == 1
    assert bench.text(record)
    assert bench.run().saved == 0
    with bench.world.store.reading() as db:
        assert verify(db).holds
    bench.world.store.close()
