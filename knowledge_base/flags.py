"""Raising and settling a flag: that something in a record may be sensitive.

A flag holds at once and asks nobody's leave; only those whom it waits for settle it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge_base import steps
from knowledge_base.identity import new_id
from knowledge_base.notes import Note
from knowledge_base.steps import Actor
from knowledge_base.store import Store
from knowledge_base.tightening import tighten_or_leave
from knowledge_base.workflow import note


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagAgainst:
    """What a person says may be sensitive, and the policy it is raised against."""

    against: str
    party: str | None = None
    is_grave: bool = False
    field: str | None = None
    start: int | None = None
    end: int | None = None
    note: str = ""


def flag(
    store: Store,
    record: str,
    what: FlagAgainst,
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> str:
    """Raises a flag, which holds at once; returns its id. A grave one closes pages."""
    return flag_each(store, record, (what,), seen=seen, by=by, now=now)[0]


def flag_each(
    store: Store,
    record: str,
    places: Sequence[FlagAgainst],
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> tuple[str, ...]:
    """As `flag`, in several places at once; the note stands with the first of them."""
    held = [held_by(what, by) for what in places]
    notes = [
        Note(
            record=record,
            seen=seen,
            step=step,
            by=by,
            text=(what.note or None) if step is held[0] else None,
        )
        for what, step in zip(places, held, strict=True)
    ]
    note(store, notes, now=now)
    tighten_or_leave(store, (record,), now=now)
    return tuple(step.flag for step in held)


def held_by(what: FlagAgainst, by: Actor) -> steps.Held:
    """The flag as a step; where a community names nobody, it waits for itself."""
    return steps.Held(
        flag=new_id(),
        against=what.against,
        party=what.party or by.party,
        is_grave=what.is_grave,
        field=what.field,
        start=what.start,
        end=what.end,
    )


def settle_flag(
    store: Store, record: str, flag: str, *, seen: int, by: Actor, now: datetime
) -> None:
    """Those concerned settled it; what may be shown is said by their answer."""
    step = steps.FlagAnswered(flag=flag)
    note(store, [Note(record=record, seen=seen, step=step, by=by)], now=now)
