"""What the rulebook says about one record, one destination and one purpose."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from policies.purposes import Purpose
from policies.visibility import Visibility


class DutyKind(StrEnum):
    """What must go with a record when it is shown."""

    SHOW_LABEL = "show_label"
    SHOW_NOTICE = "show_notice"
    ATTRIBUTE = "attribute"
    WARN = "warn"
    OMIT = "omit"
    COARSEN = "coarsen"
    SUBSTITUTE = "substitute"
    CLOSE_ON = "close_on"
    TALK_NOTICE = "talk_notice"
    CAVEAT = "caveat"


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty: `about` names a label, a notice, a field, "type:<field type>", a party.

    COARSEN: `value` is the width of the grid in kilometres. SUBSTITUTE: `about` is the
    person's id, `value` what stands instead of the name. WARN: `value` is the warning
    in a community's words, or empty where the code in `about` is to be worded.
    """

    kind: DutyKind
    about: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a party has to answer before the record may go further.

    `paused`: the party said "not now", so nobody asks again. `offers`: the visibility
    that the form proposes; the party may name another.
    """

    rule: str
    to: str
    about: str
    blocks: bool = True
    paused: bool = False
    offers: Visibility = Visibility.FULL


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that applied: the facts it used and missed, and what it allowed."""

    rule: str
    used: tuple[str, ...]
    missed: tuple[str, ...]
    visibility: Visibility
    lifted: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The visibility now, what it could become, and what goes with it.

    `at_most`: what it would be if every open question got its yes. `made_so_by`: the
    purpose that was strictest. `rulebook`: the version that decided. `valid_until`:
    the first day on which dates alone can change it; `None`: never. `keeps_secret`:
    that the record exists is not disclosed.
    """

    record: str
    destination: str
    purpose: Purpose
    visibility: Visibility
    at_most: Visibility
    duties: frozenset[Duty]
    questions: tuple[Question, ...]
    reasons: tuple[Reason, ...]
    made_so_by: Purpose
    rulebook: str
    valid_until: date | None
    keeps_secret: bool


class Outcome(StrEnum):
    """A decision in words."""

    PUBLISH = "publish"
    PUBLISH_WITH_CONDITIONS = "publish-with-conditions"
    PUBLISH_REDACTED = "publish-redacted"
    STUB_ONLY = "stub-only"
    WAIT = "wait"
    ASK = "ask"
    WITHHOLD = "withhold"
    TAKE_DOWN = "take-down"


_SHOWN = {
    Visibility.STUB: Outcome.STUB_ONLY,
    Visibility.REDACTED: Outcome.PUBLISH_REDACTED,
    Visibility.CONDITIONS: Outcome.PUBLISH_WITH_CONDITIONS,
    Visibility.FULL: Outcome.PUBLISH,
}
_REDACTING = frozenset({DutyKind.OMIT, DutyKind.COARSEN, DutyKind.SUBSTITUTE})


def outcome(decision: Decision, *, already_public: bool = False) -> Outcome:
    """The decision in one word; what stands there and may not is taken down."""
    if decision.visibility is Visibility.NONE:
        return Outcome.TAKE_DOWN if already_public else _not_shown(decision)
    if decision.visibility <= Visibility.REDACTED:
        return _SHOWN[decision.visibility]
    if any(duty.kind in _REDACTING for duty in decision.duties):
        return Outcome.PUBLISH_REDACTED
    if decision.duties:
        return Outcome.PUBLISH_WITH_CONDITIONS
    return _SHOWN[decision.visibility]


def _not_shown(decision: Decision) -> Outcome:
    if decision.keeps_secret:
        return Outcome.WITHHOLD
    is_seasonal = any(duty.kind is DutyKind.CLOSE_ON for duty in decision.duties)
    if decision.at_most is Visibility.NONE:
        return Outcome.WAIT if is_seasonal else Outcome.WITHHOLD
    if any(q.blocks and not q.paused for q in decision.questions):
        return Outcome.ASK
    return Outcome.WAIT
