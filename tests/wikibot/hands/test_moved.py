"""A page that people moved is taken back where it is now, and nothing of theirs is."""

import pytest

from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench
from wikibot.hands.run import Part

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"
ALONE = frozenset({Part.TIGHTEN, Part.WITHDRAW})
THEIRS = "An article of people's own"


def move(bench: Bench, title: str, to: str, **how: object) -> None:
    bench.wiki.visitor("admin").post(
        action="move", **{"from": title, "to": to, "reason": "better", **how}
    )


def public_log(bench: Bench) -> str:
    return str(
        bench.wiki.visitor().get(
            action="query", list="logevents", lelimit=500, leprop="title|details|type"
        )
    )


@pytest.mark.parametrize("leaves", ["a redirect", "nothing"])
def test_a_page_that_nobody_saw_move_is_withdrawn(bench: Bench, leaves: str) -> None:
    record = bench.published(description=CANARY)
    before = bench.page(record).title
    move(bench, before, "Between", **({"noredirect": 1} if leaves == "nothing" else {}))
    move(bench, "Between", "Another title")
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people, tally.trouble) == (1, [], [])
    assert bench.world.state(record) is State.WITHDRAWN
    page = bench.page(record)
    assert page.title == "Another title"
    assert set(page.past_titles) == {before, "Between"}
    for title in (before, "Between", "Another title"):
        assert title not in public_log(bench)


@pytest.mark.parametrize("how", [{}, {"noredirect": 1}], ids=["over it", "anew"])
def test_what_others_made_at_the_old_title_is_theirs(
    bench: Bench, how: dict[str, object]
) -> None:
    record = bench.published(description=CANARY)
    before = bench.page(record).title
    move(bench, before, "Another title", **how)
    made = bench.wiki.visitor("human").edit(before, THEIRS)["edit"]
    bench.wiki.settle()
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people, tally.trouble) == (1, [], [])
    standing = bench.wiki.visitor().get(
        action="query",
        titles=before,
        prop="revisions",
        rvprop="ids|content",
        rvslots="main",
    )
    newest = standing["query"]["pages"][0]["revisions"][0]
    assert newest["revid"] == made["newrevid"]
    assert newest["slots"]["main"]["content"] == THEIRS
    log = bench.wiki.visitor().get(
        action="query", list="logevents", lelimit=500, leprop="ids|title|type"
    )["query"]["logevents"]
    assert {row["logpage"] for row in log if row.get("title") == before} <= {
        made["pageid"]
    }
    assert "Another title" not in public_log(bench)


def test_what_others_say_again_at_the_old_title_is_told(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    before = bench.page(record).title
    move(bench, before, "Another title", noredirect=1)
    bench.wiki.visitor("human").edit(before, f"As it was: {CANARY}")
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people) == (1, [(record, "made-anew")])


def test_a_page_that_closes_is_looked_for_where_it_is(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    before = bench.page(record).title
    move(bench, before, "Another title")
    bench.world.concern(record, "named", bench.world.people)

    tally = bench.run(ALONE)

    assert (tally.closed, tally.people, tally.trouble) == (1, [], [])
    assert bench.page(record).title == "Another title"
    assert CANARY not in bench.text(record)
