"""What was approved is saved, once, with as few requests as there can be."""

from knowledge_base.journeys import State
from knowledge_base.pages import choose_title
from tests.knowledge_base.conftest import WIKI
from tests.review_app.test_costs import asked
from tests.wikibot.hands.bench import Bench
from wikibot.pages.titles import opaque, with_number

pytest_plugins = ["tests.wiki_fixtures"]


def test_an_approved_page_is_published(bench: Bench) -> None:
    record = bench.approved(title="A boat (invented)")

    tally = bench.run()

    assert (tally.saved, tally.people, tally.trouble) == (1, [], [])
    assert bench.world.state(record) is State.PUBLISHED
    assert "A boat (invented)" in bench.text(record)


def test_a_second_run_saves_nothing(bench: Bench) -> None:
    bench.published()

    with bench.wiki.request_log.recording() as recording:
        tally = bench.run()

    assert recording.edits == ()
    assert (tally.saved, tally.unchanged) == (0, 0)


def test_an_idle_run_is_one_request(bench: Bench) -> None:
    bench.published()
    bench.run()

    with bench.wiki.request_log.recording() as recording:
        bench.run()

    assert len(recording.requests) == 1


def test_an_idle_run_asks_the_store_the_same_however_many_pages_there_are(
    bench: Bench,
) -> None:
    def idle_with(more: int) -> int:
        for _ in range(more):
            bench.approved()
        bench.run()
        bench.run()
        return len(asked(bench.world.store, bench.run))

    assert idle_with(1) == idle_with(4)


def test_changed_pages_cost_one_request_each_and_one_more(bench: Bench) -> None:
    bench.run()
    for _ in range(7):
        bench.approved()

    with bench.wiki.request_log.recording() as recording:
        tally = bench.run()

    assert tally.saved == 7
    assert len(recording.requests) == 8


def test_titles_that_others_have_never_end_a_run(bench: Bench) -> None:
    ready, waiting = bench.approved(title="A cup"), bench.world.item(title="A boat")
    bench.world.concern(waiting, "nobody")
    title, _ = bench.units(waiting)
    for taken in (title, with_number(title, waiting), opaque(waiting)):
        other = bench.world.item(title="Another")
        with bench.world.store.writing() as db:
            choose_title(db, other, WIKI, taken)

    tally = bench.run()

    assert (waiting, "title-taken") in tally.people
    assert bench.world.state(ready) is State.PUBLISHED
