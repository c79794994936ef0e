"""What MediaWiki's replies mean, as values: the border where JSON ends."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from wikibot.hands.outcomes import (
    AssertFailed,
    Blocked,
    Conflict,
    EditOutcome,
    Failure,
    Lagged,
    Missing,
    NoChange,
    Protected,
    RateLimited,
    ReadOnly,
    Refused,
    RefusedPage,
    Saved,
    Taken,
    Unreachable,
)
from wikibot.hands.wiki import TAG, Change, PageText, Poll
from wikibot.pages.stopping import says_stop

Reply = Mapping[str, Any]

_BY_CODE: Mapping[str, Failure] = {
    "editconflict": Conflict(),
    "missingtitle": Missing(),
    "nosuchpageid": Missing(),
    "pagedeleted": Missing(),
    "articleexists": Taken(),
    "protectedpage": Protected(),
    "protectedtitle": Protected(),
    "cascadeprotected": Protected(),
    "protectednamespace": Protected(),
    "titleblacklist-forbidden": Protected(),
    "titleblacklist-forbidden-edit": Protected(),
    "titleblacklist-forbidden-new": Protected(),
    "blocked": Blocked(),
    "autoblocked": Blocked(),
    "readonly": ReadOnly(),
    "ratelimited": RateLimited(),
    "actionthrottledtext": RateLimited(),
    "assertuserfailed": AssertFailed(),
    "assertbotfailed": AssertFailed(),
    "assertnameduserfailed": AssertFailed(),
}
_ABOUT_THE_PAGE = (
    "abusefilter",
    "spam",
    "contenttoobig",
    "invalidtitle",
    "filtered",
    "hookaborted",
    "edit-hook-aborted",
    "badmd5",
    "nosuchrevid",
    "no-direct-editing",
)
NONSENSE = Unreachable("an answer that is not MediaWiki's")


def failure_of(reply: Reply, *, retry_after: int = 0) -> Failure | None:
    """The no in a reply; None where it says none."""
    error = reply.get("error")
    if error is None:
        return None
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, str):
        return NONSENSE
    if code == "maxlag":
        return Lagged(retry_after)
    if code.startswith("internal_api_error"):
        # The wiki broke in the middle of it: it may have been saved all the same.
        return Unreachable(code)
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code.startswith(_ABOUT_THE_PAGE):
        return RefusedPage(code)
    return Refused(code)


def edit_outcome(reply: Reply, *, base: int | None) -> EditOutcome:
    """What became of an edit that was made from the revision `base`."""
    said = reply.get("edit")
    if not isinstance(said, dict):
        return NONSENSE
    if said.get("result") != "Success":
        return RefusedPage(str(said.get("code", "failure")))
    page_id, revision = said.get("pageid"), said.get("newrevid")
    if not isinstance(page_id, int):
        return NONSENSE
    if said.get("nochange"):
        return NoChange(page_id)
    if not isinstance(revision, int):
        return NONSENSE
    old = said.get("oldrevid") or None
    return Saved(page_id, revision, old, merged=base is not None and old != base)


def poll_of(replies: list[Reply], *, ours: frozenset[str], saver: str) -> Poll:
    """Raises `KeyError`, `TypeError` or `ValueError` where it is no reply to a poll."""
    first = replies[0]
    query = first["query"]
    user = query["userinfo"]
    changes = [one for reply in replies for one in _changes(reply, ours, saver)]
    return Poll(
        at=time_of(first["curtimestamp"]),
        host=urlsplit(query["general"]["server"], scheme="https").netloc,
        changes=tuple(dict.fromkeys(reversed(changes))),
        told_to_stop=_told_to_stop(query),
        has_messages=bool(user.get("messages")),
        is_blocked="blockid" in user and not user.get("blockpartial"),
        is_complete="continue" not in replies[-1],
    )


def time_of(written: str) -> datetime:
    return datetime.fromisoformat(written.replace("Z", "+00:00"))


def _changes(reply: Reply, ours: frozenset[str], saver: str) -> Iterable[Change]:
    query = reply.get("query", {})
    for row in query.get("recentchanges", ()):
        is_log = row.get("type") == "log"
        is_ours = row.get("user") in ours
        is_edit = not is_log and is_ours and TAG in row.get("tags", ())
        yield Change(
            page_id=row.get("pageid", 0),
            title=row.get("title", ""),
            revision=row.get("revid", 0),
            # An edit without our tag is a person's, who used the account by hand.
            is_ours=is_edit or (is_log and is_ours),
            is_log=is_log,
            is_save=is_edit and row.get("user") == saver,
            takes_back=is_edit and row.get("user") != saver,
            key=f"rc{row['rcid']}",
            came_to=row.get("title", "") if row.get("type") == "new" else _moved(row),
        )
    for row in query.get("logevents", ()):
        yield Change(
            page_id=row.get("logpage") or row.get("pageid", 0),
            title=row.get("title", ""),
            revision=0,
            is_ours=row.get("user") in ours,
            is_log=True,
            is_save=False,
            takes_back=False,
            key=f"log{row['logid']}",
        )


def _moved(row: Reply) -> str:
    parameters = row.get("logparams", {})
    return parameters.get("target_title", "") if isinstance(parameters, dict) else ""


def own_changes(reply: Reply, *, saver: str) -> tuple[Change, ...]:
    """The edits in a list of our contributions with our tag."""
    return tuple(
        Change(
            page_id=row["pageid"],
            title=row.get("title", ""),
            revision=row["revid"],
            is_ours=True,
            is_log=False,
            is_save=row.get("user") == saver,
            takes_back=row.get("user") != saver,
            key=f"uc{row['revid']}",
        )
        for row in reply["query"]["usercontribs"]
    )


def _told_to_stop(query: Reply) -> bool:
    """Whether the stop page says so."""
    return any(
        says_stop(content_of(page["revisions"][0]))
        for page in query.get("pages", ())
        if not page.get("missing") and not page.get("invalid")
    )


def content_of(revision: Reply) -> str:
    """The text of a revision; raises `KeyError` where it is hidden from us."""
    text: str = revision["slots"]["main"]["content"]
    return text


def page_text(page: Reply) -> PageText | None:
    """A page with its newest revision; None where it is not there."""
    if page.get("missing") or page.get("invalid") or "revisions" not in page:
        return None
    newest = page["revisions"][0]
    return PageText(
        page_id=page["pageid"],
        title=page["title"],
        revision=newest["revid"],
        text=content_of(newest),
        sha1=newest.get("sha1", ""),
    )
