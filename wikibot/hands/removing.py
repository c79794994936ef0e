"""Takes one page off the wiki with its history and its log, and looks whether it is."""

import logging
from dataclasses import dataclass, replace

from knowledge_base.pages import PageState
from wikibot.hands.archive import hide_archived
from wikibot.hands.beside import says_again, take_off_beside
from wikibot.hands.errand import Errand
from wikibot.hands.evidence import Evidence, Sought, words_of
from wikibot.hands.hiding import hide_log, still_there, stub_and_hide
from wikibot.hands.outcomes import Failure
from wikibot.hands.probe import probe
from wikibot.hands.reader import Reader
from wikibot.hands.whereabouts import Cleared, clear_titles
from wikibot.hands.wiki import WithdrawalWiki
from wikibot.pages.changes import Act
from wikibot.pages.units import FRAME_NAMES

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removal:
    """What an anonymous reader found after a page was taken off."""

    sought: Sought
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Down:
    """A page that is deleted, with the versions that are hidden now."""

    page: PageState
    revisions: tuple[int, ...]
    beside: frozenset[int]


def remove(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, page: PageState
) -> Removal | None:
    """Takes off the page where it is now; None where a step did not succeed."""
    down = _take_down(errand, wiki, page)
    if down is None:
        return None
    cleared = clear_titles(errand, wiki, down.page)
    if isinstance(cleared, Failure):
        still_there(errand, page, cleared)
        return None
    looked_for = _all_of(down, cleared)
    if not hide_log(errand, wiki, down.page, looked_for.named, cleared.others):
        return None
    if not _tell_of_others(errand, wiki, down.page, cleared):
        return None
    return Removal(looked_for, probe(reader, looked_for))


def _tell_of_others(
    errand: Errand, wiki: WithdrawalWiki, page: PageState, cleared: Cleared
) -> bool:
    """Calls a person where others' page has our title, or says again what ours said.

    It is theirs and holds nothing up. False: the wiki did not answer.
    """
    at = cleared.others.at
    there = tuple(at[one] for one in (page.title, *page.past_titles) if one in at)
    again = says_again(errand, wiki, page, there) if there else False
    if isinstance(again, Failure):
        still_there(errand, page, again)
        return False
    if page.title in at or again:
        errand.tally.call(page.record, "made-anew")
    return True


def _take_down(errand: Errand, wiki: WithdrawalWiki, page: PageState) -> _Down | None:
    """Hides and deletes it, with what stands beside it and what others archived."""
    hidden = stub_and_hide(errand, wiki, page)
    beside = None if hidden is None else take_off_beside(errand, wiki, page)
    if hidden is None or beside is None:
        return None
    archived = hide_archived(errand, wiki, beside.page, hidden.ids)
    if archived is None:
        return None
    written = [one.is_peoples for one in hidden.revisions]
    written += [one.is_peoples for one in archived]
    if any(written) or beside.had_peoples_words:
        errand.tally.call(page.record, "peoples-versions-hidden")
    assert page.page_id is not None
    deleted = wiki.delete(page.page_id, reason=errand.summary(Act.LESS))
    if isinstance(deleted, Failure):
        still_there(errand, page, deleted)
        return None
    return _Down(beside.page, hidden.ids, beside.page_ids)


def _all_of(down: _Down, cleared: Cleared) -> Sought:
    # A run that was killed after deleting finds no revisions any more.
    revisions = down.revisions or tuple(filter(None, (down.page.base_revision,)))
    return replace(
        sought(down.page, revisions, title_too=True),
        others=cleared.others,
        beside=down.beside,
        talk=cleared.talk,
    )


def sought(page: PageState, hidden: tuple[int, ...], *, title_too: bool) -> Sought:
    """What must not be found any more of the page."""
    assert page.page_id is not None
    known = (text for n, text in page.base_units.items() if n not in FRAME_NAMES)
    return Sought(
        page_id=page.page_id,
        titles=(page.title, *page.past_titles),
        revisions=hidden,
        words=words_of(*known),
        title_too=title_too,
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
