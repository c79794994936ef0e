"""What stands on a page and may no longer be seen, told apart from all publishing.

Reports that stop a save and yeses that are missing change nothing here: they keep new
words from a page, and never keep words on it that have to go.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from knowledge_base import steps
from knowledge_base.communities import names_of
from knowledge_base.gate import decide_for, facts_of
from knowledge_base.history import Journey, history_of, journeys_for
from knowledge_base.journeys import State
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.pages import PageState, page_of
from knowledge_base.records import Record, find_records
from knowledge_base.views import view_of
from policies.covering import COVERED
from policies.decision import Decision
from policies.facts import Facts
from policies.view import PublicView
from wikibot.hands.errand import Errand
from wikibot.hands.naming import shows_in_title
from wikibot.pages.changes import is_within
from wikibot.pages.render import TooLong, render
from wikibot.pages.units import (
    LABELS,
    LINE,
    NOTICES,
    REQUIRED_NAMES,
    Role,
    part_hash,
    parts,
    role_of,
    texts,
    unit,
    unit_hash,
)

STANDING = (State.APPROVED, State.PUBLISHED, State.CHANGED)
MANY = 100
THERE = ("live", "less", "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What may be seen of a record's page today, whether or not it may be saved.

    `is_asked`: people changed our units and were not answered yet. `told_anew`: the
    units of which the source says something else since the approval.
    """

    journey: Journey
    page: PageState
    kind: Kind
    units: Mapping[str, str]
    told_anew: frozenset[str]
    names_too_much: bool

    @property
    def approved(self) -> Mapping[str, str]:
        found: Mapping[str, str] = (self.journey.approval or {}).get("units", {})
        return found

    @property
    def is_asked(self) -> bool:
        return self.journey.state is State.CHANGED


def shown_too_much(errand: Errand, records: Iterable[str]) -> tuple[Allowed, ...]:
    """The pages of these records that show more than may be seen, as we know them."""
    left = iter(records)
    found: list[Allowed] = []
    while some := tuple(islice(left, MANY)):
        found.extend(_portion(errand, some))
    return tuple(
        one
        for one in found
        if one.names_too_much or narrowed(one, one.page.base_units) is not None
    )


def _portion(errand: Errand, ids: tuple[str, ...]) -> Iterator[Allowed]:
    place = errand.destination
    with errand.store.reading() as db:
        journeys = [
            one
            for one in journeys_for(db, ids, STANDING)
            if one.destination == place and one.was_saved
        ]
        known = find_records(db, tuple(one.record for one in journeys))
        facts = facts_of(db, known, heed_doubts=False)
        names = names_of(db)
        pages = {id: page_of(db, id, place) for id in known}
    for journey in journeys:
        id, page = journey.record, pages[journey.record]
        if page is not None and page.page_id is not None and page.status in THERE:
            decision = decision_on_standing(errand, facts[id])
            view = view_of(known[id], decision, names=names)
            found = _allowed(errand, journey, page, known[id], view)
            if found is not None:
                yield found


def _allowed(
    errand: Errand, journey: Journey, page: PageState, record: Record, view: PublicView
) -> Allowed | None:
    """None where the page is as it would be written, or cannot be told."""
    kind = shipped_kinds()[record.kind]
    units = render(
        view, kind, language=errand.place.language, addresses=errand.addresses
    )
    if isinstance(units, TooLong):
        return None  # a person is called for it where it is drafted
    names_too_much = shows_in_title(page.title, record, view, kind)
    if texts(units) == page.base_units and not names_too_much:
        return None
    return Allowed(
        journey=journey,
        page=page,
        kind=kind,
        units=texts(units),
        told_anew=_told_anew(errand, kind, journey),
        names_too_much=names_too_much,
    )


def decision_on_standing(errand: Errand, facts: Facts) -> Decision:
    """With the flags left out that only stop a save; see `tightening`."""
    grave = frozenset(flag for flag in facts.flags or () if flag.is_grave)
    weighed = replace(facts, flags=grave)
    return decide_for(errand.store, weighed, errand.destination, on=errand.today)


def _told_anew(errand: Errand, kind: Kind, journey: Journey) -> frozenset[str]:
    """The units of which the source says something else since the page was saved.

    Also where that was approved meanwhile: to write it is for the publisher alone,
    whom the stop page, a cap or a block holds back.
    """
    with errand.store.reading() as db:
        history = history_of(db, journey.record)
    saves = (x.position for x in history if _is_save(x.step, errand.destination))
    since = min(max(saves, default=0), _approved_at(journey))
    fields = {
        name
        for entry in history
        if entry.position > since and isinstance(entry.step, steps.ContentChanged)
        for name in entry.step.fields
    }
    return frozenset(f.wiki for f in kind.fields if f.wiki and f.name in fields)


def _is_save(step: steps.Step, destination: str) -> bool:
    return isinstance(step, steps.Saved) and step.destination == destination


def _approved_at(journey: Journey) -> int:
    position: int = (journey.approval or {}).get("position", 0)
    return position


def narrowed(allowed: Allowed, standing: Mapping[str, str]) -> Mapping[str, str] | None:
    """The units as they should stand, by name; None where nothing has to go."""
    wanted = dict(standing)
    for name, text in standing.items():
        if role_of(name) is Role.CONTENT:
            wanted[name] = _content(allowed, name, text)
    for name in REQUIRED_NAMES:
        wanted[name] = _required(allowed, name, standing.get(name, ""))
    kept = {name: text for name, text in wanted.items() if text}
    return None if kept == dict(standing) else kept


def _content(allowed: Allowed, name: str, text: str) -> str:
    """The unit as it may stay, "" where it has to go; no word is added to it.

    What the source corrected is no reason to take away what was approved: only a
    person says that the new words are right. Whatever else made the two differ is.
    """
    new = allowed.units.get(name, "")
    approved = allowed.approved.get(name)
    is_approved = bool(new) and unit_hash(unit(name, new)) == approved
    if not new:
        return text if allowed.is_asked and approved is None else ""
    if new == text or (allowed.is_asked and is_approved):
        return text
    if is_within(new.replace(COVERED, ""), text):
        return new
    if is_within(text, new) or (name in allowed.told_anew and COVERED not in new):
        return text
    return ""


def _required(allowed: Allowed, name: str, text: str) -> str:
    """The unit with all that must go with the page, and nothing taken away."""
    there = parts(unit(name, text)) if text else ()
    new = allowed.units.get(name, "")
    wanted = parts(unit(name, new)) if new else ()
    known = set(allowed.approved.values()) if allowed.is_asked else set()
    missing = [
        part
        for part in wanted
        if part not in there and part_hash(name, part) not in known
    ]
    if not missing:
        return text
    if set(there) <= set(wanted):
        return new
    return (" " if name in (LABELS, NOTICES) else LINE).join((*there, *missing))
