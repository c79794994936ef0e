"""A real MediaWiki behind the promise of `wiki.Wiki`, one request for each act."""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge_base.settings import Place
from wikibot.hands.errors import NotSignedIn, WrongWiki
from wikibot.hands.keys import BotPassword
from wikibot.hands.outcomes import (
    AssertFailed,
    EditOutcome,
    Failure,
    Missing,
)
from wikibot.hands.pywiki import Session
from wikibot.hands.replies import (
    NONSENSE,
    Reply,
    content_of,
    edit_outcome,
    failure_of,
    page_text,
    poll_of,
)
from wikibot.hands.wiki import TAG, Edit, OwnSave, PageText, Poll, Revision

log = logging.getLogger(__name__)

MANY = 50  # what every account may ask for at once
MOST_POLLS = 20
NOT_A_REPLY = (KeyError, TypeError, ValueError, IndexError)


class MediaWiki:
    """One wiki as one of our accounts sees it; signs in when it finds it must."""

    def __init__(
        self,
        place: Place,
        account: str,
        key: BotPassword,
        *,
        directory: Path,
        ours: frozenset[str],
        patience: float,
    ) -> None:
        self._place, self._account, self._key = place, account, key
        self._ours = ours
        self._session = Session(place, account, directory, patience=patience)
        self._token = ""

    # --- the bot's daily work

    def poll(self, since: datetime | None) -> Poll | Failure:
        """See `Wiki.poll`; signs in first where the cookies have run out."""
        first = self._ask_signed_in(**self._poll_parameters(since))
        if isinstance(first, Failure):
            return first
        replies = [first]
        while since is not None and "continue" in replies[-1]:
            if len(replies) == MOST_POLLS:
                break
            asked = self._poll_parameters(since) | dict(replies[-1]["continue"])
            more = self._ask(**asked)
            if isinstance(more, Failure):
                return more
            replies.append(more)
        try:
            return poll_of(replies, ours=self._ours)
        except NOT_A_REPLY:
            return NONSENSE

    def edit(self, edit: Edit) -> EditOutcome:
        """See `Wiki.edit`; a token that went stale is renewed once."""
        outcome = self._edit_once(edit)
        if isinstance(outcome, _StaleToken | AssertFailed):
            # Both were said before anything was saved.
            renewed = self._renew(sign_in=isinstance(outcome, AssertFailed))
            if renewed is not None:
                return renewed
            outcome = self._edit_once(edit)
        return AssertFailed() if isinstance(outcome, _StaleToken) else outcome

    def read(self, page_ids: Sequence[int]) -> Mapping[int, PageText] | Failure:
        """See `Wiki.read`; one request for each fifty."""
        found: dict[int, PageText] = {}
        for some in _portions(page_ids):
            reply = self._ask_signed_in(
                action="query",
                pageids=some,
                prop="revisions",
                rvprop="ids|content|sha1",
                rvslots="main",
                **self._who(),
            )
            if isinstance(reply, Failure):
                return reply
            try:
                pages = [page_text(page) for page in reply["query"]["pages"]]
            except NOT_A_REPLY:
                return NONSENSE
            found.update({page.page_id: page for page in pages if page is not None})
        return found

    def text_of(self, revision: int) -> PageText | None | Failure:
        """See `Wiki.text_of`."""
        reply = self._ask_signed_in(
            action="query",
            revids=revision,
            prop="revisions",
            rvprop="ids|content|sha1",
            rvslots="main",
            **self._who(),
        )
        if isinstance(reply, Failure):
            return reply
        try:
            pages = reply["query"].get("pages", ())
            shown = [page for page in pages if _is_shown(page)]
            return page_text(shown[0]) if shown else None
        except NOT_A_REPLY:
            return NONSENSE

    def own_saves(
        self, *, page_id: int | None, title: str
    ) -> tuple[OwnSave, ...] | Failure:
        """See `Wiki.own_saves`; the ten newest are looked at."""
        which = {"titles": _one(title)} if page_id is None else {"pageids": page_id}
        reply = self._ask_signed_in(
            action="query",
            prop="revisions",
            rvprop="ids|content|sha1|tags|user",
            rvslots="main",
            rvlimit=10,
            rvuser=self._place.account,
            **which,
            **self._who(),
        )
        if isinstance(reply, Failure):
            return reply
        try:
            return _own_saves(reply["query"]["pages"][0])
        except NOT_A_REPLY:
            return NONSENSE

    def close(self) -> None:
        self._session.close()

    # --- taking back

    def revisions(self, page_id: int) -> tuple[Revision, ...] | Failure:
        """See `WithdrawalWiki.revisions`."""
        asked: dict[str, Any] = {
            "action": "query",
            "prop": "revisions",
            "pageids": page_id,
            "rvprop": "ids|sha1|comment",
            "rvlimit": "max",
            **self._who(),
        }
        found: list[Revision] = []
        while True:
            reply = self._ask_signed_in(**asked)
            if isinstance(reply, Failure):
                return reply
            try:
                page = reply["query"]["pages"][0]
                if page.get("missing"):
                    return Missing()
                found.extend(_revision(one) for one in page["revisions"])
            except NOT_A_REPLY:
                return NONSENSE
            if "continue" not in reply:
                return tuple(found)
            asked |= dict(reply["continue"])

    def hide_revisions(
        self, page_id: int, revisions: Sequence[int], *, reason: str
    ) -> tuple[int, ...] | Failure:
        """See `WithdrawalWiki.hide_revisions`."""
        del page_id
        return self._hide("revision", revisions, reason)

    def log_entries(self, titles: Sequence[str]) -> tuple[int, ...] | Failure:
        """See `WithdrawalWiki.log_entries`; entries that are hidden are left out."""
        found: list[int] = []
        for title in titles:
            reply = self._ask_signed_in(
                action="query",
                list="logevents",
                letitle=_one(title),
                leprop="ids|type|title",
                lelimit="max",
                **self._who(),
            )
            if isinstance(reply, Failure):
                return reply
            try:
                rows = reply["query"]["logevents"]
                found.extend(row["logid"] for row in rows if not _is_hidden(row))
            except NOT_A_REPLY:
                return NONSENSE
        return tuple(dict.fromkeys(found))

    def hide_log_entries(
        self, entries: Sequence[int], *, reason: str
    ) -> tuple[int, ...] | Failure:
        """See `WithdrawalWiki.hide_log_entries`."""
        return self._hide("logging", entries, reason)

    def delete(self, page_id: int, *, reason: str) -> Failure | None:
        """See `WithdrawalWiki.delete`; without a reason the log quotes the page."""
        return self._delete(reason, pageid=page_id, deletetalk=1)

    def delete_redirects(self, titles: Sequence[str], *, reason: str) -> Failure | None:
        """See `WithdrawalWiki.delete_redirects`."""
        if not titles:
            return None
        reply = self._ask_signed_in(
            action="query", titles=_joined(titles), prop="info", **self._who()
        )
        if isinstance(reply, Failure):
            return reply
        for page in reply["query"].get("pages", ()):
            if page.get("redirect"):
                failed = self._delete(reason, pageid=page["pageid"])
                if failed is not None:
                    return failed
        return None

    def _delete(self, reason: str, **which: int) -> Failure | None:
        reply = self._act(action="delete", reason=[reason], tags=TAG, **which)
        if isinstance(reply, Missing):
            return None
        return reply if isinstance(reply, Failure) else None

    def purge(self, titles: Sequence[str]) -> Failure | None:
        """See `WithdrawalWiki.purge`."""
        for some in _portions(titles):
            reply = self._act(action="purge", titles=_joined(some))
            if isinstance(reply, Failure):
                return reply
        return None

    # --- one request

    def _hide(
        self, type: str, ids: Sequence[int], reason: str
    ) -> tuple[int, ...] | Failure:
        left: list[int] = []
        for some in _portions(ids):
            reply = self._act(
                action="revisiondelete",
                type=type,
                ids=some,
                hide=["content", "comment"],
                suppress="yes",
                reason=[reason],
                tags=TAG,
            )
            if isinstance(reply, Failure):
                return reply
            try:
                items = reply["revisiondelete"]["items"]
            except NOT_A_REPLY:
                return NONSENSE
            # The whole may say Success while an item says an error.
            done = {one.get("id") for one in items if not one.get("errors")}
            left.extend(id for id in some if id not in done)
        return tuple(left)

    def _act(self, **parameters: Any) -> Reply | Failure:
        """A write of the withdrawal account; the same renewals as for an edit."""
        reply: Reply | Failure | _StaleToken = self._write_once(parameters)
        if isinstance(reply, _StaleToken | AssertFailed):
            renewed = self._renew(sign_in=isinstance(reply, AssertFailed))
            if renewed is not None:
                return renewed
            reply = self._write_once(parameters)
        return AssertFailed() if isinstance(reply, _StaleToken) else reply

    def _write_once(
        self, parameters: Mapping[str, Any]
    ) -> "Reply | Failure | _StaleToken":
        if not self._token:
            return _StaleToken()
        reply = self._session.ask(
            **parameters,
            assertuser=self._account,
            token=self._token,
            maxlag=self._place.maxlag,
        )
        if isinstance(reply, Failure):
            return reply
        if _error_code(reply) == "badtoken":
            return _StaleToken()
        failure = failure_of(reply, retry_after=self._session.retry_after)
        return reply if failure is None else failure

    def _edit_once(self, edit: Edit) -> "EditOutcome | _StaleToken":
        reply = self._write_once(_edit_parameters(edit))
        if isinstance(reply, Failure | _StaleToken):
            return reply
        return edit_outcome(reply, base=edit.base)

    def _ask(self, **parameters: Any) -> Reply | Failure:
        reply = self._session.ask(**parameters)
        if isinstance(reply, Failure):
            return reply
        failure = failure_of(reply, retry_after=self._session.retry_after)
        return reply if failure is None else failure

    def _who(self) -> dict[str, str]:
        """Asked with every read, so that nothing is read as somebody else."""
        return {"meta": "userinfo|tokens", "type": "csrf"}

    def _ask_signed_in(self, **parameters: Any) -> Reply | Failure:
        """A reply to the right account; it signs in where the wiki knows another."""
        for attempt in range(2):
            reply = self._ask(**parameters)
            if isinstance(reply, Failure):
                return reply
            try:
                if self._is_us(reply):
                    return reply
            except NOT_A_REPLY:
                return NONSENSE
            if attempt == 0:
                failed = self._sign_in()
                if failed is not None:
                    return failed
        return AssertFailed()

    def _is_us(self, reply: Reply) -> bool:
        user = reply["query"]["userinfo"]
        if user["name"] != self._account or user.get("anon"):
            return False
        self._session.know_user(user)
        self._token = reply["query"]["tokens"]["csrftoken"]
        return True

    def _renew(self, *, sign_in: bool) -> Failure | None:
        if sign_in:
            failed = self._sign_in()
            if failed is not None:
                return failed
        reply = self._ask_signed_in(action="query", **self._who())
        return reply if isinstance(reply, Failure) else None

    def _sign_in(self) -> Failure | None:
        """Signs in; raises `NotSignedIn` where the wiki refuses, `WrongWiki`."""
        self._session.forget_cookies()
        asked = self._ask(
            action="query", meta="tokens|siteinfo", type="login", siprop="general"
        )
        if isinstance(asked, Failure):
            return asked
        try:
            self._check_host(asked["query"]["general"]["server"])
            token = asked["query"]["tokens"]["logintoken"]
        except NOT_A_REPLY:
            return NONSENSE
        reply = self._ask(
            action="login",
            lgname=_one(self._key.name),
            lgpassword=_one(self._key.password),
            lgtoken=token,
        )
        if isinstance(reply, Failure):
            return reply
        said = reply.get("login")
        if not isinstance(said, dict):
            return NONSENSE
        if said.get("result") != "Success":
            raise NotSignedIn(self._account, str(said.get("result", "no answer")))
        self._session.keep_cookies()
        return None

    def _check_host(self, server: str) -> None:
        found = server.partition("//")[2].rstrip("/")
        if found != self._place.host:
            raise WrongWiki(self._place.host, found)

    def _poll_parameters(self, since: datetime | None) -> dict[str, Any]:
        stop_page = self._place.stop_page or f"User:{self._place.account}/Stop"
        asked: dict[str, Any] = {
            "action": "query",
            "curtimestamp": 1,
            "meta": "userinfo|tokens|siteinfo",
            "type": "csrf",
            "siprop": "general",
            "uiprop": "blockinfo|hasmsg",
            "titles": _one(stop_page),
            "prop": "revisions",
            "rvprop": "content",
            "rvslots": "main",
        }
        if since is None:
            return asked
        end = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return asked | {
            "list": "recentchanges|logevents",
            "rcprop": "ids|title|user|timestamp|loginfo",
            "rctype": "edit|new|log",
            "rclimit": "max",
            "rcend": end,
            "leprop": "ids|title|type|user|timestamp",
            "lelimit": "max",
            "leend": end,
        }


class _StaleToken:
    """The token is not the session's any more."""


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
        return common | {"title": _one(edit.title), "createonly": 1}
    found = common | {"pageid": edit.page_id, "nocreate": 1}
    return found if edit.base is None else found | {"baserevid": edit.base}


def _one(value: str) -> list[str]:
    """A value that may hold a bar, for pywikibot, which would split it there."""
    return [value]


def _joined(values: Sequence[Any]) -> list[str]:
    return [str(value) for value in values]


def _portions(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), MANY):
        yield list(values[start : start + MANY])


def _error_code(reply: Reply) -> str:
    error = reply.get("error")
    return str(error.get("code")) if isinstance(error, dict) else ""


def _is_shown(page: Reply) -> bool:
    return any("content" in r["slots"]["main"] for r in page.get("revisions", ()))


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
        if TAG in one.get("tags", ()) and not one.get("texthidden")
    )


def _revision(row: Reply) -> Revision:
    hidden = bool(row.get("sha1hidden") and row.get("commenthidden"))
    return Revision(row["revid"], hidden and bool(row.get("suppressed")))


def _is_hidden(row: Reply) -> bool:
    return bool(row.get("actionhidden"))
