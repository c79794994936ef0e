"""What was taken back is found by nobody, through no door."""

from knowledge_base import steps
from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"


def test_a_withdrawn_page_is_found_by_nobody(bench: Bench) -> None:
    record = bench.published(title="A boat", description=CANARY)
    bench.withdraw(record)

    tally = bench.run()

    assert (tally.withdrawn, tally.people, tally.trouble) == (1, [], [])
    assert bench.world.state(record) is State.WITHDRAWN
    last = bench.steps(record)[-1]
    assert isinstance(last, steps.Withdrawn)
    assert last.probes > 20
    assert last.still_visible == 0
