"""What happened to a record, read back; appended elsewhere, never changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from knowledge_base import tables
from knowledge_base.journeys import NotPossible, State
from knowledge_base.keys import read_text
from knowledge_base.sheet import chunks
from knowledge_base.steps import Step, Voice, WordsListed, read_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A step as it stands in the history. `text` is None where there was or is none.

    `actor_name` is the name by which the actor's account goes today.
    """

    position: int
    ordinal: int
    at: datetime
    voice: Voice
    actor: str | None
    actor_name: str | None
    by_command: bool
    reason: str | None
    step: Step
    text: str | None
    was_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """`approval` is the body of the Approved step in force, or None."""

    record: str
    destination: str
    state: State
    was_saved: bool
    approval: dict[str, Any] | None
    intent: dict[str, Any] | None
    since: datetime

    @property
    def may_stand_on_the_wiki(self) -> bool:
        """Whether anything of it may be there: saved once, or a save under way."""
        return self.was_saved or self.state is State.PUBLISHING


def history_of(db: Connection, record: str) -> tuple[Entry, ...]:
    """The record's steps, oldest first."""
    return histories_of(db, (record,)).get(record, ())


def histories_of(
    db: Connection, records: Iterable[str]
) -> Mapping[str, tuple[Entry, ...]]:
    """The steps of each of these records, oldest first."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for some in chunks(records):
        query = (
            select(
                tables.steps,
                tables.contents.c.salt,
                tables.contents.c.text,
                tables.contents.c.erased_at,
                tables.accounts.c.name.label("actor_name"),
            )
            .outerjoin(
                tables.contents,
                tables.contents.c.commitment == tables.steps.c.commitment,
            )
            .outerjoin(tables.accounts, tables.accounts.c.id == tables.steps.c.actor)
            .where(tables.steps.c.record_id.in_(some))
            .order_by(tables.steps.c.record_id, tables.steps.c.ordinal)
        )
        for row in db.execute(query):
            found[row.record_id].append(_entry(db, row))
    return {record: tuple(entries) for record, entries in found.items()}


def _entry(db: Connection, row: Row[Any]) -> Entry:
    return Entry(
        position=row.position,
        ordinal=row.ordinal,
        at=row.at,
        voice=Voice(row.voice),
        actor=row.actor,
        actor_name=row.actor_name,
        by_command=row.by_command,
        reason=row.reason,
        step=read_step(row.kind, row.version, row.body),
        text=None if row.kind in _PRIVATE else _text_of(db, row),
        was_erased=row.erased_at is not None,
    )


# A list's words are read by whoever gives it, and by no page that tells what happened.
_PRIVATE = frozenset({WordsListed.kind})


def _text_of(db: Connection, row: Row[Any]) -> str | None:
    return read_text(db, row.commitment, row.salt, row.text)


def of_kinds(*kinds: str) -> ColumnElement[bool]:
    """Whether a step of records that are named is of one of these kinds.

    Not looked up by the index of kinds: of many records at once SQLite would read
    each step of these kinds that there is, rather than the few of these records.
    """
    return func.coalesce(tables.steps.c.kind, "").in_(kinds)


def journeys_of(db: Connection, record: str) -> tuple[Journey, ...]:
    """The record's journeys, by destination."""
    table = tables.journeys
    found = db.execute(
        select(table).where(table.c.record_id == record).order_by(table.c.destination)
    )
    return tuple(_journey(row) for row in found)


def journey_of(db: Connection, record: str, destination: str) -> Journey:
    """Raises `NotPossible` where the record is not on its way there."""
    for journey in journeys_of(db, record):
        if journey.destination == destination:
            return journey
    raise NotPossible(record, "look", f"not on its way to {destination}")


def journeys_in(
    db: Connection, destination: str, states: tuple[State, ...]
) -> Iterator[Journey]:
    """All journeys there in one of these states, by record id."""
    table = tables.journeys
    found = db.execute(
        select(table)
        .where(
            table.c.destination == destination,
            table.c.state.in_([state.value for state in states]),
        )
        .order_by(table.c.record_id)
    )
    for row in found:
        yield _journey(row)


def first_journeys(
    db: Connection, destination: str, state: State, *, limit: int, after: str = ""
) -> tuple[Journey, ...]:
    """So many of the journeys there in that state, by record id from `after` on."""
    table = tables.journeys
    found = db.execute(
        select(table)
        .where(
            table.c.destination == destination,
            table.c.state == state.value,
            table.c.record_id > after,
        )
        .order_by(table.c.record_id)
        .limit(limit)
    )
    return tuple(_journey(row) for row in found)


def journeys_for(
    db: Connection, records: tuple[str, ...], states: tuple[State, ...]
) -> tuple[Journey, ...]:
    """The journeys of these records that are in one of these states."""
    table = tables.journeys
    wanted = [state.value for state in states]
    return tuple(
        _journey(row)
        for some in chunks(records)
        for row in db.execute(
            select(table).where(table.c.record_id.in_(some), table.c.state.in_(wanted))
        )
    )


def _journey(row: Row[Any]) -> Journey:
    return Journey(
        record=row.record_id,
        destination=row.destination,
        state=State(row.state),
        was_saved=row.was_saved,
        approval=row.approval,
        intent=row.intent,
        since=row.since,
    )


def length_of(db: Connection, record: str) -> int:
    """The record's history length; 0 where there is none."""
    found = db.scalar(
        select(tables.records.c.length).where(tables.records.c.id == record)
    )
    return found or 0
