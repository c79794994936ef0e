"""Where less may be seen than was approved, the journey is closed, at once.

Tightening acts without asking anybody; loosening never happens here. A flag outside
the grave classes only stops further saving, so it is left out when a standing page
is weighed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from knowledge_base import steps, tables
from knowledge_base.gate import decide_for, facts_of
from knowledge_base.history import Journey, journeys_for, length_of
from knowledge_base.journeys import State
from knowledge_base.notes import Note
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store
from knowledge_base.workflow import note
from policies.facts import Facts
from policies.visibility import Visibility

STANDING = (State.APPROVED, State.PUBLISHING, State.PUBLISHED, State.CHANGED)


def tighten(store: Store, records: Iterable[str], *, now: datetime) -> int:
    """Closes what may no longer stand among these records; returns how many."""
    with store.reading() as db:
        standing = journeys_for(db, tuple(records), STANDING)
        facts = facts_of(db, {journey.record for journey in standing})
        notes = [
            _closing(db, journey, why)
            for journey in standing
            if (why := _why_close(store, facts[journey.record], journey, now.date()))
        ]
    for one in notes:
        note(store, [one], now=now)
    return len(notes)


def _closing(db: Connection, journey: Journey, why: str) -> Note:
    step = steps.Closed(destination=journey.destination, because=why)
    seen = length_of(db, journey.record)
    return Note(record=journey.record, seen=seen, step=step, by=SOFTWARE)


def _why_close(store: Store, facts: Facts, journey: Journey, on: date) -> str | None:
    flags = facts.flags or frozenset()
    grave = frozenset(flag for flag in flags if flag.is_grave)
    weighed = replace(facts, flags=grave)
    decision = decide_for(store, weighed, journey.destination, on=on)
    if decision.visibility > Visibility.NONE:
        return None
    if grave:
        return "flag"
    if any(label.season for label in facts.labels or ()):
        return "season"
    return "decision"


def turned_by_season(db: Connection, season: str) -> tuple[str, ...]:
    """The records that a season's turning may open or close."""
    table = tables.label_uses
    found = db.scalars(select(table.c.record_id).where(table.c.season_id == season))
    return tuple(sorted(set(found)))


def touched_since(db: Connection, position: int) -> tuple[tuple[str, ...], int]:
    """(records with a step after this position, the newest position)."""
    table = tables.steps
    rows = db.execute(
        select(table.c.record_id, table.c.position).where(table.c.position > position)
    ).all()
    newest = max((row.position for row in rows), default=position)
    return tuple(sorted({row.record_id for row in rows})), newest
