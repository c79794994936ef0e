"""Talk pages and subpages: what says it again goes, what does not is never hidden."""

import pytest

from tests.wikibot.hands.bench import Bench
from tests.wikibot.hands.test_waiting import FailingDoors
from wikibot.hands.outcomes import RateLimited
from wikibot.hands.run import Part

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"
OTHER = "How do we name our categories?"
ALONE = frozenset({Part.TIGHTEN, Part.WITHDRAW})


def write(bench: Bench, title: str, text: str) -> int:
    made = bench.wiki.visitor("human").edit(title, text, summary="a person")
    return int(made["edit"]["pageid"])


@pytest.mark.parametrize("beside", ["Talk:{}", "Talk:{}/Archive", "{}/More"])
def test_what_says_it_again_is_hidden_and_gone(bench: Bench, beside: str) -> None:
    record = bench.published(description=CANARY)
    title = beside.format(bench.page(record).title)
    write(bench, title, f"They wrote: {CANARY.upper()}!")
    write(bench, title, OTHER)
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people, tally.trouble) == (
        1,
        [(record, "peoples-versions-hidden")],
        [],
    )
    assert bench.text_at(title) == ""
    assert CANARY.upper() not in bench.among_the_deleted(title)
    assert title in bench.page(record).past_titles
    log = bench.wiki.visitor().get(
        action="query", list="logevents", lelimit=500, leprop="title|details|type"
    )
    assert title not in str(log)


def test_a_talk_page_of_other_things_is_set_aside_and_not_hidden(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    title = f"Talk:{bench.page(record).title}"
    write(bench, title, OTHER)
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people) == (1, [(record, "words-set-aside")])
    assert bench.text_at(title) == ""
    assert OTHER in bench.among_the_deleted(title)


def test_a_subpage_of_other_things_stays(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    title = f"{bench.page(record).title}/More"
    write(bench, title, OTHER)
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people) == (1, [(record, "stands-beside-it")])
    assert bench.text_at(title) == OTHER


def test_what_was_there_before_is_left_alone(bench: Bench) -> None:
    record = bench.approved(description=CANARY)
    page, _ = bench.units(record)
    title = f"Talk:{page}"
    write(bench, title, f"Should there be a page on {CANARY}?")
    assert bench.run().saved == 1
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people) == (1, [(record, "stands-beside-it")])
    assert CANARY in bench.text_at(title)


def test_too_many_are_left_for_a_person(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    title = bench.page(record).title
    human = bench.wiki.visitor("human")
    for number in range(51):
        human.edit(f"{title}/{number}", CANARY)
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people) == (1, [(record, "stands-beside-it")])
    assert bench.text_at(f"{title}/0") == bench.text_at(f"{title}/50") == CANARY


def test_talk_that_moved_with_its_page_leaves_no_signpost(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    before = bench.page(record).title
    write(bench, f"Talk:{before}", CANARY)
    bench.wiki.visitor("admin").post(
        action="move",
        **{"from": before, "to": "Another title", "reason": "better", "movetalk": 1},
    )
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people) == (1, [(record, "peoples-versions-hidden")])
    for title in (before, f"Talk:{before}", "Another title", "Talk:Another title"):
        assert bench.text_at(title) == ""
        assert title in (bench.page(record).title, *bench.page(record).past_titles)


def test_a_run_that_broke_off_between_hiding_and_deleting_is_finished(
    bench: Bench,
) -> None:
    record = bench.published(description=CANARY)
    title = f"{bench.page(record).title}/More"
    write(bench, title, CANARY)
    bench.withdraw(record)

    broken = bench.run(ALONE, doors=FailingDoors(bench, "delete", RateLimited()))

    assert (record, "withdrawal-waits") in broken.people
    assert title in bench.page(record).past_titles
    assert bench.run(ALONE).withdrawn == 1
    assert bench.text_at(title) == ""
    assert CANARY not in bench.among_the_deleted(title)
