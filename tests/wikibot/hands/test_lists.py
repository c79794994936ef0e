"""A community's private list, and what the bot does on the wiki because of it."""

from knowledge_base.journeys import State
from knowledge_base.work import work
from tests.knowledge_base.test_word_lists import give
from tests.wikibot.hands.bench import Bench

pytest_plugins = ["tests.wiki_fixtures"]
WORD = "Quilloxin"


def look_through(bench: Bench) -> None:
    world = bench.world
    for _ in work(world.store, worker="one", clock=lambda: world.later(), only="lists"):
        pass


def test_a_page_in_which_a_listed_word_stands_is_taken_down(bench: Bench) -> None:
    listed = bench.published(title=f"{WORD} (invented)")
    other = bench.published(title="A boat (invented)")
    give(bench.world, WORD)
    look_through(bench)

    bench.run()

    assert bench.world.state(listed) is State.CLOSED
    assert WORD not in bench.text(listed)
    assert bench.world.state(other) is State.PUBLISHED
    assert "A boat (invented)" in bench.text(other)


def test_nothing_is_saved_before_the_worker_was_there(bench: Bench) -> None:
    record = bench.approved(title="A boat (invented)")
    give(bench.world, WORD)

    held = bench.run()

    assert held.saved == 0
    assert ("*", "not-looked-through") in held.people
    assert bench.world.state(record) is State.APPROVED

    look_through(bench)

    assert bench.run().saved == 1
    assert bench.world.state(record) is State.PUBLISHED
