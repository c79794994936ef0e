"""What can happen to a record, a community or an account, each as a frozen value.

A step's body holds codes, ids and hashes; whatever a person wrote travels beside it
as a text under a commitment, so that it can be erased without touching the step.
Stored bodies are never rewritten: a kind that changes its shape gets a new version
and keeps a reader for each version it ever had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

import msgspec


class Voice(StrEnum):
    """In whose name a step is taken."""

    SOFTWARE = "software"
    INSTITUTION = "institution"
    COMMUNITY = "community"
    OWN = "self"
    OPERATOR = "operator"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step. `account` is None for software and for anyone without one."""

    voice: Voice
    account: str | None = None
    party: str | None = None  # for whom a steward speaks; None for everybody else
    reason: str | None = None  # a code of reasons.yaml; an institution must give one
    by_command: bool = False


SOFTWARE = Actor(Voice.SOFTWARE)
ANYONE = Actor(Voice.ANYONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The base of all kinds; `kind` is the stable tag under which it is stored."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1


def body_of(step: Step) -> dict[str, Any]:
    """The step as plain JSON values, as it is stored."""
    body: dict[str, Any] = msgspec.to_builtins(step)
    return body


def read_step(kind: str, version: int, body: Mapping[str, Any]) -> Step:
    """The stored step as a value; raises `KeyError` for a kind never known."""
    return msgspec.convert(body, type=KINDS[kind, version])


# --- records: received, screened, proposed


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


# --- facts that people state about a record


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernAnswered(Step):
    kind = "concern-answered"
    concern: str  # "not-known", "nobody" or "named"
    parties: tuple[str, ...] = ()


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


# --- answers


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


# --- the bot and the gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed(Step):
    kind = "lapsed"
    destination: str
    because: str  # "content", "units", "rulebook", "decision"


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
class Erased(Step):
    kind = "erased"


# --- communities


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityAdded(Step):
    kind = "community-added"
    part_of: str | None
    needs_second: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRecorded(Step):
    """An institution writes down that a community named its steward.

    The evidence (a resolution, a letter, a word at a meeting) is the text. The
    half-mark is the fingerprint of a secret that only the invited person has.
    """

    kind = "invitation-recorded"
    invitation: str
    half_mark: str
    matters: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardJoined(Step):
    kind = "steward-joined"
    account: str
    invitation: str
    waits_for_second: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardConfirmed(Step):
    kind = "steward-confirmed"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardSuspended(Step):
    """The one emergency power over a steward, and it only tightens."""

    kind = "steward-suspended"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardLeft(Step):
    kind = "steward-left"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonNamed(Step):
    kind = "season-named"
    season: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonTurned(Step):
    kind = "season-turned"
    season: str
    is_open: bool


# --- accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAdded(Step):
    kind = "account-added"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(Step):
    kind = "role-given"
    role: str
    institution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTaken(Step):
    kind = "role-taken"
    role: str
    institution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Step):
    kind = "link-made"
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSuspended(Step):
    kind = "account-suspended"


KINDS: Mapping[tuple[str, int], type[Step]] = {
    (step.kind, step.version): step for step in Step.__subclasses__()
}
