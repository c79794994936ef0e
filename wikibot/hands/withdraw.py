"""Takes pages back: stub, older revisions hidden, log entries hidden, and proves it.

Only the withdrawal account comes here, and nothing that stops publishing stops it. Each
step can be run again; a journey is withdrawn only when an anonymous reader finds
nothing any more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge_base import steps
from knowledge_base.erasure import let_page_go
from knowledge_base.history import Journey, journeys_in
from knowledge_base.journeys import State
from knowledge_base.pages import (
    PageState,
    page_of,
    rest_page,
    take_off_page,
    turn_page,
)
from knowledge_base.tightening import ONLY_RESTS
from knowledge_base.watching import pages_with_status
from wikibot.hands.closings import last_reason
from wikibot.hands.cutting import cut_down
from wikibot.hands.errand import Errand
from wikibot.hands.evidence import Evidence, Sought
from wikibot.hands.hiding import (
    WAITS,
    Stub,
    hide_older,
    save_stub,
    stub_and_hide,
)
from wikibot.hands.narrowing import Allowed
from wikibot.hands.probe import links_to, probe
from wikibot.hands.reader import Reader
from wikibot.hands.reconcile import open_intents
from wikibot.hands.removing import is_proven, remove, sought
from wikibot.hands.renaming import better_title
from wikibot.hands.watch import greet
from wikibot.hands.whereabouts import follow
from wikibot.hands.wiki import WithdrawalWiki


@dataclass(frozen=True, slots=True)
class ToTakeBack:
    """What waits for the withdrawal account."""

    withdrawing: tuple[Journey, ...]
    closing: tuple[Journey, ...]
    showed_more: tuple[PageState, ...]
    late: tuple[PageState, ...]

    def __bool__(self) -> bool:
        return bool(self.withdrawing or self.closing or self.showed_more or self.late)

    @property
    def records(self) -> frozenset[str]:
        """The records whose pages wait."""
        journeys = (*self.withdrawing, *self.closing)
        pages = (*self.showed_more, *self.late)
        return frozenset(
            {one.record for one in journeys} | {one.record for one in pages}
        )


def to_take_back(errand: Errand) -> ToTakeBack:
    """Read from the store alone; most runs find nothing and sign nobody in."""
    place = errand.destination
    with errand.store.reading() as db:
        return ToTakeBack(
            withdrawing=tuple(journeys_in(db, place, (State.WITHDRAWING,))),
            closing=tuple(journeys_in(db, place, (State.CLOSING,))),
            showed_more=pages_with_status(db, place, "less"),
            late=pages_with_status(db, place, "late"),
        )


def take_back(
    errand: Errand,
    wiki: WithdrawalWiki,
    reader: Reader,
    settle: Callable[[], bool],
    too_much: Sequence[Allowed] = (),
) -> None:
    """Everything that waits, withdrawals first.

    `settle` finds out what became of open intents, where that can be known; False: the
    wiki did not answer. A journey whose edit may still be on its way is not finished.
    `too_much`: the pages that show more than may be seen.
    """
    is_answered = greet(errand, wiki) is not None
    if not is_answered or (open_intents(errand) and not settle()):
        _say_what_waits(errand, too_much)
        return  # without an answer nothing can be taken back either
    for one in too_much:
        cut_down(errand, wiki, one)
    waiting = to_take_back(errand)
    for journey in waiting.withdrawing:
        if _is_settled(errand, journey):
            _withdraw(errand, wiki, reader, journey)
    for page in waiting.late:
        _remove_late(errand, wiki, reader, page)
    for journey in waiting.closing:
        if _is_settled(errand, journey):
            _close(errand, wiki, reader, journey)
    for page in waiting.showed_more:
        _hide_what_showed_more(errand, wiki, reader, page)


def _say_what_waits(errand: Errand, too_much: Sequence[Allowed]) -> None:
    """A person is called for each: she is told what stands there still."""
    waiting = to_take_back(errand)
    for journey in (*waiting.withdrawing, *waiting.closing):
        errand.tally.call(journey.record, WAITS)
    for page in (*waiting.late, *waiting.showed_more):
        errand.tally.call(page.record, WAITS)
    for one in too_much:
        errand.tally.call(one.journey.record, WAITS)


def _is_settled(errand: Errand, journey: Journey) -> bool:
    """Whether no edit of it is on its way: that one would come back after us."""
    if journey.intent is None:
        return True
    errand.tally.call(journey.record, "edit-on-its-way")
    return False


def _withdraw(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, journey: Journey
) -> None:
    """The whole runbook for one page; see `docs/withdrawal.md`."""
    page = _page(errand, journey.record)
    if page is None or page.page_id is None:
        _note_withdrawn(errand, journey.record, Evidence(()), page)
        return
    page = follow(errand, wiki, page)
    removal = None if page is None else remove(errand, wiki, reader, page)
    if page is None or removal is None:
        return
    evidence = removal.evidence
    _finish(errand, page, evidence)
    if evidence.proves_it and links_to(reader, removal.sought.free_titles):
        errand.tally.call(page.record, "links-remain")


def _finish(errand: Errand, page: PageState, evidence: Evidence) -> None:
    if is_proven(errand, page, evidence):
        _note_withdrawn(errand, page.record, evidence, page)


def _remove_late(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, page: PageState
) -> None:
    """A page that arrived when nobody allowed it; its record stays as it is."""
    now = follow(errand, wiki, page)
    removal = None if now is None else remove(errand, wiki, reader, now)
    if now is not None and removal is not None:
        _finish(errand, now, removal.evidence)


def _note_withdrawn(
    errand: Errand, record: str, evidence: Evidence, page: PageState | None
) -> None:
    step = steps.Withdrawn(
        destination=errand.destination,
        probes=len(evidence.probes),
        still_visible=len(evidence.visible),
    )
    errand.record_fact(
        record,
        step,
        text=evidence.text(),
        also=None if page is None else lambda db: let_page_go(db, page),
    )
    errand.tally.withdrawn += 1


def _close(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, journey: Journey
) -> None:
    """The page goes to its stub; what a season or a consent closed is hidden too."""
    page = _page(errand, journey.record)
    if page is None or page.page_id is None or page.status == "gone":
        _note_stub(errand, journey.record, Stub(0))
        return
    page = follow(errand, wiki, page)
    if page is None:
        return
    title = better_title(errand, page)
    if title is not None:
        _take_off(errand, wiki, reader, page, title)
        return
    # A flag or a report only rests the page: the quick act is always the reversible
    # one, and hiding waits for those who may decide.
    if last_reason(errand, page) in ONLY_RESTS:
        saved = save_stub(errand, wiki, page)
        if saved is not None:
            _note_stub(errand, journey.record, saved)
        return
    hidden = stub_and_hide(errand, wiki, page)
    if hidden is None:
        return
    evidence = probe(reader, sought(page, hidden.ids, title_too=False))
    if not is_proven(errand, page, evidence):
        return
    _note_stub(errand, journey.record, hidden.stub)


def _take_off(
    errand: Errand, wiki: WithdrawalWiki, reader: Reader, page: PageState, title: str
) -> None:
    """A page whose very title may not be read any more: nothing of it stays.

    Should it come back, then under another title, and only with a fresh yes.
    """
    removal = remove(errand, wiki, reader, page)
    if removal is None or not is_proven(errand, page, removal.evidence):
        return
    evidence = removal.evidence
    record, place = page.record, page.destination
    errand.record_fact(
        record,
        steps.StubSaved(destination=place, revision=0),
        text=evidence.text(),
        also=lambda db: take_off_page(db, record, place, title=title),
    )
    errand.tally.closed += 1
    errand.tally.call(record, "taken-off-with-its-title")


def _note_stub(errand: Errand, record: str, stub: Stub) -> None:
    """Its revision is 0 where there is no page to rest."""
    place = errand.destination
    step = steps.StubSaved(destination=place, revision=stub.revision)
    errand.record_fact(
        record,
        step,
        also=(lambda db: rest_page(db, record, place, before=stub.before))
        if stub.revision
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
    ids = tuple(one.id for one in hidden)
    looked = Sought(page_id=page.page_id, titles=(page.title,), revisions=ids)
    if not is_proven(errand, page, probe(reader, looked)):
        return
    with errand.store.writing() as db:
        turn_page(db, page.record, page.destination, status="live")


def _page(errand: Errand, record: str) -> PageState | None:
    with errand.store.reading() as db:
        return page_of(db, record, errand.destination)
