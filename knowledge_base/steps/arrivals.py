"""A record comes in, changes at its source, is screened and proposed."""

from dataclasses import dataclass

from knowledge_base.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Step):
    """A record came in; its content is the text."""

    kind = "received"
    record_kind: str
    source: str
    identifier: str
    collection: str | None
    institution: str | None
    content_hash: str
    towards: tuple[str, ...] = ()  # the destinations it sets out for
    batch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOut(Step):
    """The record sets out towards one more destination."""

    kind = "set-out"
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentChanged(Step):
    """The source says something else now; the new content is the text."""

    kind = "content-changed"
    content_hash: str
    fields: tuple[str, ...]
    concerns: bool  # people, places, provenance or restriction changed
    batch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFinding:
    """`party`: the community on whose private list it stood; "" for all others."""

    rule: str
    field: str
    start: int
    end: int
    evidence: str
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened(Step):
    """`lists`: the step that gave the newest private list it was looked at with, or 0.

    All lists that stood then were looked at, the newest and those before it.
    """

    kind = "screened"
    version = 2
    rulebook: str
    findings: tuple[SeenFinding, ...]
    lists: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """A finding as the first version of the step told of it."""

    rule: str
    field: str
    start: int
    end: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScreened(Step):
    """The first version: no private list was looked at. Nobody takes it any more."""

    kind = "screened"
    rulebook: str
    findings: tuple[FirstSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Step):
    """A title was chosen and the units rendered; the title itself stands in `pages`."""

    kind = "proposed"
    destination: str
    units_hash: str
