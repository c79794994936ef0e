"""Takes one page off the wiki with its history and its log, and looks whether it is."""

import logging
from dataclasses import dataclass, replace

from knowledge_base.pages import PageState
from wikibot.hands.archive import hide_archived
from wikibot.hands.beside import take_off_beside
from wikibot.hands.errand import Errand
from wikibot.hands.evidence import NOBODY_ELSE, Evidence, Others, Sought, words_of
from wikibot.hands.hiding import HiddenUnder, hide_log, still_there, stub_and_hide
from wikibot.hands.outcomes import Failure
from wikibot.hands.probe import probe
from wikibot.hands.reader import Reader
from wikibot.hands.whereabouts import clear_titles
from wikibot.hands.wiki import WithdrawalWiki
from wikibot.pages.changes import Act
from wikibot.pages.units import FRAME_NAMES

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removal:
    """What an anonymous reader found after a page was taken off."""

    sought: Sought
    evidence: Evidence


def remove(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, page: PageState
) -> Removal | None:
    """Takes off the page where it is now; None where a step did not succeed."""
    assert page.page_id is not None
    hidden = stub_and_hide(errand, wiki, page)
    beside = None if hidden is None else take_off_beside(errand, wiki, page)
    if hidden is None or beside is None:
        return None
    page = beside.page
    assert page.page_id is not None
    archived = hide_archived(errand, wiki, page, hidden.ids)
    if archived is None:
        return None
    written = [one.is_peoples for one in hidden.revisions]
    written += [one.is_peoples for one in archived]
    if any(written) or beside.had_peoples_words:
        errand.tally.call(page.record, "peoples-versions-hidden")
    reason = errand.summary(Act.LESS)
    deleted = wiki.delete(page.page_id, reason=reason)
    if isinstance(deleted, Failure):
        still_there(errand, page, deleted)
        return None
    others = clear_titles(errand, wiki, page, reason=reason)
    if isinstance(others, Failure):
        still_there(errand, page, others)
        return None
    if not hide_log(errand, wiki, page, others):
        return None
    if page.title in others.at:
        errand.tally.call(page.record, "made-anew")
    looked_for = _all_of(page, hidden, others, beside.page_ids)
    return Removal(looked_for, probe(reader, looked_for))


def _all_of(
    page: PageState, hidden: HiddenUnder, others: Others, beside: frozenset[int]
) -> Sought:
    # A run that was killed after deleting finds no revisions any more.
    revisions = hidden.ids or tuple(filter(None, (page.base_revision,)))
    found = sought(page, revisions, title_too=True, others=others)
    return replace(found, beside=beside)


def sought(
    page: PageState,
    hidden: tuple[int, ...],
    *,
    title_too: bool,
    others: Others = NOBODY_ELSE,
) -> Sought:
    """What must not be found any more of the page."""
    assert page.page_id is not None
    known = (text for n, text in page.base_units.items() if n not in FRAME_NAMES)
    return Sought(
        page_id=page.page_id,
        titles=(page.title, *page.past_titles),
        revisions=hidden,
        words=words_of(*known),
        title_too=title_too,
        others=others,
    )


def is_proven(errand: Errand, page: PageState, evidence: Evidence) -> bool:
    """Whether nothing was found; a person is called where something was."""
    for where in (*evidence.visible, *evidence.unanswered):
        log.warning("record %s is not proven gone: %s", page.record, where)
    if evidence.visible:
        errand.tally.call(page.record, "still-visible")
    elif evidence.unanswered:
        errand.tally.stop("not-proven")
    return evidence.proves_it
