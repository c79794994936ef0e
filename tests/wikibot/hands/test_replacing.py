"""Words that a community replaced are read in no older version of the page."""

from tests.wikibot.hands.bench import Bench
from tests.wikibot.hands.test_narrowing import (
    OWN,
    WRONG,
    of_people,
    older_text,
    say_instead,
)

pytest_plugins = ["tests.wiki_fixtures"]


def test_words_replaced_with_a_fresh_yes_are_read_in_no_older_revision(
    bench: Bench,
) -> None:
    record = of_people(bench, description=WRONG, maker="A maker of Wood")
    first = bench.page(record).base_revision
    say_instead(bench, record, "description")
    bench.approve_again(record, bench.world.steward)
    assert bench.run().people == []
    second = bench.page(record).base_revision
    say_instead(bench, record, "description", "Hewn by our families")
    bench.approve_again(record, bench.world.steward)

    tally = bench.run()

    assert (tally.saved, tally.people, tally.trouble) == (1, [], [])
    assert "Hewn by our families" in bench.text(record)
    assert WRONG not in older_text(bench, first)
    assert OWN not in older_text(bench, second)
    assert bench.page(record).status == "live"


def test_a_corrected_source_leaves_its_older_revision_readable(bench: Bench) -> None:
    record = of_people(bench, description="Carved from one trunk.")
    first = bench.page(record).base_revision
    bench.tell_otherwise(record, description="Hewn from two planks.")
    bench.approve_again(record, bench.world.steward)

    assert bench.run().saved == 1
    assert "Carved from one trunk." in older_text(bench, first)


def test_what_people_wrote_into_our_part_stays_readable(bench: Bench) -> None:
    record = bench.published(description="Carved from one trunk.")
    theirs = bench.edit(record, lambda text: text.replace("one trunk", "two planks"))
    bench.run()
    bench.approve(record)

    assert bench.run().saved == 1
    assert "two planks" in older_text(bench, theirs)
