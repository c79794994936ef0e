"""A page of which nobody here can read any more what was said of it comes down."""

from knowledge_base.journeys import State
from tests.knowledge_base.test_keys import lose_the_master_key
from tests.wikibot.hands.bench import Bench

pytest_plugins = ["tests.wiki_fixtures"]


def test_a_page_whose_key_is_gone_comes_down_the_same_day(
    bench: Bench, sqlite_url: str
) -> None:
    record = bench.published(description="Carved from one trunk.")
    bench.run()  # nothing is left to look at today
    lose_the_master_key(bench.world, sqlite_url)

    tally = bench.run()

    assert (tally.closed, tally.trouble) == (1, [])
    assert bench.world.state(record) is State.CLOSED
    assert "one trunk" not in bench.text(record)
