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
    rule: str
    field: str
    start: int
    end: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened(Step):
    kind = "screened"
    rulebook: str
    findings: tuple[SeenFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Step):
    """A title was chosen and the units rendered; the title itself stands in `pages`."""

    kind = "proposed"
    destination: str
    units_hash: str
