"""What people say: yes, no, not now; flags, reports and what settles them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge_base.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Step):
    """One party's yes, no or not now, and exactly what it had before its eyes."""

    kind = "answered"
    party: str
    says: str  # "yes", "no", "not-now"
    destination: str
    purposes: tuple[str, ...]
    visibility: str
    since: date
    until: date | None = None
    informed: bool = False
    about: str = "*"
    units_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Step):
    """The yes that completes the answers. `units` maps unit names to their hashes."""

    kind = "approved"
    destination: str
    content_hash: str
    units_hash: str
    units: Mapping[str, str]
    rulebook: str
    visibility: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Step):
    kind = "refused"
    destination: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Step):
    """Somebody asks a party again, or asks another one; the text is the question."""

    kind = "asked"
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Step):
    """A flag: it holds at once. The note, if any, is the text."""

    kind = "held"
    flag: str
    against: str
    party: str | None
    is_grave: bool
    field: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagAnswered(Step):
    """Those concerned settled a flag; what they keep back is said by other steps."""

    kind = "flag-answered"
    flag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported(Step):
    """A report from the public; the receipt is kept elsewhere, by its hash alone."""

    kind = "reported"
    destination: str
    concerns_asker: bool
    is_grave: bool
