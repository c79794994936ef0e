"""What the gate and the bot do with a journey, from intent to withdrawal."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_base.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed(Step):
    kind = "lapsed"
    destination: str
    because: str  # "content", "units", "rulebook", "decision", "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intended(Step):
    kind = "intended"
    destination: str
    act: str  # "create", "edit", "stub"
    units_hash: str
    base_revision: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Step):
    kind = "saved"
    destination: str
    page_id: int
    revision: int
    units_hash: str
    merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSaved(Step):
    kind = "not-saved"
    destination: str
    outcome: str
    needs_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(Step):
    """The source would show more, or a person edited our units on the wiki."""

    kind = "changed"
    destination: str
    by: str  # "source", "wiki"
    revision: int | None = None
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Step):
    kind = "closed"
    destination: str
    because: str  # "flag", "report", "season", "consent", "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class StubSaved(Step):
    """The page of a closing journey now shows its stub."""

    kind = "stub-saved"
    destination: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed(Step):
    """What may no longer be seen was cut off a standing page; `units` names it only."""

    kind = "narrowed"
    destination: str
    revision: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Step):
    """A fresh yes for what had been closed; it covers the same things as Approved."""

    kind = "reopened"
    destination: str
    content_hash: str
    units_hash: str
    units: Mapping[str, str]
    rulebook: str
    visibility: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked(Step):
    kind = "withdrawal-asked"
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Step):
    """Taken back; the evidence of the anonymous probe is the text."""

    kind = "withdrawn"
    destination: str
    probes: int
    still_visible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered(Step):
    """A marker says that it was taken back, or `erased`, since what is here now.

    `act` is the kind of the step that the marker stands for, `was` its hash.
    """

    kind = "remembered"
    destination: str  # or "*"
    act: str
    was: str
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Step):
    kind = "erased"
