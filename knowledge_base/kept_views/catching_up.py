"""Works out what counts no more: by portions, for the worker and after an upgrade."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    false,
    func,
    insert,
    literal,
    select,
)

from knowledge_base import tables
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import take_turn
from knowledge_base.garbage import collecting_less_often
from knowledge_base.journeys import STANDING
from knowledge_base.kept_views.light import (
    ALWAYS,
    ELSEWHERE,
    KEPT_FOR,
    STALE,
    is_past,
    lights_of,
)
from knowledge_base.kept_views.renewing import renew
from knowledge_base.keys import keys_of
from knowledge_base.store import Store
from policies.purposes import Purpose

PORTION = 250


def renew_stale(store: Store, *, now: datetime, limit: int = PORTION) -> int:
    """Works out anew up to so many records of which what is kept counts no more.

    Returns how many; 0 where all that is kept counts. One short transaction.
    """
    on = civil_days(now).closing
    with store.reading() as db:
        stale = _stale(db, store, on, limit)
    _renew(store, stale, now=now)
    return len(stale)


def renew_these(store: Store, records: Sequence[str], *, now: datetime) -> None:
    """Works out anew what is kept of these records, in one short transaction."""
    _renew(store, records, now=now)


def past_their_day(on: date) -> Select[tuple[str]]:
    """Asks for the records of which what is kept does not hold on that day."""
    return select(tables.views.c.record_id).where(is_past(on))


def renew_all(store: Store, *, now: datetime) -> int:
    """Works out everything of which what is kept counts no more; returns how many.

    By portions: whoever is killed in it goes on where it was.
    """
    done = 0
    while some := renew_stale(store, now=now):
        done += some
    return done


def set_out(db: Connection) -> None:
    """Keeps a view that counts not yet for whatever stands and has none.

    In a store that was filled from a backup, so that the worker finds what is left.
    """
    for purpose in KEPT_FOR:
        db.execute(
            insert(tables.views).from_select(list(_NOTHING_YET), _without(purpose))
        )


# What is kept of a record before it was worked out for the first time.
_NOTHING_YET: Mapping[str, Any] = {
    "record_id": tables.journeys.c.record_id,
    "destination": tables.journeys.c.destination,
    "purpose": None,
    "kind": tables.records.c.kind,
    "collection_id": func.coalesce(tables.records.c.collection_id, ""),
    "place": literal(""),
    "is_seen": false(),
    "light": literal(STALE),
    "weighed": literal(0),
    "above": literal(0),
    "valid_from": literal(ALWAYS),
    "valid_until": literal(""),
}


def _without(purpose: Purpose) -> Select[Any]:
    """What stands, and has nothing kept for this purpose."""
    journeys, records, kept = tables.journeys.c, tables.records, tables.views
    values = {**_NOTHING_YET, "purpose": literal(purpose.value)}
    has_one = (
        (kept.c.record_id == journeys.record_id)
        & (kept.c.destination == journeys.destination)
        & (kept.c.purpose == purpose.value)
    )
    return (
        select(*(value.label(name) for name, value in values.items()))
        .select_from(
            tables.journeys.join(records, records.c.id == journeys.record_id).outerjoin(
                kept, has_one
            )
        )
        .where(
            journeys.state.in_([state.value for state in STANDING]),
            kept.c.id.is_(None),
        )
    )


def _renew(store: Store, records: Sequence[str], *, now: datetime) -> None:
    if records:
        with collecting_less_often(), store.writing() as db:
            # As every writer: whoever takes a step meanwhile waits, or is seen here.
            take_turn(db)
            keys = keys_of(db)
            if keys is not None:
                # A worker that knows the master key of before would keep what nobody
                # can read any more, or hide what anyone may.
                keys.require_fits(db)
            renew(db, store, records, on=civil_days(now).closing)


def _stale(db: Connection, store: Store, on: date, limit: int) -> tuple[str, ...]:
    """Records of another light, and those past their day; both by an index."""
    kept, lights = tables.views.c, lights_of(store)
    back_again = (kept.light == ELSEWHERE) & kept.destination.in_(sorted(lights))
    others = _outside(kept.light, sorted({*lights.values(), ELSEWHERE}))
    found: dict[str, None] = {}
    for which in (*others, back_again, is_past(on)):
        # Each record has one for each purpose.
        query = select(kept.record_id).where(which).limit(limit * len(KEPT_FOR))
        found |= dict.fromkeys(db.scalars(query))
    return tuple(found)[:limit]


def _outside(
    column: ColumnElement[str], values: Sequence[str]
) -> list[ColumnElement[bool]]:
    """The ranges between these values: an index finds them, a "not in" does not."""
    between = [
        (column > one) & (column < next)
        for one, next in zip(values, values[1:], strict=False)
    ]
    return [column < values[0], *between, column > values[-1]]
