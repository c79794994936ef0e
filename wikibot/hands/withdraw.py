"""Takes pages back: stub, older revisions hidden, log entries hidden, and proves it.

Only the withdrawal account comes here, and nothing that stops publishing stops it. Each
step can be run again; a journey is withdrawn only when an anonymous reader finds
nothing any more.
"""

import logging
from dataclasses import dataclass

from knowledge_base import steps
from knowledge_base.history import Journey, history_of, journeys_in
from knowledge_base.journeys import State
from knowledge_base.pages import PageState, page_of, turn_page
from knowledge_base.watching import pages_with_status
from wikibot.hands.errand import Errand
from wikibot.hands.evidence import Evidence, Sought, words_of
from wikibot.hands.hiding import (
    hide_log,
    hide_older,
    newest,
    save_stub,
    still_there,
    stub_and_hide,
)
from wikibot.hands.outcomes import Failure
from wikibot.hands.probe import links_to, probe
from wikibot.hands.reader import Reader
from wikibot.hands.reconcile import reconcile
from wikibot.hands.watch import greet
from wikibot.hands.wiki import WithdrawalWiki
from wikibot.pages.changes import Act
from wikibot.pages.units import FRAME_NAMES

log = logging.getLogger(__name__)

# A flag or a report only rests the page: the quick act is always the reversible one,
# and hiding waits for those who may decide.
ONLY_RESTS = frozenset({"flag", "report"})


@dataclass(frozen=True, slots=True)
class ToTakeBack:
    """What waits for the withdrawal account."""

    withdrawing: tuple[Journey, ...]
    closing: tuple[Journey, ...]
    showed_more: tuple[PageState, ...]

    def __bool__(self) -> bool:
        return bool(self.withdrawing or self.closing or self.showed_more)


def to_take_back(errand: Errand) -> ToTakeBack:
    """Read from the store alone; most runs find nothing and sign nobody in."""
    place = errand.destination
    with errand.store.reading() as db:
        return ToTakeBack(
            withdrawing=tuple(journeys_in(db, place, (State.WITHDRAWING,))),
            closing=tuple(journeys_in(db, place, (State.CLOSING,))),
            showed_more=pages_with_status(db, place, "less"),
        )


def take_back(errand: Errand, wiki: WithdrawalWiki, reader: Reader) -> None:
    """Everything that waits, withdrawals first."""
    if greet(errand, wiki) is None or not reconcile(errand, wiki):
        return  # without an answer nothing can be taken back either
    waiting = to_take_back(errand)
    for journey in waiting.withdrawing:
        _withdraw(errand, wiki, reader, journey)
    for journey in waiting.closing:
        _close(errand, wiki, reader, journey)
    for page in waiting.showed_more:
        _hide_what_showed_more(errand, wiki, reader, page)


def _withdraw(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, journey: Journey
) -> None:
    """The whole runbook for one page; see `docs/withdrawal.md`."""
    page = _page(errand, journey.record)
    if page is None or page.page_id is None:
        _note_withdrawn(errand, journey.record, Evidence(()), page)
        return
    titles = (page.title, *page.past_titles)
    hidden = stub_and_hide(errand, wiki, page)
    if hidden is None:
        return
    reason = errand.summary(Act.LESS)
    for deleted in (
        wiki.delete(page.page_id, reason=reason),
        wiki.delete_redirects(page.past_titles, reason=reason),
    ):
        if isinstance(deleted, Failure):
            still_there(errand, page, deleted)
            return
    if not hide_log(errand, wiki, page, titles):
        return
    # A run that was killed after deleting finds no revisions any more.
    revisions = hidden or tuple(filter(None, (page.base_revision,)))
    sought = _sought(page, revisions, title_too=True)
    evidence = probe(reader, sought)
    _finish(errand, page, evidence)
    if evidence.proves_it and links_to(reader, titles):
        errand.tally.call(page.record, "links-remain")


def _finish(errand: Errand, page: PageState, evidence: Evidence) -> None:
    if _is_proven(errand, page, evidence):
        _note_withdrawn(errand, page.record, evidence, page)


def _is_proven(errand: Errand, page: PageState, evidence: Evidence) -> bool:
    for where in (*evidence.visible, *evidence.unanswered):
        log.warning("record %s is not proven gone: %s", page.record, where)
    if evidence.visible:
        errand.tally.call(page.record, "still-visible")
    elif evidence.unanswered:
        errand.tally.stop("not-proven")
    return evidence.proves_it


def _note_withdrawn(
    errand: Errand, record: str, evidence: Evidence, page: PageState | None
) -> None:
    step = steps.Withdrawn(
        destination=errand.destination,
        probes=len(evidence.probes),
        still_visible=len(evidence.visible),
    )
    place = errand.destination
    errand.record_fact(
        record,
        step,
        text=evidence.text(),
        also=None
        if page is None
        else lambda db: turn_page(db, record, place, status="gone"),
    )
    errand.tally.withdrawn += 1


def _close(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, journey: Journey
) -> None:
    """The page goes to its stub; what a season or a consent closed is hidden too."""
    page = _page(errand, journey.record)
    if page is None or page.page_id is None or page.status == "gone":
        _note_stub(errand, journey.record, revision=0)
        return
    if _why_closed(errand, journey) in ONLY_RESTS:
        revision = save_stub(errand, wiki, page)
        if revision is not None:
            _note_stub(errand, journey.record, revision=revision)
        return
    hidden = stub_and_hide(errand, wiki, page)
    if hidden is None:
        return
    evidence = probe(reader, _sought(page, hidden, title_too=False))
    if not _is_proven(errand, page, evidence):
        return
    _note_stub(errand, journey.record, revision=newest(wiki, page))


def _why_closed(errand: Errand, journey: Journey) -> str:
    with errand.store.reading() as db:
        history = history_of(db, journey.record)
    reasons = [
        entry.step.because
        for entry in history
        if isinstance(entry.step, steps.Closed)
        and entry.step.destination == errand.destination
    ]
    return reasons[-1] if reasons else "decision"


def _note_stub(errand: Errand, record: str, *, revision: int) -> None:
    """`revision` is 0 where there is no page to rest."""
    place = errand.destination
    step = steps.StubSaved(destination=place, revision=revision)
    errand.record_fact(
        record,
        step,
        also=(lambda db: turn_page(db, record, place, status="stub"))
        if revision
        else None,
    )
    errand.tally.closed += 1


def _hide_what_showed_more(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, page: PageState
) -> None:
    """A save that shows less is a small withdrawal: what showed more is hidden."""
    assert page.page_id is not None
    hidden = hide_older(errand, wiki, page)
    if hidden is None:
        return
    sought = Sought(page_id=page.page_id, titles=(page.title,), revisions=hidden)
    if not _is_proven(errand, page, probe(reader, sought)):
        return
    with errand.store.writing() as db:
        turn_page(db, page.record, page.destination, status="live")


def _sought(page: PageState, hidden: tuple[int, ...], *, title_too: bool) -> Sought:
    assert page.page_id is not None
    known = (text for n, text in page.base_units.items() if n not in FRAME_NAMES)
    titles = (page.title, *page.past_titles)
    return Sought(
        page_id=page.page_id,
        titles=titles,
        revisions=hidden,
        words=words_of(*known),
        title_too=title_too,
    )


def _page(errand: Errand, record: str) -> PageState | None:
    with errand.store.reading() as db:
        return page_of(db, record, errand.destination)
