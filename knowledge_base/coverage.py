"""How far "nobody is concerned", said of a whole collection, reaches.

It was said of what was there to be looked at. What came in later, or says since then
something else about people and places, is asked about by itself.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select

from knowledge_base import tables
from knowledge_base.sheet import chunks
from knowledge_base.steps import ConcernAnswered, ContentChanged, Received


def came_later(db: Connection, under: Mapping[str, str]) -> frozenset[str]:
    """Of these records, those that the last answer about their collection did not see.

    `under`: record id -> collection id. In the order of the chain, for a day is too
    coarse: an import and an answer commonly share one.
    """
    answered = _answered(db, set(under.values()))
    arrived = _arrived(db, under)
    return frozenset(
        record
        for record, collection in under.items()
        if record not in arrived or arrived[record] >= answered.get(collection, 0)
    )


def _answered(db: Connection, collections: Iterable[str]) -> dict[str, int]:
    """The position of the last answer about each collection."""
    step = tables.steps
    last: dict[str, int] = {}
    for some in chunks(collections):
        query = select(step.c.record_id, func.max(step.c.position))
        query = query.where(
            step.c.record_id.in_(some), step.c.kind == ConcernAnswered.kind
        ).group_by(step.c.record_id)
        last |= {row[0]: row[1] for row in db.execute(query)}
    return last


def _arrived(db: Connection, records: Iterable[str]) -> dict[str, int]:
    """The position at which each record last said something about who is concerned."""
    step = tables.steps
    last: dict[str, int] = {}
    for some in chunks(records):
        query = select(step.c.record_id, step.c.position, step.c.kind, step.c.body)
        query = query.where(
            step.c.record_id.in_(some),
            step.c.kind.in_((Received.kind, ContentChanged.kind)),
        )
        for id, position, kind, body in db.execute(query):
            # A body that does not say it is taken to concern somebody.
            if kind == Received.kind or body.get("concerns", True):
                last[id] = max(position, last.get(id, 0))
    return last
