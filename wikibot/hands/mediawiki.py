"""A real MediaWiki behind the promise of `wiki.Wiki`, one request for each act."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from knowledge_base.settings import Place
from wikibot.hands.account import NOT_A_REPLY, Account
from wikibot.hands.outcomes import EditOutcome, Failure
from wikibot.hands.replies import (
    NONSENSE,
    Reply,
    content_of,
    edit_outcome,
    own_changes,
    page_text,
    poll_of,
)
from wikibot.hands.wiki import TAG, Change, Edit, OwnSave, PageText, Poll

MANY = 50  # what every account may ask for at once
MOST_POLLS = 20


class MediaWiki:
    """One wiki as one of our accounts sees it; signs in when it finds it must."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def poll(self, since: datetime | None) -> Poll | Failure:
        """See `Wiki.poll`; signs in first where the cookies have run out."""
        first = self._account.ask_signed_in(
            **_poll_parameters(self._account.place, since)
        )
        if isinstance(first, Failure):
            return first
        replies = [first]
        while since is not None and "continue" in replies[-1]:
            if len(replies) == MOST_POLLS:
                break
            asked = _poll_parameters(self._account.place, since) | dict(
                replies[-1]["continue"]
            )
            more = self._account.ask(**asked)
            if isinstance(more, Failure):
                return more
            replies.append(more)
        try:
            return poll_of(
                replies, ours=self._account.ours, saver=self._account.place.account
            )
        except NOT_A_REPLY:
            return NONSENSE

    def edit(self, edit: Edit) -> EditOutcome:
        """See `Wiki.edit`."""
        reply = self._account.write(**_edit_parameters(edit))
        if isinstance(reply, Failure):
            return reply
        return edit_outcome(reply, base=edit.base)

    def read(self, page_ids: Sequence[int]) -> Mapping[int, PageText] | Failure:
        """See `Wiki.read`; one request for each fifty."""
        found: dict[int, PageText] = {}
        for some in portions(page_ids):
            pages = self._texts(pageids=some)
            if isinstance(pages, Failure):
                return pages
            found.update({page.page_id: page for page in pages})
        return found

    def read_titles(self, titles: Sequence[str]) -> Mapping[str, PageText] | Failure:
        """The pages at these titles as they stand, by title; missing ones left out."""
        found: dict[str, PageText] = {}
        for some in portions(titles):
            pages = self._texts(titles=joined(some))
            if isinstance(pages, Failure):
                return pages
            found.update({page.title: page for page in pages})
        return found

    def _texts(self, **which: Any) -> tuple[PageText, ...] | Failure:
        """Those of the pages that are there."""
        reply = self._account.query(
            prop="revisions", rvprop="ids|content|sha1", rvslots="main", **which
        )
        if isinstance(reply, Failure):
            return reply
        try:
            pages = [page_text(page) for page in reply["query"]["pages"]]
        except NOT_A_REPLY:
            return NONSENSE
        return tuple(page for page in pages if page is not None)

    def text_of(self, revision: int) -> PageText | None | Failure:
        """See `Wiki.text_of`."""
        reply = self._account.query(
            revids=revision,
            prop="revisions",
            rvprop="ids|content|sha1",
            rvslots="main",
        )
        if isinstance(reply, Failure):
            return reply
        try:
            pages = reply["query"].get("pages", ())
            shown = [p for p in pages if any(map(_is_shown, p.get("revisions", ())))]
            return page_text(shown[0]) if shown else None
        except NOT_A_REPLY:
            return NONSENSE

    def own_saves(
        self, *, page_id: int | None, title: str
    ) -> tuple[OwnSave, ...] | Failure:
        """See `Wiki.own_saves`; the ten newest are looked at."""
        which = {"titles": one(title)} if page_id is None else {"pageids": page_id}
        reply = self._account.query(
            prop="revisions",
            rvprop="ids|content|sha1|tags|user",
            rvslots="main",
            rvlimit=10,
            rvuser=self._account.place.account,
            **which,
        )
        if isinstance(reply, Failure):
            return reply
        try:
            return _own_saves(reply["query"]["pages"][0])
        except NOT_A_REPLY:
            return NONSENSE

    def changes_of_ours(self, since: datetime) -> tuple[Change, ...] | Failure:
        """See `Wiki.changes_of_ours`."""
        found: list[Change] = []
        for reply in self._account.query_on(
            list="usercontribs",
            ucuser=joined(sorted(self._account.ours)),
            uctag=TAG,
            ucend=_written(since),
            ucprop="ids|title",
            uclimit="max",
        ):
            if isinstance(reply, Failure):
                return reply
            try:
                found.extend(own_changes(reply, saver=self._account.place.account))
            except NOT_A_REPLY:
                return NONSENSE
        return tuple(reversed(found))

    def close(self) -> None:
        self._account.close()


def _poll_parameters(place: Place, since: datetime | None) -> dict[str, Any]:
    stop_page = place.stop_page or f"User:{place.account}/Stop"
    asked: dict[str, Any] = {
        "action": "query",
        "curtimestamp": 1,
        "meta": "userinfo|tokens|siteinfo",
        "type": "csrf",
        "siprop": "general",
        "uiprop": "blockinfo|hasmsg",
        "titles": one(stop_page),
        "prop": "revisions",
        "rvprop": "content",
        "rvslots": "main",
    }
    if since is None:
        return asked
    end = _written(since)
    return asked | {
        "list": "recentchanges|logevents",
        "rcprop": "ids|title|user|timestamp|loginfo|tags",
        "rctype": "edit|new|log",
        "rclimit": "max",
        "rcend": end,
        "leprop": "ids|title|type|user|timestamp",
        "lelimit": "max",
        "leend": end,
    }


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _edit_parameters(edit: Edit) -> dict[str, Any]:
    text = edit.text
    common: dict[str, Any] = {
        "action": "edit",
        "text": [text],
        "md5": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
        "summary": [edit.summary],
        "bot": 1,
        "tags": TAG,
        "watchlist": "nochange",
    }
    if edit.page_id is None:
        return common | {"title": one(edit.title), "createonly": 1}
    found = common | {"pageid": edit.page_id, "nocreate": 1}
    return found if edit.base is None else found | {"baserevid": edit.base}


def one(value: str) -> list[str]:
    """A value that may hold a bar, for pywikibot, which would split it there."""
    return [value]


def joined(values: Sequence[Any]) -> list[str]:
    return [str(value) for value in values]


def portions(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), MANY):
        yield list(values[start : start + MANY])


def _is_shown(revision: Reply) -> bool:
    """Whether we may read its text; that it is hidden stands within the slot."""
    return "content" in revision.get("slots", {}).get("main", {})


def _own_saves(page: Reply) -> tuple[OwnSave, ...]:
    if page.get("missing") or page.get("invalid"):
        return ()
    return tuple(
        OwnSave(
            page_id=page["pageid"],
            title=page["title"],
            revision=one["revid"],
            text=content_of(one),
            sha1=one.get("sha1", ""),
        )
        for one in page.get("revisions", ())
        if TAG in one.get("tags", ()) and _is_shown(one)
    )
