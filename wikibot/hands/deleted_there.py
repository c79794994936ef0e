"""Asks a wiki what its archive of deleted revisions holds of some titles."""

from collections.abc import Mapping, Sequence

from wikibot.hands.account import NOT_A_REPLY, Account
from wikibot.hands.mediawiki import joined, portions
from wikibot.hands.outcomes import Failure
from wikibot.hands.replies import NONSENSE, Reply
from wikibot.hands.wiki import Archived


def archived(account: Account, titles: Sequence[str]) -> tuple[Archived, ...] | Failure:
    """The deleted revisions at these titles, of whatever page they were."""
    found: list[Archived] = []
    for some in portions(titles):
        for reply in account.query_on(
            prop="deletedrevisions",
            titles=joined(some),
            drvprop="ids|timestamp|sha1|comment|user",
            drvlimit="max",
        ):
            if isinstance(reply, Failure):
                return reply
            try:
                found.extend(_rows(reply, account))
            except NOT_A_REPLY:
                return NONSENSE
    return tuple(found)


def _rows(reply: Reply, account: Account) -> list[Archived]:
    pages = [page for page in reply["query"]["pages"] if "deletedrevisions" in page]
    texts = texts_by_id([row for page in pages for row in page["deletedrevisions"]])
    return [
        Archived(
            id=row["revid"],
            parent=row.get("parentid", 0),
            title=page["title"],
            # The archive is asked by the second in which a revision was made.
            at="".join(sign for sign in row["timestamp"] if sign.isdigit()),
            is_hidden=is_hidden(row),
            is_peoples=is_peoples(row, texts, account.ours),
        )
        for page in pages
        for row in page["deletedrevisions"]
    ]


def is_hidden(row: Reply) -> bool:
    """Whether a revision's text and summary are hidden from all but suppressors."""
    hidden = bool(row.get("sha1hidden") and row.get("commenthidden"))
    return hidden and bool(row.get("suppressed"))


def texts_by_id(rows: Sequence[Reply]) -> Mapping[int, str]:
    """The hash of each revision's text."""
    return {row["revid"]: row.get("sha1", "") for row in rows}


def is_peoples(row: Reply, texts: Mapping[int, str], ours: frozenset[str]) -> bool:
    """Whether others wrote it; a move or a protection writes no word."""
    if row.get("user") in ours:
        return False
    return texts.get(row["parentid"]) != texts[row["revid"]]
