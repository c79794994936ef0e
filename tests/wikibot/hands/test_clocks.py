"""The bot's clock and the wiki's: where they differ nothing new is shown."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench

pytest_plugins = ["tests.wiki_fixtures"]


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(days=365)], ids=str)
def test_a_bot_with_a_wrong_clock_publishes_nothing_and_takes_back_all(
    bench: Bench, wrong: timedelta
) -> None:
    stands = bench.published()
    waits = bench.approved()
    bench.withdraw(stands)
    tally = bench.run(clock=lambda: datetime.now(UTC) + wrong)
    assert tally.saved == 0
    assert ("*", "clock-differs") in tally.people
    assert bench.world.state(stands) is State.WITHDRAWN
    assert bench.world.state(waits) is not State.PUBLISHED


def test_a_clock_that_is_a_little_off_is_no_matter(bench: Bench) -> None:
    bench.approved()
    wrong = timedelta(minutes=3)
    assert bench.run(clock=lambda: datetime.now(UTC) + wrong).saved == 1
