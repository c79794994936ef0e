"""How far "nobody is concerned", said of a whole collection, reaches.

It was said of what was there to be looked at. What came in later, or says since then
something else about people and places, is asked about by itself.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.history import of_kinds
from knowledge_base.sheet import chunks
from knowledge_base.steps import ConcernAnswered, ContentChanged, Received

_TELLS = (Received.kind, ContentChanged.kind)


def came_later(db: Connection, under: Mapping[str, str]) -> frozenset[str]:
    """Of these records, those that the last answer about their collection did not see.

    `under`: record id -> collection id. In the order of the chain, for a day is too
    coarse: an import and an answer commonly share one. One query for so many as are
    asked of at once.
    """
    later: set[str] = set()
    for some in chunks(under):
        answered, arrived = _last(db, {*some, *(under[one] for one in some)})
        later |= {
            record
            for record in some
            if record not in arrived
            or arrived[record] >= answered.get(under[record], 0)
        }
    return frozenset(later)


def _last(db: Connection, ids: set[str]) -> tuple[dict[str, int], dict[str, int]]:
    """The position of the last answer about each of these; and at which each last said
    something about who is concerned.
    """
    step = tables.steps
    query = select(step.c.record_id, step.c.position, step.c.kind, step.c.body).where(
        step.c.record_id.in_(sorted(ids)),
        of_kinds(*_TELLS, ConcernAnswered.kind),
    )
    answered: dict[str, int] = {}
    arrived: dict[str, int] = {}
    for id, position, kind, body in db.execute(query):
        if kind == ConcernAnswered.kind:
            answered[id] = max(position, answered.get(id, 0))
        # A body that does not say it is taken to concern somebody.
        elif kind == Received.kind or body.get("concerns", True):
            arrived[id] = max(position, arrived.get(id, 0))
    return answered, arrived
