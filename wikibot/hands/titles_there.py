"""Asks a wiki what its log says of some titles, and what stands at them now."""

from collections.abc import Mapping, Sequence
from typing import Any

from wikibot.hands.account import NOT_A_REPLY, Account
from wikibot.hands.mediawiki import joined, one, portions
from wikibot.hands.outcomes import Failure
from wikibot.hands.replies import NONSENSE, Reply
from wikibot.hands.wiki import LogEntry, Standing


def logged(account: Account, titles: Sequence[str]) -> tuple[LogEntry, ...] | Failure:
    """The log entries of these titles, newest first for each title."""
    found: dict[int, LogEntry] = {}
    for title in titles:
        entries = _logged_of(account, title)
        if isinstance(entries, Failure):
            return entries
        found.update({entry.id: entry for entry in entries})
    return tuple(found.values())


def _logged_of(account: Account, title: str) -> tuple[LogEntry, ...] | Failure:
    found: list[LogEntry] = []
    for reply in account.query_on(
        list="logevents",
        letitle=one(title),
        leprop="ids|type|title|details",
        lelimit="max",
    ):
        if isinstance(reply, Failure):
            return reply
        try:
            found.extend(_entry(row) for row in reply["query"]["logevents"])
        except NOT_A_REPLY:
            return NONSENSE
    return tuple(found)


def _entry(row: Reply) -> LogEntry:
    return LogEntry(
        id=row["logid"],
        page_id=row.get("logpage", 0),
        title=row.get("title", ""),
        moved_to=row.get("params", {}).get("target_title", ""),
        is_hidden=bool(row.get("actionhidden")),
    )


def standing(
    account: Account, titles: Sequence[str]
) -> Mapping[str, Standing] | Failure:
    """What stands at these titles; a redirect is told with where it leads."""
    found: dict[str, Standing] = {}
    for some in portions(titles):
        rows = _query(account, titles=joined(some), prop="info")
        if isinstance(rows, Failure):
            return rows
        redirects = [row["title"] for row in rows["pages"] if row.get("redirect")]
        leads: dict[str, str] = {}
        if redirects:
            resolved = _query(account, titles=joined(redirects), redirects=1)
            if isinstance(resolved, Failure):
                return resolved
            leads = {one["from"]: one["to"] for one in resolved.get("redirects", ())}
        # The wiki may write a title otherwise than we asked for it.
        asked = {one["to"]: one["from"] for one in rows.get("normalized", ())}
        for row in rows["pages"]:
            if row.get("pageid"):
                title = row["title"]
                at = Standing(row["pageid"], leads.get(title, ""))
                found[asked.get(title, title)] = at
    return found


def _query(account: Account, **asked: Any) -> Reply | Failure:
    reply = account.query(**asked)
    if isinstance(reply, Failure):
        return reply
    query = reply.get("query")
    return query if isinstance(query, dict) and "pages" in query else NONSENSE
