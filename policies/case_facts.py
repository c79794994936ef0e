"""The facts and the destination of a worked case: harmless unless the case says so."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from policies.destinations import Destination
from policies.facts import (
    Concern,
    Facts,
    Finding,
    Flag,
    Label,
    Licences,
    Mourning,
    Named,
    Nobody,
    Notice,
    NotKnown,
    Says,
    Word,
)
from policies.purposes import ALL_PURPOSES, Purpose
from policies.truth import Truth
from policies.visibility import Visibility

T = TypeVar("T")
_NEW_YEAR = date(2026, 1, 1)


class NotKnownYet(StrEnum):
    """What a case may leave unknown."""

    LABELS = "labels"
    NOTICES = "notices"
    CONCERN = "concern"
    FLAGS = "flags"
    FINDINGS = "findings"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class WrittenLabel:
    """A label; `label` is its key."""

    label: str
    community: str = "river"
    season: str | None = None
    attribution: str | None = None
    note: str | None = None

    def fact(self) -> Label:
        """The fact of it."""
        family, _, label_type = self.label.partition("/")
        return Label(
            family,
            label_type,
            self.community,
            season=self.season,
            attribution=self.attribution,
            note=self.note,
        )


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A party's word; by default an informed yes to everything on our own wiki."""

    party: str
    says: Says = Says.YES
    destination: str = "own-wiki"
    purposes: frozenset[Purpose] = ALL_PURPOSES
    visibility: Visibility = Visibility.FULL
    since: date = _NEW_YEAR
    until: date | None = None
    informed: bool = True

    def fact(self) -> Word:
        """The fact of it."""
        return Word(
            self.party,
            self.says,
            self.destination,
            self.purposes,
            self.visibility,
            self.since,
            self.until,
            self.informed,
            "an-account",
        )


@dataclass(frozen=True, slots=True)
class WrittenFind:
    """What stood on a community's private list, or that the list does not open."""

    rule: str
    party: str

    def fact(self) -> Finding:
        """The fact of it."""
        return Finding(self.rule, "", 0, 0, f"list:{self.party}:1", self.party)


@dataclass(frozen=True, slots=True)
class WrittenFacts:
    """Everything is known, and nobody else is concerned, unless the case says so."""

    kind: str = "item"
    unknown: frozenset[NotKnownYet] = frozenset()
    labels: tuple[WrittenLabel, ...] = ()
    notices: frozenset[str] = frozenset()
    concerned: frozenset[str] = frozenset()
    words: tuple[WrittenWord, ...] = ()
    flags: frozenset[Flag] = frozenset()
    findings: frozenset[str] = frozenset()
    listed: tuple[WrittenFind, ...] = ()
    metadata: str = "cc0-1.0"
    seasons: dict[str, Truth] = field(default_factory=dict)
    mourning: frozenset[Mourning] = frozenset()
    fields: frozenset[str] = frozenset({"title", "maker"})

    def facts(self) -> Facts:
        """The facts as a decision takes them."""
        known = NotKnownYet
        return Facts(
            record="record",
            kind=self.kind,
            labels=self._unless(known.LABELS, frozenset(x.fact() for x in self.labels)),
            notices=self._unless(known.NOTICES, frozenset(map(Notice, self.notices))),
            concerned=self._concern(),
            words=frozenset(word.fact() for word in self.words),
            flags=self._unless(known.FLAGS, self.flags),
            findings=self._unless(
                known.FINDINGS,
                frozenset(Finding(rule, "title", 0, 1, "x") for rule in self.findings)
                | {one.fact() for one in self.listed},
            ),
            licences=Licences(self._unless(known.METADATA, self.metadata)),
            seasons=self.seasons,
            mourning=self.mourning,
            fields=self.fields,
        )

    def _concern(self) -> Concern:
        if NotKnownYet.CONCERN in self.unknown:
            return NotKnown()
        return Named(self.concerned) if self.concerned else Nobody("a", _NEW_YEAR)

    def _unless(self, fact: NotKnownYet, value: T) -> T | None:
        return None if fact in self.unknown else value


@dataclass(frozen=True, slots=True)
class WrittenDestination:
    """Our own wiki, which forces no licence, unless the case says otherwise."""

    id: str = "own-wiki"
    is_ours: Truth = Truth.TRUE
    is_public: Truth = Truth.TRUE
    keeps_history: Truth = Truth.TRUE
    can_close: Truth = Truth.TRUE
    forces_commercial: Truth = Truth.FALSE
    is_mirrored: Truth = Truth.FALSE
    licence: str | None = None
    forces: frozenset[Purpose] = frozenset(
        {Purpose.INDEX, Purpose.TRANSLATE, Purpose.AI, Purpose.BULK}
    )

    def destination(self) -> Destination:
        """The destination as a decision takes it."""
        return Destination(
            id=self.id,
            label=self.id,
            is_ours=self.is_ours,
            is_public=self.is_public,
            keeps_history=self.keeps_history,
            can_close=self.can_close,
            forces_commercial=self.forces_commercial,
            is_mirrored=self.is_mirrored,
            licence=self.licence,
            forces=self.forces,
        )
