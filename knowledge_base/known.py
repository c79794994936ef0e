"""What is known of a record, kept beside it, so that deciding needs no history.

The steps say how it came to be known; this is their sum, rewritten by the same
transaction that appends a step.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec

from knowledge_base.steps import SeenFinding
from policies.facts import (
    Concern,
    Finding,
    Flag,
    Label,
    Licences,
    Named,
    Nobody,
    Notice,
    NotKnown,
)
from policies.word_lists import UNREADABLE, numbers_in


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLabel:
    family: str
    type: str
    community: str
    text_hash: str
    season: str | None
    attribution: str | None
    note: str | None = None  # what the community says with its label
    confirmed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFlag:
    id: str
    against: str
    party: str | None
    is_grave: bool
    field: str | None
    start: int | None
    end: int | None
    raised_by: str | None = None  # the party in whose name; None: nobody's


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConcern:
    """`answer` is "not-known", "nobody" or "named"; `by` is an account id.

    `is_doubted`: after "nobody" somebody said that it concerns them. It is not known
    any more; `by` and `on` keep who had said "nobody", until it is answered anew.
    """

    answer: str = "not-known"
    parties: tuple[str, ...] = ()
    by: str | None = None
    on: date | None = None
    is_doubted: bool = False

    def in_doubt(self) -> "KnownConcern":
        """As it is once somebody has said otherwise; whoever is named stays named."""
        if self.answer == "named" or self.is_doubted:
            return self
        if self.answer == "nobody":
            return replace(self, answer="not-known", is_doubted=True)
        return KnownConcern(is_doubted=True)

    def before_doubt(self) -> Concern:
        """What had been answered before anybody said otherwise."""
        if self.is_doubted and self.by is not None and self.on is not None:
            return Nobody(by=self.by, on=self.on)
        return self.as_fact()

    def as_fact(self) -> Concern:
        match self.answer:
            case "nobody" if self.by is not None and self.on is not None:
                return Nobody(by=self.by, on=self.on)
            case "named" if self.parties:
                return Named(frozenset(self.parties))
            case _:
                return NotKnown()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The sum of a record's steps; `findings` is None until it was screened.

    `told_anew`: the position of the last step since which the record says something
    that nobody who had answered could see. `taken_back`: of the last no or withdrawal
    that took it back. Both are 0 where there is none. `lists`: the newest private list
    that it was looked at with, by the step that gave it. `spared`: the codes of what
    stands on such lists and is not theirs, as their communities said.
    """

    fields: tuple[str, ...] = ()
    licences: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[KnownLabel, ...] = ()
    notices: tuple[str, ...] = ()
    concern: KnownConcern = KnownConcern()
    flags: tuple[KnownFlag, ...] = ()
    findings: tuple[SeenFinding, ...] | None = None
    told_anew: int = 0
    taken_back: int = 0
    lists: int = 0
    spared: tuple[str, ...] = ()
    # The sealed words that do not open; None: they are read. Never stored as this.
    unreadable: str | None = None

    def with_label(self, label: KnownLabel) -> "Known":
        others = self.without_label(label.family, label.type, label.community).labels
        return replace(self, labels=(*others, label))

    def without_label(self, family: str, type: str, community: str) -> "Known":
        gone = (family, type, community)
        kept = (x for x in self.labels if (x.family, x.type, x.community) != gone)
        return replace(self, labels=tuple(kept))

    def without_flag(self, id: str) -> "Known":
        return replace(self, flags=tuple(x for x in self.flags if x.id != id))

    def without_what_is_not(self, party: str) -> "Known":
        """What the party's list found here counts no more; what it finds next does.

        Of a list that nobody could read nothing was found, and nothing is spared: the
        next one that nobody can read would be as good as empty.
        """
        codes = {
            code
            for one in self.findings or ()
            if one.party == party and one.rule != UNREADABLE
            for code in one.evidence.split()
        }
        return replace(self, spared=tuple(sorted({*self.spared, *codes})))

    def as_seen_by(self, parties: Collection[str]) -> "Known":
        """Without which words of others' private lists stand in it."""
        spared = tuple(code for code in self.spared if code.split(":")[1] in parties)
        if self.findings is None:
            return replace(self, spared=spared)
        findings = tuple(
            one if not one.party or one.party in parties else replace(one, evidence="")
            for one in self.findings
            if one.party in parties or self._counts(one)
        )
        return replace(self, findings=findings, spared=spared)

    def numbers_of(self, party: str) -> tuple[int, ...]:
        """Which words of the party's list ask about the record, by their numbers."""
        return tuple(
            number
            for one in self.findings or ()
            if one.party == party and self._counts(one)
            for number in numbers_in(one.evidence)
        )

    @property
    def listed_by(self) -> frozenset[str]:
        """The communities whose private lists ask about the record."""
        return frozenset(x.party for x in self.finding_facts() or () if x.party)

    def _counts(self, one: SeenFinding) -> bool:
        if not one.party or one.rule == UNREADABLE:
            return True
        codes = one.evidence.split()
        return not codes or not set(self.spared).issuperset(codes)

    def label_facts(self) -> frozenset[Label]:
        return frozenset(
            Label(
                family=x.family,
                type=x.type,
                community=x.community,
                text_hash=x.text_hash,
                confirmed_on=x.confirmed_on,
                season=x.season,
                attribution=x.attribution,
                note=x.note,
            )
            for x in self.labels
        )

    def flag_facts(self) -> frozenset[Flag]:
        return frozenset(
            Flag(
                id=x.id,
                against=x.against,
                party=x.party,
                is_grave=x.is_grave,
                field=x.field,
                start=x.start,
                end=x.end,
                raised_by=x.raised_by,
            )
            for x in self.flags
        )

    def finding_facts(self) -> frozenset[Finding] | None:
        # What nobody can read, nobody has looked at.
        if self.findings is None or self.unreadable is not None:
            return None
        return frozenset(
            Finding(
                rule=x.rule,
                field=x.field,
                start=x.start,
                end=x.end,
                # Which word of a private list it was is no fact for a rule.
                evidence="" if x.party else x.evidence,
                party=x.party,
            )
            for x in self.findings
            if self._counts(x)
        )

    def notice_facts(self) -> frozenset[Notice]:
        return frozenset(Notice(type=x) for x in self.notices)

    def licence_facts(self) -> Licences:
        return Licences(
            metadata=self.licences.get("metadata"),
            media=self.licences.get("media"),
            item=self.licences.get("item"),
        )


def read_known(stored: Mapping[str, Any]) -> Known:
    return msgspec.convert(stored, type=Known)


def stored_known(known: Known) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(known)
    return plain


# A project's one licence covers its own text; the finer names stand over it.
LICENCE_FIELDS = {
    "licence": "metadata",
    "licence_metadata": "metadata",
    "licence_media": "media",
    "licence_object": "item",
}


def known_from(content: Mapping[str, tuple[str, ...] | list[str]]) -> Known:
    """What a fresh content says by itself; everything else is not known yet."""
    filled = tuple(sorted(name for name, values in content.items() if any(values)))
    licences = {
        part: content[name][0]
        for name, part in LICENCE_FIELDS.items()
        if content.get(name)
    }
    return Known(fields=filled, licences=licences)
