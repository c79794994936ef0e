"""The lists of titles that a wiki keeps are looked at too, and judged by the page."""

import json
from typing import Any, cast

from knowledge_base.journeys import State
from tests.wikibot.hands.bench import Bench
from wikibot.hands.evidence import Others, Sought
from wikibot.hands.indexes import indexes
from wikibot.hands.reader import Answer, Reader
from wikibot.hands.run import Part

pytest_plugins = ["tests.wiki_fixtures"]

ALONE = frozenset({Part.TIGHTEN, Part.WITHDRAW})


def standing(bench: Bench, record: str, **more: Any) -> Sought:
    """A page that stands still, sought as if it were gone."""
    page = bench.page(record)
    assert page.page_id is not None
    return Sought(page_id=page.page_id, titles=(page.title,), title_too=True, **more)


def visible(reader: Reader, sought: Sought) -> set[str]:
    return {one.where for one in indexes(reader, sought) if not one.is_clean}


def test_a_page_that_stands_is_seen_by_its_prefix(bench: Bench) -> None:
    record = bench.published(title="A boat")

    seen = visible(bench.doors().reader(), standing(bench, record))

    assert seen == {"prefixes of title 0", "prefix page of title 0"}


def test_what_others_have_at_the_title_is_no_leak(bench: Bench) -> None:
    record = bench.published(title="A boat")
    page = bench.page(record)
    assert page.page_id is not None
    theirs = Sought(
        page_id=page.page_id + 1000,
        titles=(page.title,),
        title_too=True,
        others=Others({page.title: page.page_id}),
    )

    assert visible(bench.doors().reader(), theirs) == set()


def test_links_are_told_by_the_page_that_has_them(bench: Bench) -> None:
    record = bench.published(title="A boat")
    made = bench.wiki.visitor("human").edit(
        "My page", f"See [[{bench.page(record).title}]]."
    )
    bench.wiki.settle()
    reader, ours = bench.doors().reader(), frozenset({made["edit"]["pageid"]})

    assert "links to title 0" not in visible(reader, standing(bench, record))
    assert "links to title 0" in visible(reader, standing(bench, record, beside=ours))


class WishingReader:
    """A wiki that says somebody wishes for a page; `links` are those who do."""

    def __init__(self, links: list[object]) -> None:
        self._links = links

    def api(self, **asked: Any) -> Answer:
        said: dict[str, Any] = {
            "pages": [{"ns": 0, "title": "A boat", "missing": True}],
            "querypage": {"results": [{"title": "A boat"}]},
            "backlinks": self._links,
            "protectedtitles": [],
            "alllinks": [],
            "allpages": [],
        }
        del asked
        return Answer(200, json.dumps({"query": said}))

    def index(self, **asked: Any) -> Answer:
        del asked
        return Answer(200, "")


def test_a_wish_that_no_page_explains_is_a_leak() -> None:
    sought = Sought(page_id=7, titles=("A boat",), title_too=True)

    explained = visible(cast(Reader, WishingReader([{"pageid": 9}])), sought)
    stale = visible(cast(Reader, WishingReader([])), sought)

    assert (explained, stale) == (set(), {"wantedpages"})


def test_a_title_that_was_protected_is_read_by_anyone(bench: Bench) -> None:
    record = bench.published(title="A boat")
    title, admin = bench.page(record).title, bench.wiki.visitor("admin")
    admin.post(action="delete", pageid=bench.page(record).page_id, reason="gone")
    admin.post(action="protect", title=title, protections="create=sysop", reason="so")
    bench.withdraw(record)

    tally = bench.run(ALONE)

    assert (tally.withdrawn, tally.people) == (0, [(record, "still-visible")])
    assert bench.world.state(record) is State.WITHDRAWING
    admin.post(action="protect", title=title, protections="create=all", reason="so")
    assert bench.run(ALONE).withdrawn == 1


def test_the_log_of_a_talk_page_that_is_gone_names_it_no_more(bench: Bench) -> None:
    record = bench.published(title="A boat")
    title = bench.page(record).title
    made = bench.wiki.visitor("human").edit(f"Talk:{title}", "A question")["edit"]
    bench.wiki.visitor("admin").post(
        action="delete", pageid=made["pageid"], reason="answered"
    )
    bench.withdraw(record)

    assert bench.run(ALONE).withdrawn == 1

    log = bench.wiki.visitor().get(
        action="query", list="logevents", lelimit=500, leprop="title|details|type"
    )
    assert title not in str(log)
