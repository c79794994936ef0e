"""Which places opened lately, on whose word it was written down: for all to look at.

A place that somebody opened in a community's name is seen by whoever looks here. It
says when and on what kind of evidence, and never more of the evidence than that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge_base import steps, tables
from knowledge_base.steps import Voice


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """Who wrote part of it down: in which voice, for which reason, by which account."""

    voice: Voice
    reason: str | None  # None: a command gave none
    account: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A community from which somebody answers since then."""

    community: str
    at: datetime
    written: tuple[WrittenDown, ...]


_OPENS = (steps.StewardJoined.kind, steps.StewardConfirmed.kind)
_WRITES = (steps.InvitationRecorded.kind, steps.OneIsEnough.kind)


def opened_lately(db: Connection, *, since: datetime) -> tuple[Opening, ...]:
    """The places whose first steward answers since then, newest first."""
    first = {row.record_id: row for row in reversed(_opening(db))}
    lately = [row for row in first.values() if row.at >= since]
    written = _written(db, [row.record_id for row in lately])
    found = [
        Opening(
            community=row.record_id,
            at=row.at,
            written=tuple(
                WrittenDown(Voice(one.voice), one.reason, one.actor)
                for one in written
                if one.record_id == row.record_id and one.position < row.position
            ),
        )
        for row in lately
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _opening(db: Connection) -> Sequence[Row[Any]]:
    """The steps with which somebody came to answer, oldest first."""
    return tuple(row for row in _of_kinds(db, _OPENS) if _lets_answer(row))


def _lets_answer(row: Row[Any]) -> bool:
    return not row.body.get("waits_for_second", False)


def _written(db: Connection, communities: Sequence[str]) -> Sequence[Row[Any]]:
    wanted = set(communities)
    return [row for row in _of_kinds(db, _WRITES) if row.record_id in wanted]


def _of_kinds(db: Connection, kinds: Sequence[str]) -> Iterator[Row[Any]]:
    table = tables.steps
    yield from db.execute(
        select(table).where(table.c.kind.in_(kinds)).order_by(table.c.position)
    )
