"""Chooses the title of a page and says what it would show; approves nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge_base import steps
from knowledge_base.communities import names_of
from knowledge_base.gate import decision_of
from knowledge_base.history import Entry, Journey, history_of, journeys_for, length_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.page_choice import has_page
from knowledge_base.pages import TitleTaken, page_of
from knowledge_base.records import get_record
from knowledge_base.views import view_of
from knowledge_base.workflow import Stale
from policies.view import PublicView
from policies.visibility import Visibility
from wikibot.hands.errand import Errand
from wikibot.hands.naming import shows_in_title
from wikibot.pages.render import TooLong, render
from wikibot.pages.titles import opaque, title_for, with_number
from wikibot.pages.units import units_hash

PROPOSABLE = (State.IN_REVIEW, State.CHANGED)


@dataclass(frozen=True, slots=True)
class _Prospect:
    """A record as anyone would see it, if every open question got its yes."""

    view: PublicView
    kind: Kind
    title: str | None  # what was proposed before; None: nothing yet
    last: str | None  # the hash that was proposed last
    seen: int


def propose(errand: Errand, records: Iterable[str]) -> None:
    """Proposes a page for each of these records that waits for people's answers."""
    with errand.store.reading() as db:
        waiting = journeys_for(db, tuple(records), PROPOSABLE)
    for journey in waiting:
        if journey.destination == errand.destination:
            _propose_one(errand, journey)


def _propose_one(errand: Errand, journey: Journey) -> None:
    prospect = _prospect(errand, journey)
    if prospect is None or prospect.view.visibility <= Visibility.STUB:
        return
    language = errand.place.language
    units = render(
        prospect.view, prospect.kind, language=language, addresses=errand.addresses
    )
    if isinstance(units, TooLong):
        errand.tally.call(journey.record, "too-long")
        return
    hash = units_hash(units)
    if prospect.last == hash:
        return
    if errand.rehearses:
        errand.tally.planned.append((journey.record, "propose"))
        return
    title = prospect.title or title_for(
        prospect.view, prospect.kind, record=journey.record, language=language
    )
    _take(errand, journey, prospect, title, hash)


def _take(
    errand: Errand, journey: Journey, prospect: _Prospect, title: str, hash: str
) -> None:
    """Takes the first of the titles that no other record has."""
    step = steps.Proposed(destination=errand.destination, units_hash=hash)
    record, language = journey.record, errand.place.language
    # Two records never compete for one title: the later one carries its number.
    for one in (title, with_number(title, record), opaque(record, language=language)):
        try:
            errand.take(record, step, seen=prospect.seen, text=one)
        except TitleTaken:
            continue
        except (Stale, NotPossible):
            return  # it moved on; the next run looks again
        errand.tally.proposed += 1
        return
    errand.tally.call(record, "title-taken")


def _prospect(errand: Errand, journey: Journey) -> _Prospect | None:
    place, id = errand.destination, journey.record
    with errand.store.reading() as db:
        record = get_record(db, id)
        if not has_page(db, record):
            return None
        decision = decision_of(db, errand.store, id, place, on=errand.today)
        view = view_of(record, decision, names=names_of(db), at=decision.at_most)
        page, kind = page_of(db, id, place), shipped_kinds()[record.kind]
        is_wrong = page is not None and shows_in_title(page.title, record, view, kind)
        return _Prospect(
            view=view,
            kind=kind,
            title=None if page is None or is_wrong else page.title,
            last=_last_proposed(history_of(db, id), place),
            seen=length_of(db, id),
        )


def _last_proposed(history: Iterable[Entry], destination: str) -> str | None:
    proposed = [
        entry.step.units_hash
        for entry in history
        if isinstance(entry.step, steps.Proposed)
        and entry.step.destination == destination
    ]
    return proposed[-1] if proposed else None
