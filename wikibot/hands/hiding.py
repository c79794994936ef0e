"""The single steps of taking a page back: its stub, its older revisions, its log."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.kinds import shipped_kinds
from knowledge_base.pages import PageState
from knowledge_base.records import get_record
from wikibot.hands.errand import Errand
from wikibot.hands.evidence import Others
from wikibot.hands.outcomes import Failure, Missing, NoChange, Saved
from wikibot.hands.wiki import Edit, Revision, WithdrawalWiki
from wikibot.pages.changes import Act
from wikibot.pages.text import stub

log = logging.getLogger(__name__)

WAITS = "withdrawal-waits"
"""Somebody asked for something to be taken back, and the wiki does not let us yet."""


@dataclass(frozen=True, slots=True)
class Stub:
    """A stub: its revision, 0 where the page is gone, and what stood there before."""

    revision: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class HiddenUnder:
    """A stub with all that is older hidden under it."""

    stub: Stub
    revisions: tuple[Revision, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(one.id for one in self.revisions)


def stub_and_hide(
    errand: Errand, wiki: WithdrawalWiki, page: PageState
) -> HiddenUnder | None:
    """The stub and the revisions that are hidden now; None: a step did not succeed."""
    saved = save_stub(errand, wiki, page)
    hidden = None if saved is None else hide_older(errand, wiki, page)
    if saved is None or hidden is None:
        return None
    return HiddenUnder(saved, hidden)


def save_stub(errand: Errand, wiki: WithdrawalWiki, page: PageState) -> Stub | None:
    """The stub that stands now; None: not saved.

    It wins over whatever stands there, also over an edit made a moment ago.
    """
    with errand.store.reading() as db:
        kind = shipped_kinds()[get_record(db, page.record).kind]
    edit = Edit(
        page_id=page.page_id,
        title=page.title,
        text=stub(kind, language=errand.place.language),
        summary=errand.summary(Act.LESS),
    )
    outcome = wiki.edit(edit)
    match outcome:
        case Saved():
            # What stood on a page that rested already is no page to go back to.
            before = None if page.status == "stub" else outcome.old_revision
            return Stub(outcome.revision, before)
        case NoChange():
            return _found_again(errand, wiki, page)
        case Missing():
            return Stub(0)
        case Failure():
            still_there(errand, page, outcome)
    return None


def still_there(errand: Errand, page: PageState, failure: Failure) -> None:
    """Nothing but a person can help here, and what is visible is said at once.

    The next run goes on by itself where it can; somebody waits for it until then.
    """
    log.warning("record %s is still on the wiki: %s", page.record, failure.code)
    errand.fail(page.record, failure)
    if not failure.needs_person:
        errand.tally.call(page.record, WAITS)


def _found_again(errand: Errand, wiki: WithdrawalWiki, page: PageState) -> Stub | None:
    """The stub of a run that was killed, and the revision which that put to rest."""
    assert page.page_id is not None
    found = wiki.revisions(page.page_id)
    if isinstance(found, Missing):
        return Stub(0)
    if isinstance(found, Failure):
        still_there(errand, page, found)
        return None
    older = found[1:] if page.status != "stub" else ()
    return Stub(found[0].id, older[0].id if older else None)


def hide_older(
    errand: Errand, wiki: WithdrawalWiki, page: PageState
) -> tuple[Revision, ...] | None:
    """Hides every revision but the newest, which shows nothing any more."""
    assert page.page_id is not None
    found = wiki.revisions(page.page_id)
    if isinstance(found, Missing):
        return ()
    if isinstance(found, Failure):
        still_there(errand, page, found)
        return None
    older = found[1:]
    fresh = [one for one in older if not one.is_hidden]
    left = wiki.hide_revisions(
        page.page_id,
        [one.id for one in fresh],
        reason=errand.summary(Act.LESS),
    )
    if not are_hidden(errand, page, left):
        return None
    errand.tally.hidden_of_others += sum(one.is_peoples for one in fresh)
    return older


def are_hidden(
    errand: Errand, page: PageState, left: Sequence[int | str] | Failure
) -> bool:
    """Whether the wiki hid all that it was asked to; if not, somebody is called."""
    if isinstance(left, Failure):
        still_there(errand, page, left)
        return False
    if left:
        errand.tally.call(page.record, "not-hidden")
    return not left


def hide_log(
    errand: Errand,
    wiki: WithdrawalWiki,
    page: PageState,
    titles: Sequence[str],
    others: Others,
) -> bool:
    """Hides what the log says of these titles, and nothing of others' pages there."""
    entries = wiki.log_entries(titles)
    if isinstance(entries, Failure):
        still_there(errand, page, entries)
        return False
    ours = [
        one.id
        for one in entries
        if not one.is_hidden and not others.have(one.page_id, one.title)
    ]
    left = wiki.hide_log_entries(ours, reason=errand.summary(Act.LESS))
    if isinstance(left, Failure):
        still_there(errand, page, left)
        return False
    if left:
        errand.tally.call(page.record, "log-not-hidden")
    purged = wiki.purge(titles)
    if isinstance(purged, Failure):
        still_there(errand, page, purged)
        return False
    return not left
