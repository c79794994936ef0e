"""Looks for titles where a wiki lists titles: links, wishes, protections, prefixes."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from wikibot.hands.evidence import Probe, Sought
from wikibot.hands.judging import judge
from wikibot.hands.outcomes import Unreachable
from wikibot.hands.reader import Reader


def indexes(reader: Reader, sought: Sought) -> Iterator[Probe]:
    """Each list of titles that anyone may read, for a page that is gone."""
    yield _protected(reader, sought)
    yield _wanted(reader, sought)
    for number, title in enumerate(sought.free_titles):
        row = _row_of(reader, title)
        if row is None:
            yield Probe(f"namespace of title {number}", None)
            continue
        space, name = row["ns"], row["title"]
        bare = name.partition(":")[2] if space else name
        yield _links(reader, sought, f"links to title {number}", (space, bare, name))
        yield _prefixes(reader, sought, f"prefixes of title {number}", (space, bare))
        yield _prefix_page(reader, sought, f"prefix page of title {number}", name)


def _row_of(reader: Reader, title: str) -> dict[str, Any] | None:
    """The wiki's own spelling of a title, and its namespace; None: no answer."""
    answer = reader.api(action="query", titles=title, prop="info")
    if isinstance(answer, Unreachable):
        return None
    try:
        row: dict[str, Any] = json.loads(answer.text)["query"]["pages"][0]
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return row if "ns" in row else None


def _protected(reader: Reader, sought: Sought) -> Probe:
    """A title that is protected from being made again is read by everyone."""
    answer = reader.api(action="query", list="protectedtitles", ptlimit=500)

    def clean(text: str) -> bool:
        rows = json.loads(text)["query"]["protectedtitles"]
        return not any(row["title"] in sought.named for row in rows)

    return judge("protectedtitles", answer, clean)


def _wanted(reader: Reader, sought: Sought) -> Probe:
    """A wish that somebody's own page explains is a link, and told of as one."""
    answer = reader.api(
        action="query", list="querypage", qppage="Wantedpages", qplimit=500
    )

    def clean(text: str) -> bool:
        reply = json.loads(text)
        if "error" in reply and "query" not in reply:
            return True  # this wiki has no such page
        rows = reply["query"]["querypage"]["results"]
        wanted = {row["title"] for row in rows} & set(sought.named)
        return all(_is_linked(reader, title) for title in wanted)

    return judge("wantedpages", answer, clean)


def _is_linked(reader: Reader, title: str) -> bool:
    answer = reader.api(action="query", list="backlinks", bltitle=title, bllimit=1)
    if isinstance(answer, Unreachable):
        return False
    return bool(json.loads(answer.text)["query"]["backlinks"])


def _links(
    reader: Reader, sought: Sought, where: str, what: tuple[int, str, str]
) -> Probe:
    """Links that our own page is said to have still; other people's are theirs."""
    space, bare, name = what
    answer = reader.api(
        action="query",
        list="alllinks",
        alnamespace=space,
        alfrom=bare,
        alto=bare,
        alprop="ids|title",
        allimit=500,
    )

    def clean(text: str) -> bool:
        rows = json.loads(text)["query"]["alllinks"]
        return not any(
            row["fromid"] in sought.page_ids and row["title"] == name for row in rows
        )

    return judge(where, answer, clean)


def _prefixes(
    reader: Reader, sought: Sought, where: str, what: tuple[int, str]
) -> Probe:
    space, bare = what
    answer = reader.api(
        action="query", list="allpages", apnamespace=space, apprefix=bare, aplimit=500
    )

    def clean(text: str) -> bool:
        rows = json.loads(text)["query"]["allpages"]
        return not any(row["pageid"] in sought.page_ids for row in rows)

    return judge(where, answer, clean)


def _prefix_page(reader: Reader, sought: Sought, where: str, name: str) -> Probe:
    """It says no page's id: a title counts where nobody else's page has it."""
    answer = reader.index(title=f"Special:PrefixIndex/{name}")

    def clean(text: str) -> bool:
        listed = re.findall(r"<li[^>]*>\s*<a [^>]*>([^<]*)</a>", text)
        return not {html.unescape(one) for one in listed} & set(sought.free_titles)

    return judge(where, answer, clean)
