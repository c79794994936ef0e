"""Duties that cannot both be kept; such a record is never shown as far as possible."""

from collections.abc import Collection
from dataclasses import dataclass

from policies.decision import Duty, DutyKind


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Which kind of contradiction, and the thing both duties are about."""

    kind: str
    about: str


def find_contradictions(duties: Collection[Duty]) -> tuple[Contradiction, ...]:
    """Every pair of duties at odds, sorted; usually none."""
    if len(duties) < 2:
        return ()
    kinds = {duty.kind for duty in duties}
    found: set[Contradiction] = set()
    if DutyKind.SUBSTITUTE in kinds:
        found |= _two_substitutes(duties)
        if DutyKind.ATTRIBUTE in kinds:
            found |= _credit_in_mourning(duties)
    if DutyKind.OMIT in kinds:
        found |= _label_omitted(duties)
    return tuple(sorted(found, key=lambda c: (c.kind, c.about)))


def _credit_in_mourning(duties: Collection[Duty]) -> set[Contradiction]:
    # Only ids are known here, not whether the credit names the person; so it is asked.
    return {
        Contradiction("credit_in_mourning", duty.about)
        for duty in duties
        if duty.kind is DutyKind.SUBSTITUTE
    }


def _two_substitutes(duties: Collection[Duty]) -> set[Contradiction]:
    chosen = [duty.about for duty in duties if duty.kind is DutyKind.SUBSTITUTE]
    return {
        Contradiction("two_substitutes", person)
        for person in chosen
        if chosen.count(person) > 1
    }


def _label_omitted(duties: Collection[Duty]) -> set[Contradiction]:
    omitted = {duty.about for duty in duties if duty.kind is DutyKind.OMIT}
    return {
        Contradiction("label_omitted", duty.about)
        for duty in duties
        if duty.kind in (DutyKind.SHOW_LABEL, DutyKind.ATTRIBUTE)
        and omitted & {f"label:{duty.about}", f"party:{duty.about}"}
    }
