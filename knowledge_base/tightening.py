"""Where less may be seen than was approved, the journey is closed, at once.

Tightening acts without asking anybody; loosening never happens here. A flag outside
the grave classes, and the doubt that came with it, only stop further saving: they are
left out when a standing page is weighed.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, select

from knowledge_base import steps, tables
from knowledge_base.asking import asked_later
from knowledge_base.calendar_days import civil_days
from knowledge_base.faults import StoreBusy
from knowledge_base.gate import decide_for, facts_of
from knowledge_base.history import Journey, journeys_for, of_kinds
from knowledge_base.journeys import RESTING, STANDING, NotPossible
from knowledge_base.members import first_members
from knowledge_base.notes import Note
from knowledge_base.sheet import chunks
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store
from knowledge_base.workflow import Stale, note
from policies.facts import Facts, Says
from policies.visibility import Visibility

log = logging.getLogger(__name__)

# A flag or a report only rests a page; every other reason takes what it showed away.
ONLY_RESTS = frozenset({"flag", "report"})
PORTION = 200
TRIES = 5


def tighten(store: Store, records: Iterable[str], *, now: datetime) -> int:
    """Closes what may no longer stand of these records and of what is in them.

    Returns how many journeys. By portions, so that no more of them are in memory, nor
    in one transaction, however many there are in a collection. What only rests is
    closed once more where a stronger reason has come. A record that moves on meanwhile
    is looked at again, a few times; after that its newer steps bring it before the
    next run.
    """
    named = frozenset(records)
    return sum(
        tighten_these(store, some, now=now)
        for some in _portions(store, sorted(named), named)
    )


def _portions(
    store: Store, records: Sequence[str], named: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    """These, and what is in them without those that are named themselves."""
    for begins in range(0, len(records), PORTION):
        some = records[begins : begins + PORTION]
        yield tuple(some)
        after = ""
        while inside := _inside(store, some, after):
            yield tuple(one for one in inside if one not in named)
            after = inside[-1]


def _inside(store: Store, collections: Sequence[str], after: str) -> tuple[str, ...]:
    with store.reading() as db:
        return first_members(db, collections, limit=PORTION, after=after)


def tighten_these(store: Store, records: Sequence[str], *, now: datetime) -> int:
    """As `tighten`, of these records alone, all at once."""
    left = tuple(records)
    closed = 0
    for _ in range(TRIES):
        missed: list[str] = []
        for record, notes in _to_close(store, left, on=civil_days(now).closing).items():
            if _close(store, notes, now=now):
                closed += len(notes)
            else:
                missed.append(record)
        left = tuple(missed)
        if not left:
            return closed
    log.warning("%d records moved on while they were to be closed", len(left))
    return closed


def tighten_or_leave(store: Store, records: Iterable[str], *, now: datetime) -> int:
    """As `tighten`, after a step that was just written: that stands in any case.

    What is in a large collection, of which the worker asks anew, the worker closes as
    well: nobody waits for it before a page. Where the store is busy the step itself
    brings the record before the next run. Until then the gate lets nothing of it be
    saved, and what was kept of it to be seen counts no more.
    """
    every = frozenset(records)
    try:
        with store.reading() as db:
            large = asked_later(db, every)
        closed = tighten_these(store, sorted(large), now=now)
        return closed + tighten(store, every - large, now=now)
    except StoreBusy:
        log.warning("the store was busy: what is to be closed waits for the next run")
        return 0


def _close(store: Store, notes: Sequence[Note], *, now: datetime) -> bool:
    """Closes a record everywhere at once; False where it has moved on."""
    try:
        note(store, notes, now=now)
    except (Stale, NotPossible):
        return False
    return True


def _to_close(
    store: Store, records: Sequence[str], *, on: date
) -> Mapping[str, Sequence[Note]]:
    """The records that have something to close, each with all its steps."""
    notes: dict[str, list[Note]] = defaultdict(list)
    with store.reading() as db:
        # Read before the rest: what happens in between makes the notes stale.
        seen = _lengths(db, records)
        found = journeys_for(db, tuple(seen), (*STANDING, *RESTING))
        facts = facts_of(db, {one.record for one in found}, heed_doubts=False)
        before = _last_reasons(db, {x.record for x in found if x.state in RESTING})
    for one in found:
        id, why = one.record, _why_close(store, facts[one.record], one, on)
        if why is not None and _is_news(one, why, before):
            step = steps.Closed(destination=one.destination, because=why)
            notes[id].append(Note(record=id, seen=seen[id], step=step, by=SOFTWARE))
    return notes


def _is_news(one: Journey, why: str, before: Mapping[tuple[str, str], str]) -> bool:
    """Whether the journey stands, or rests for a weaker reason than this."""
    if one.state in STANDING:
        return True
    rested_for = before.get((one.record, one.destination))
    return rested_for in ONLY_RESTS and why not in ONLY_RESTS


def _lengths(db: Connection, ids: Iterable[str]) -> dict[str, int]:
    table = tables.records
    return {
        row.id: row.length
        for some in chunks(ids)
        for row in db.execute(
            select(table.c.id, table.c.length).where(table.c.id.in_(some))
        )
    }


def _last_reasons(db: Connection, records: Iterable[str]) -> dict[tuple[str, str], str]:
    """(record, destination) -> for which reason it was closed last."""
    table = tables.steps
    return {
        (row.record_id, row.body["destination"]): row.body["because"]
        for some in chunks(records)
        for row in db.execute(
            select(table.c.record_id, table.c.body)
            .where(table.c.record_id.in_(some), of_kinds(steps.Closed.kind))
            .order_by(table.c.position)
        )
    }


def _why_close(store: Store, facts: Facts, journey: Journey, on: date) -> str | None:
    """The reason that takes most away: a flag counts where nothing else closes."""
    unflagged = replace(facts, flags=frozenset())
    if _shows_nothing(store, unflagged, journey, on):
        return _reason(facts, journey.destination, on)
    grave = frozenset(flag for flag in facts.flags or () if flag.is_grave)
    if grave and _shows_nothing(store, replace(facts, flags=grave), journey, on):
        return "flag"
    return None


def _shows_nothing(store: Store, facts: Facts, journey: Journey, on: date) -> bool:
    decision = decide_for(store, facts, journey.destination, on=on)
    return decision.visibility <= Visibility.NONE


def _reason(facts: Facts, destination: str, on: date) -> str:
    if any(label.season for label in facts.labels or ()):
        return "season"
    ended = (
        word.says is Says.YES and word.until is not None and word.until <= on
        for word in facts.words
        if word.reaches(destination)
    )
    return "consent" if any(ended) else "decision"


def touched_after(
    db: Connection, position: int, *, until: int
) -> tuple[tuple[str, ...], int]:
    """The records of the next few steps after this one, and how far these reach.

    None after `until`; whoever has reached that has seen all.
    """
    table = tables.steps
    query = select(table.c.record_id, table.c.position).where(
        table.c.position > position, table.c.position <= until
    )
    rows = db.execute(query.order_by(table.c.position).limit(PORTION)).all()
    reached: int = rows[-1].position if rows else until
    return tuple(dict.fromkeys(row.record_id for row in rows)), reached
