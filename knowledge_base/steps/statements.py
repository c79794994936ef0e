"""What people state about a record: whom it concerns, labels, notices, words."""

from dataclasses import dataclass

from knowledge_base.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernAnswered(Step):
    kind = "concern-answered"
    concern: str  # "not-known", "nobody" or "named"
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOurs(Step):
    """What a community's list found in the record is not its own; says it itself.

    It agrees to nothing, and answers for nobody else.
    """

    kind = "not-ours"
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelApplied(Step):
    """A community put its label on a record; its text, season's id and credit with it.

    The text is JSON {"label_text": …, "attribution": …}.
    """

    kind = "label-applied"
    family: str
    type: str
    community: str
    text_hash: str
    season: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRemoved(Step):
    kind = "label-removed"
    family: str
    type: str
    community: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeApplied(Step):
    kind = "notice-applied"
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRemoved(Step):
    kind = "notice-removed"
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsGiven(Step):
    """A community's own words; the text is JSON {"text": …, "signed": …}."""

    kind = "words-given"
    party: str
    field: str
    language: str
    instead: bool
