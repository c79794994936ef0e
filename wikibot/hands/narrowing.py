"""What stands on a page and may no longer be seen, told apart from all publishing.

Reports that stop a save and yeses that are missing change nothing here: they keep new
words from a page, and never keep words on it that have to go.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from knowledge_base.communities import names_of
from knowledge_base.gate import decide_for, facts_of
from knowledge_base.history import Journey, journeys_for
from knowledge_base.journeys import State
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.pages import PageState, page_of
from knowledge_base.records import Record, find_records
from knowledge_base.saved_content import content_as_saved
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
    Units,
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

    `is_asked`: people changed our units and were not answered yet. `as_saved`: what
    would be seen today if the source still said what it did when the page was saved.
    """

    journey: Journey
    page: PageState
    kind: Kind
    units: Mapping[str, str]
    as_saved: Mapping[str, str]
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
    found: dict[str, Allowed] = {}
    while some := tuple(islice(left, MANY)):
        for one in _portion(errand, some):
            if one.names_too_much or narrowed(one, one.page.base_units) is not None:
                found[one.journey.record] = one
    return tuple(found.values())


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
            found = _allowed(errand, journey, page, _Seen(known[id], decision, names))
            if found is not None:
                yield found


@dataclass(frozen=True, slots=True)
class _Seen:
    """A record under the decision of today; `names` are those of all communities."""

    record: Record
    decision: Decision
    names: Mapping[str, str]

    @property
    def kind(self) -> Kind:
        return shipped_kinds()[self.record.kind]

    @property
    def view(self) -> PublicView:
        return view_of(self.record, self.decision, names=self.names)


def _allowed(
    errand: Errand, journey: Journey, page: PageState, seen: _Seen
) -> Allowed | None:
    """None where the page is as it would be written, or cannot be told."""
    units = _units(errand, seen)
    if isinstance(units, TooLong):
        return None  # a person is called for it where it is drafted
    names_too_much = shows_in_title(page.title, seen.record, seen.view, seen.kind)
    if texts(units) == page.base_units and not names_too_much:
        return None
    as_saved = _units(errand, replace(seen, record=_as_saved(errand, seen.record)))
    return Allowed(
        journey=journey,
        page=page,
        kind=seen.kind,
        units=texts(units),
        as_saved={} if isinstance(as_saved, TooLong) else texts(as_saved),
        names_too_much=names_too_much,
    )


def _units(errand: Errand, seen: _Seen) -> Units | TooLong:
    return render(
        seen.view, seen.kind, language=errand.place.language, addresses=errand.addresses
    )


def decision_on_standing(errand: Errand, facts: Facts) -> Decision:
    """With the flags left out that only stop a save; see `tightening`."""
    grave = frozenset(flag for flag in facts.flags or () if flag.is_grave)
    weighed = replace(facts, flags=grave)
    return decide_for(errand.store, weighed, errand.destination, on=errand.today)


def _as_saved(errand: Errand, record: Record) -> Record:
    """The record with the words that its page was made from."""
    with errand.store.reading() as db:
        content = content_as_saved(db, record.id, errand.destination)
    return replace(record, content=content)


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
    """The unit as it may stay, "" where it has to go; never a word it did not have.

    What the source corrected is no reason to take away what was approved, and no
    reason to say it here either: whatever stops publishing stops new words. Whatever
    else made the two differ takes away.
    """
    new, old = allowed.units.get(name, ""), allowed.as_saved.get(name, "")
    approved = allowed.approved.get(name)
    if not new:
        return text if allowed.is_asked and approved is None else ""
    if new == text or (allowed.is_asked and _hash(name, new) == approved):
        return text
    if is_within(new.replace(COVERED, ""), text):
        return new
    if is_within(text, new) or text == old:
        return text
    if old and allowed.is_asked and _hash(name, old) == approved:
        return text  # people's words in our unit, which wait for an answer
    return old if old and is_within(old.replace(COVERED, ""), text) else ""


def _hash(name: str, text: str) -> str:
    return unit_hash(unit(name, text))


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
