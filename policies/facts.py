"""What is known about a record when a decision is made, never its content.

`None` in a fact means *not known*, and is asked about; it never means *none*.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from operator import attrgetter
from types import MappingProxyType
from typing import TypeVar

from policies.purposes import Purpose
from policies.seasons import SeasonDays
from policies.truth import Truth
from policies.visibility import Visibility

ARCHIVIST = "archivist"
ANY_DESTINATION = "*"
NOT_WRITTEN_YET = "not-written-yet"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Label:
    """A label as its community applied it; its identity is (family, type)."""

    family: str
    type: str
    community: str
    text_hash: str = ""
    confirmed_on: date | None = None
    season: str | None = None
    attribution: str | None = None
    note: str | None = None

    @property
    def key(self) -> str:
        """The identity as files write it: "tk/seasonal"."""
        return f"{self.family}/{self.type}"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that an institution applied."""

    type: str


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Nobody has said yet who is concerned."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """A person said that nobody else is concerned, under her name and on that day."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Named:
    """The parties who are concerned; each has a say of its own."""

    parties: frozenset[str]


Concern = NotKnown | Nobody | Named


class Says(StrEnum):
    """What a party answered."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not-now"


@dataclass(frozen=True, slots=True)
class Word:
    """What a party says, for a destination and purposes, from a day until another.

    Only words that stand are facts: one that was taken back or replaced is history.
    `destination` is an id, or "*" for any. `until` is the first day on which it no
    longer holds; `None`: it has no end. `informed`: what stays behind for good was
    shown before, together with the view. `by`: the account that wrote it down.
    `besides`: the destinations of which the same party said something of its own; what
    it said of any place does not speak of them.
    """

    party: str
    says: Says
    destination: str
    purposes: frozenset[Purpose]
    visibility: Visibility
    since: date
    until: date | None
    informed: bool
    by: str
    besides: frozenset[str] = frozenset()

    def reaches(self, destination: str) -> bool:
        """Whether it speaks of that place, by name or as one of all the others."""
        if self.destination == ANY_DESTINATION:
            return destination not in self.besides
        return self.destination == destination


@dataclass(frozen=True, slots=True)
class Flag:
    """An open flag: what a person says may be sensitive; it holds at once.

    `against`: a rule's id, "label:tk/seasonal", "protocol:<id>" or
    "not-written-yet". `party`: who is to answer; `None`: all who are concerned, else
    the archivist. `start` and `end` count characters of the field, or are `None`.
    `raised_by`: the party in whose name it was raised; `None`: nobody's.
    """

    id: str
    against: str
    party: str | None
    is_grave: bool
    field: str | None = None
    start: int | None = None
    end: int | None = None
    raised_by: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw in a field; `evidence` is a short code, never the text.

    `party`: whose private list it stood on, "" for whatever anybody may know; of such
    a one no field and no place is told.
    """

    rule: str
    field: str
    start: int
    end: int
    evidence: str
    party: str = ""


@dataclass(frozen=True, slots=True)
class Licences:
    """The licences of the metadata, the media and the item itself; `None`: unknown."""

    metadata: str | None = None
    media: str | None = None
    item: str | None = None

    def under(self, parent: "Licences") -> "Licences":
        """Each licence of its own, or else the collection's."""
        return Licences(
            self.metadata or parent.metadata,
            self.media or parent.media,
            self.item or parent.item,
        )


@dataclass(frozen=True, slots=True)
class Mourning:
    """A person in mourning, by id; the substitute is what the family chose."""

    person: str
    substitute: str | None
    family: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a decision about one record may use.

    `labels`, `notices`, `flags`, `findings` are `None` while nobody has looked.
    `seasons`: season id -> is it open; `season_days`: season id -> the days beyond
    which it is closed, whatever was said. `fields`: the names of the fields that hold
    something.
    """

    record: str
    kind: str
    labels: frozenset[Label] | None = None
    notices: frozenset[Notice] | None = None
    concerned: Concern = NotKnown()
    words: frozenset[Word] = frozenset()
    flags: frozenset[Flag] | None = None
    findings: frozenset[Finding] | None = None
    licences: Licences = Licences()
    seasons: Mapping[str, Truth] = field(default_factory=lambda: MappingProxyType({}))
    mourning: frozenset[Mourning] = frozenset()
    fields: frozenset[str] = frozenset()
    season_days: Mapping[str, SeasonDays] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def likeness(self) -> Hashable:
        """The same for two records of which the very same is known."""
        of_seasons = (self.seasons.items(), self.season_days.items())
        return (*_BUT_FOR_SEASONS(self), *map(frozenset, of_seasons))

    def under(self, parent: "Facts") -> "Facts":
        """The same record with what it inherits from its collection."""
        return replace(
            self,
            labels=_both(self.labels, parent.labels),
            notices=_both(self.notices, parent.notices),
            flags=_both(self.flags, parent.flags),
            words=self.words | parent.words,
            mourning=self.mourning | parent.mourning,
            concerned=_concern_under(self, parent.concerned),
            licences=self.licences.under(parent.licences),
            seasons={**parent.seasons, **self.seasons},
            season_days={**parent.season_days, **self.season_days},
        )


# All that there is, so that what is added to the facts tells them apart too.
_BUT_FOR_SEASONS = attrgetter(
    *(
        one.name
        for one in fields(Facts)
        if one.name not in ("record", "seasons", "season_days")
    )
)


def _both(
    own: frozenset[T] | None, inherited: frozenset[T] | None
) -> frozenset[T] | None:
    if own is None or inherited is None:
        return None
    return own | inherited


def _concern_under(own: Facts, inherited: Concern) -> Concern:
    """Its own answer, unless the collection's is the stricter one.

    Whoever an item names is asked beside those whom its collection names: a yes of the
    one does not stand in for the other. "Nobody" said of the item does not undo a party
    named for the whole.
    """
    match own.concerned, inherited:
        case NotKnown(), Nobody():
            # "Nobody" said of a collection is said after a sample: a record with a
            # hint, or one never looked at, stays out of it and is answered alone.
            return inherited if own.findings == frozenset() else own.concerned
        case (NotKnown(), _) | (Nobody(), Named()):
            return inherited
        case Named(parties=ours), Named(parties=theirs):
            return Named(ours | theirs)
        case _:
            return own.concerned
