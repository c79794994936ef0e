"""What a journey's page would say today, or why there is nothing to say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from knowledge_base.gate import is_clear
from knowledge_base.history import Journey, length_of
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.page_choice import has_page
from knowledge_base.pages import PageState, page_of
from knowledge_base.records import Record, find_records
from knowledge_base.views import public_views
from policies.decision import Decision
from policies.view import PublicView
from wikibot.hands.errand import Errand
from wikibot.hands.naming import shows_in_title
from wikibot.pages.render import TooLong, render
from wikibot.pages.units import Units, shows_no_more

MANY = 100


class WhyNot(StrEnum):
    """Why a journey has nothing to be saved."""

    WAITS = "a question is open"
    NO_PAGE = "records like it have no page"
    TOO_LONG = "too-long"
    TITLE = "title-replaced"
    SHOWS_MORE = "shows more than was approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Our units of a page as they should stand; `seen` is the history's length.

    `takes_away`: words stand there that have to go, whatever comes in their place.
    """

    journey: Journey
    kind: Kind
    page: PageState
    units: Units
    seen: int
    takes_away: bool = False

    @property
    def record(self) -> str:
        return self.journey.record


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to save now."""

    journey: Journey
    why: WhyNot
    seen: int


def drafts(errand: Errand, journeys: Iterable[Journey]) -> Iterator[Draft | Nothing]:
    """One for each journey, in their order; the store is read in portions."""
    left = iter(journeys)
    while some := tuple(islice(left, MANY)):
        yield from _portion(errand, some)


@dataclass(frozen=True, slots=True)
class _Found:
    journey: Journey
    decision: Decision
    view: PublicView
    record: Record
    page: PageState | None
    seen: int
    has_page: bool


def _portion(errand: Errand, journeys: Sequence[Journey]) -> Iterator[Draft | Nothing]:
    ids = tuple(journey.record for journey in journeys)
    place = errand.destination
    with errand.store.reading() as db:
        views = public_views(db, errand.store, ids, place, on=errand.today)
        records = find_records(db, ids)
        found = [
            _Found(
                journey,
                *views[journey.record],
                records[journey.record],
                page_of(db, journey.record, place),
                length_of(db, journey.record),
                has_page(db, records[journey.record]),
            )
            for journey in journeys
        ]
    # Rendering is done outside: no transaction is open across it.
    for one in found:
        yield _draft(errand, one)


def _draft(errand: Errand, found: _Found) -> Draft | Nothing:
    journey, seen = found.journey, found.seen
    if found.page is None or not found.has_page:
        return Nothing(journey, WhyNot.NO_PAGE, seen)
    if not is_clear(found.decision):
        return Nothing(journey, WhyNot.WAITS, seen)
    kind = shipped_kinds()[found.view.kind]
    if shows_in_title(found.page.title, found.record, found.view, kind):
        return Nothing(journey, WhyNot.TITLE, seen)
    units = render(
        found.view, kind, language=errand.place.language, addresses=errand.addresses
    )
    if isinstance(units, TooLong):
        return Nothing(journey, WhyNot.TOO_LONG, seen)
    approved = (journey.approval or {}).get("units", {})
    if not shows_no_more(units, approved):
        return Nothing(journey, WhyNot.SHOWS_MORE, seen)
    return Draft(journey=journey, kind=kind, page=found.page, units=units, seen=seen)
