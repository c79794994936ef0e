"""Asks a wiki for the talk and the subpages of a title, and for what they say."""

from collections.abc import Sequence
from typing import Any

from wikibot.hands.account import NOT_A_REPLY, Account
from wikibot.hands.mediawiki import joined, one, portions
from wikibot.hands.outcomes import Failure, Missing
from wikibot.hands.replies import NONSENSE, Reply
from wikibot.hands.wiki import Near, Written


def near(
    account: Account, titles: Sequence[str], *, most: int
) -> tuple[Near, ...] | Failure:
    """The talk pages and subpages of these titles; after `most` it looks no further."""
    found: dict[int, Near] = {}
    for some in portions(titles):
        subjects = _rows(account, titles=joined(some), prop="info", **ASSOCIATED)
        if isinstance(subjects, Failure):
            return subjects
        for row in subjects:
            if row["ns"] % 2 or row["ns"] < 0:
                continue  # a talk page is found by its own page
            beside = _beside(account, row, most=most)
            if isinstance(beside, Failure):
                return beside
            found.update({one.page_id: one for one in beside})
            if len(found) > most:
                return tuple(found.values())
    return tuple(found.values())


ASSOCIATED = {"inprop": "associatedpage"}


def talk_of(account: Account, titles: Sequence[str]) -> tuple[str, ...] | Failure:
    """The talk pages' titles that belong to these, there or not."""
    found: list[str] = []
    for some in portions(titles):
        rows = _rows(account, titles=joined(some), prop="info", **ASSOCIATED)
        if isinstance(rows, Failure):
            return rows
        found += [
            row["associatedpage"]
            for row in rows
            if row["ns"] >= 0 and not row["ns"] % 2 and "associatedpage" in row
        ]
    return tuple(dict.fromkeys(found))


def _beside(account: Account, row: Reply, *, most: int) -> list[Near] | Failure:
    talk = row.get("associatedpage", "")
    found: list[Near] = []
    for title, is_talk in ((talk, True), (row["title"], False)):
        if not title:
            continue
        there = _rows(account, titles=one(title), prop="info") if is_talk else ()
        under = _under(account, title, row["ns"] + is_talk, most=most)
        if isinstance(there, Failure):
            return there
        if isinstance(under, Failure):
            return under
        found += [
            Near(page["pageid"], page["title"], is_talk)
            for page in (*there, *under)
            if page.get("pageid")
        ]
    return found


def _under(
    account: Account, title: str, namespace: int, *, most: int
) -> Sequence[Reply] | Failure:
    """The subpages; a namespace's name is no part of what the list is asked for."""
    reply = account.query(
        list="allpages",
        apnamespace=namespace,
        apprefix=one(f"{title.partition(':')[2] if namespace else title}/"),
        aplimit=most + 1,
    )
    if isinstance(reply, Failure):
        return reply
    try:
        return list(reply["query"]["allpages"])
    except NOT_A_REPLY:
        return NONSENSE


def _rows(account: Account, **asked: Any) -> Sequence[Reply] | Failure:
    reply = account.query(**asked)
    if isinstance(reply, Failure):
        return reply
    try:
        return list(reply["query"]["pages"])
    except NOT_A_REPLY:
        return NONSENSE


def written(
    account: Account, page_id: int, *, most: int
) -> tuple[Written, ...] | Failure:
    """The texts of a page, newest first; after `most` it reads no further."""
    found: list[Written] = []
    for reply in account.query_on(
        prop="revisions",
        pageids=page_id,
        rvprop="ids|content|comment",
        rvslots="main",
        rvlimit="max",
    ):
        if isinstance(reply, Failure):
            return reply
        try:
            page = reply["query"]["pages"][0]
            if page.get("missing"):
                return Missing()
            found += [_written(row) for row in page["revisions"]]
        except NOT_A_REPLY:
            return NONSENSE
        if len(found) > most:
            break
    return tuple(found)


def _written(row: Reply) -> Written:
    text = row.get("slots", {}).get("main", {}).get("content", "")
    return Written(row["revid"], text, row.get("comment", ""))
