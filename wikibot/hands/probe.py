"""Looks for what was taken back as anyone would, through every door of MediaWiki."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from wikibot.hands.evidence import Evidence, Probe, Sought
from wikibot.hands.indexes import indexes
from wikibot.hands.judging import free_of, judge, shows_ours
from wikibot.hands.outcomes import Unreachable
from wikibot.hands.reader import Answer, Reader

MOST_REVISIONS = 6
MOST_SEARCHES = 8


def probe(reader: Reader, sought: Sought) -> Evidence:
    """Looks at every door there is for anyone."""
    looks = [*_by_revision(reader, sought), *_by_title(reader, sought)]
    looks += [*_lists(reader, sought), *_searches(reader, sought)]
    if sought.title_too:
        looks += indexes(reader, sought)
    return Evidence(tuple(looks))


# --- the page and its revisions


def _by_revision(reader: Reader, sought: Sought) -> Iterator[Probe]:
    for start in range(0, len(sought.revisions), 50):
        some = sought.revisions[start : start + 50]
        answer = reader.api(
            action="query",
            prop="revisions",
            revids="|".join(map(str, some)),
            rvprop="ids|content|comment",
            rvslots="main",
        )
        where = f"api by revision {some[0]}…{some[-1]}"
        yield judge(where, answer, lambda text: not _has_content(text))
    for revision in _spread(sought.revisions):
        yield from _one_revision(reader, sought, revision)


def _one_revision(reader: Reader, sought: Sought, id: int) -> Iterator[Probe]:
    clean = free_of(sought.all_words)
    looks: tuple[tuple[str, Answer | Unreachable], ...] = (
        ("html", reader.index(oldid=id)),
        ("raw", reader.index(oldid=id, action="raw")),
        ("parse", reader.api(action="parse", oldid=id)),
        ("compare", reader.api(action="compare", fromrev=id, torelative="cur")),
        ("difference", reader.index(diff="cur", oldid=id)),
        ("rest", reader.rest(f"revision/{id}")),
        ("rest html", reader.rest(f"revision/{id}/html")),
    )
    for name, answer in looks:
        yield judge(f"{name} of revision {id}", answer, clean)


def _by_title(reader: Reader, sought: Sought) -> Iterator[Probe]:
    # A page that is gone shows its title only because we asked for it by its title.
    clean = free_of(sought.beyond_titles)
    for number, title in enumerate(sought.titles):
        yield _log_events(reader, sought, f"title {number}", title)
        if title in sought.others.at:
            continue  # what stands there, and stood, is somebody else's
        looks: tuple[tuple[str, Answer | Unreachable], ...] = (
            ("page", reader.index(title=title)),
            ("raw page", reader.index(title=title, action="raw")),
            ("history", reader.index(title=title, action="history")),
            ("history feed", reader.index(title=title, action="history", feed="atom")),
            ("export", reader.index(title=f"Special:Export/{title}", history=1)),
            ("log page", reader.index(title="Special:Log", page=title)),
            ("rest page", reader.rest(f"page/{_in_path(title)}")),
            ("rest history", reader.rest(f"page/{_in_path(title)}/history")),
        )
        for name, answer in looks:
            yield judge(f"{name} of title {number}", answer, clean)
    for number, title in enumerate(sought.talk):
        yield _log_events(reader, sought, f"talk {number}", title)


def _log_events(reader: Reader, sought: Sought, which: str, title: str) -> Probe:
    answer = reader.api(
        action="query", list="logevents", letitle=title, lelimit=500, leprop="ids|title"
    )
    clean = free_of(sought.beyond_titles)

    def judged(text: str) -> bool:
        rows = json.loads(text)["query"]["logevents"]
        return not any(shows_ours(row, sought, clean) for row in rows)

    return judge(f"log entries of {which}", answer, judged)


# --- lists that anyone may read


def _lists(reader: Reader, sought: Sought) -> Iterator[Probe]:
    lists: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "recentchanges",
            {"rclimit": 500, "rcprop": "ids|title|comment|loginfo"},
        ),
        ("logevents", {"lelimit": 500, "leprop": "ids|title|comment|details"}),
        ("allrevisions", {"arvlimit": 500, "arvprop": "ids|comment"}),
    )
    for name, asked in lists:
        answer = reader.api(action="query", list=name, **asked)
        yield judge(name, answer, lambda text: _rows_are_clean(text, sought))
    feeds: tuple[tuple[str, Answer | Unreachable], ...] = (
        ("feed of changes", reader.api(action="feedrecentchanges", limit=50)),
        ("feed of new pages", reader.index(title="Special:NewPages", feed="atom")),
    )
    for name, answer in feeds:
        yield judge(name, answer, lambda text: _items_are_clean(text, sought))


def _rows_are_clean(text: str, sought: Sought) -> bool:
    """Other pages may rightly use the same words: only entries of this page count."""
    is_clean = free_of(sought.beyond_titles)
    return not any(
        shows_ours(row, sought, is_clean)
        for rows in json.loads(text)["query"].values()
        for row in rows
    )


def _items_are_clean(text: str, sought: Sought) -> bool:
    is_clean = free_of(sought.beyond_titles)
    for item in re.split(r"<(?:item|entry)>", text)[1:]:
        named = re.search(r"<title>(.*?)</title>", item, re.DOTALL)
        title = html.unescape(named[1]) if named else ""
        if title in sought.free_titles and (sought.title_too or not is_clean(item)):
            return False
    return True


def _searches(reader: Reader, sought: Sought) -> Iterator[Probe]:
    # Word by word: how a phrase is searched differs from wiki to wiki.
    named = " ".join(sought.titles)
    single = {
        word
        for text in sought.words
        for word in re.findall(r"\w{4,}", text)
        if sought.title_too or word not in named
    }
    words = sorted(single, key=lambda word: (-len(word), word))[:MOST_SEARCHES]
    wanted = [*words, *(sought.titles if sought.title_too else ())]
    for number, word in enumerate(wanted):
        answer = reader.api(
            action="query", list="search", srsearch=word, srlimit=50, srprop=""
        )

        def clean(text: str) -> bool:
            found = json.loads(text).get("query", {}).get("search", ())
            return all(hit.get("pageid") not in sought.page_ids for hit in found)

        yield judge(f"search {number + 1}", answer, clean)


def _has_content(text: str) -> bool:
    """Whether any revision in the reply still has a text or a summary."""
    found: dict[str, Any] = json.loads(text)
    pages = found["query"].get("pages", ())
    return any(
        "content" in revision.get("slots", {}).get("main", {}) or "comment" in revision
        for page in pages
        for revision in page.get("revisions", ())
    )


def _spread(revisions: tuple[int, ...]) -> tuple[int, ...]:
    """Some of many: the newest, the oldest, and some between."""
    if len(revisions) <= MOST_REVISIONS:
        return revisions
    step = len(revisions) / MOST_REVISIONS
    return tuple(revisions[int(place * step)] for place in range(MOST_REVISIONS))


def links_to(reader: Reader, titles: tuple[str, ...]) -> bool:
    """Whether pages of people's own still name one of these titles.

    They are never edited by us; a person is told.
    """
    for title in titles:
        answer = reader.api(action="query", list="backlinks", bltitle=title, bllimit=1)
        if isinstance(answer, Unreachable) or '"backlinks":[]' not in answer.text:
            return True
    return False


def _in_path(title: str) -> str:
    return quote(title.replace(" ", "_"), safe="")
