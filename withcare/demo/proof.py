"""Looks at the wiki as anybody would, without an account, and says what is there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from withcare.sandbox import RunningSandbox
from withcare.sandbox.visitor import Visitor

BATCH = 50  # titles in one question to the wiki


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything an anonymous reader finds: the current text of every page by title,
    and the open lists (recent changes, logs, search).
    """

    texts: dict[str, str]
    lists: str

    def holding(self, words: str) -> list[str]:
        """The titles of pages whose name or text holds the words."""
        return [
            title for title, text in self.texts.items() if words in title + "\n" + text
        ]


def look_around(wiki: RunningSandbox) -> Seen:
    """Reads every page of every namespace that holds pages, and the open lists."""
    wiki.settle()
    anyone = wiki.visitor()
    titles = [title for space in (0, 1, 2, 3, 14) for title in _titles(anyone, space)]
    texts: dict[str, str] = {}
    for some in _batches(titles):
        texts.update(_texts(anyone, some))
    lists = [
        anyone.page(path)[1]
        for path in (
            "/index.php?title=Special:RecentChanges&days=90&limit=5000",
            "/index.php?title=Special:Log&limit=5000",
            "/index.php?title=Special:NewPages&limit=5000",
            "/api.php?action=feedrecentchanges&limit=50",
        )
    ]
    return Seen(texts, "\n".join(lists))


def _titles(anyone: Visitor, namespace: int) -> Iterator[str]:
    asked = {
        "action": "query",
        "list": "allpages",
        "apnamespace": namespace,
        "aplimit": 500,
        "formatversion": 2,
    }
    goes_on: dict[str, object] = {}
    while True:
        reply = anyone.get(**asked, **goes_on)
        yield from (page["title"] for page in reply["query"]["allpages"])
        goes_on = reply.get("continue", {})
        if not goes_on:
            return


def _texts(anyone: Visitor, titles: Iterable[str]) -> dict[str, str]:
    reply = anyone.post(
        action="query",
        titles="|".join(titles),
        prop="revisions",
        rvprop="content",
        rvslots="main",
        formatversion=2,
    )
    return {
        page["title"]: page["revisions"][0]["slots"]["main"].get("content", "")
        for page in reply["query"]["pages"]
        if "revisions" in page
    }


def _batches(titles: list[str]) -> Iterator[list[str]]:
    yield from (titles[i : i + BATCH] for i in range(0, len(titles), BATCH))


def older_texts(wiki: RunningSandbox, title: str) -> list[str]:
    """Whatever an anonymous reader gets of any revision of the page."""
    anyone = wiki.visitor()
    reply = anyone.get(
        action="query",
        titles=title,
        prop="revisions",
        rvprop="ids|content|comment",
        rvslots="main",
        rvlimit=50,
        formatversion=2,
    )
    found = []
    for page in reply["query"]["pages"]:
        for revision in page.get("revisions", ()):
            slot = revision.get("slots", {}).get("main", {})
            found.append(slot.get("content", ""))
            found.append(revision.get("comment", ""))
            status, raw = anyone.page(
                f"/index.php?action=raw&oldid={revision['revid']}"
            )
            found.append(raw if status == 200 else "")
    return found


def count_edits(wiki: RunningSandbox) -> int:
    """How many edits the wiki has seen, by its own count."""
    reply = wiki.visitor().get(
        action="query", meta="siteinfo", siprop="statistics", formatversion=2
    )
    return int(reply["query"]["statistics"]["edits"])
