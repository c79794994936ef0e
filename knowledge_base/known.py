"""What is known of a record, kept beside it, so that deciding needs no history.

The steps say how it came to be known; this is their sum, rewritten by the same
transaction that appends a step.
"""

from collections.abc import Mapping
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
    that took it back. Both are 0 where there is none.
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
                evidence=x.evidence,
            )
            for x in self.findings
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
