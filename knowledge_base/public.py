"""What anyone may see: made from a record and a decision, and from nothing else.

A page shows only what a person approved, and only as long as that still stands.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from knowledge_base import steps, tables
from knowledge_base.communities import names_of
from knowledge_base.gate import decide_for, facts_of
from knowledge_base.history import journeys_for
from knowledge_base.kinds import shipped_kinds
from knowledge_base.records import Record, find_record, find_records
from knowledge_base.store import Store
from knowledge_base.tightening import STANDING
from policies.decision import Decision
from policies.view import OwnWords, PublicView, public_view
from policies.visibility import Visibility


def view_of(
    record: Record,
    decision: Decision,
    *,
    names: Mapping[str, str],
    at: Visibility | None = None,
    words: tuple[OwnWords, ...] = (),
) -> PublicView:
    """The public view of a record; `words` are tried on before they are given."""
    kind = shipped_kinds()[record.kind]
    return public_view(
        record.id,
        record.kind,
        kind.content(record.content),
        decision,
        words=(*record.own_words, *words),
        names=names,
        at=at,
    )


def public_views(
    db: Connection,
    store: Store,
    ids: tuple[str, ...],
    destination: str,
    *,
    on: date,
) -> dict[str, tuple[Decision, PublicView]]:
    """Decision and public view of each of these records that is there."""
    names = names_of(db)
    facts = facts_of(db, ids)
    views = {}
    for id, record in find_records(db, ids).items():
        decision = decide_for(store, facts[id], destination, on=on)
        views[id] = (decision, view_of(record, decision, names=names))
    return views


def standing_view(
    db: Connection, store: Store, id: str, destination: str, *, on: date
) -> PublicView | None:
    """What anyone may read here: only what a person has approved and still stands.

    None where there is nothing to show, whatever the reason; also when the record, or
    what holds for it through its collection, says something else since the approval,
    or another rulebook judges it, until somebody has seen that too. Nothing is shown
    beyond the level that was approved, whoever agreed to more later.
    """
    record, facts = find_record(db, id), facts_of(db, (id,)).get(id)
    names = names_of(db)
    approved = [
        one.approval
        for one in journeys_for(db, (id,), STANDING)
        if one.destination == destination and one.approval is not None
    ]
    # Looked up also where there is no approval: the same queries, whatever is there.
    approval = approved[0] if approved else _NO_APPROVAL
    changed = shows_other_than(db, id, approval)
    if record is None or facts is None or changed:
        return None
    decision = decide_for(store, facts, destination, on=on)
    level = min(decision.visibility, Visibility.of(approval["visibility"]))
    if approval["rulebook"] != decision.rulebook or level <= Visibility.STUB:
        return None
    return view_of(record, decision, names=names, at=level)


_NO_APPROVAL: Mapping[str, Any] = {"position": 0, "visibility": "none", "rulebook": ""}

# Steps after which a view may hold what nobody has approved yet.
_TELLS_MORE = (steps.ContentChanged.kind, steps.WordsGiven.kind)
_SHOWS_MORE = (steps.LabelRemoved.kind, steps.NoticeRemoved.kind)


def shows_other_than(db: Connection, id: str, approval: Mapping[str, Any]) -> bool:
    """Whether the record shows something else than when this approval was given.

    A label or notice that comes off its collection comes off the record as well.
    """
    table, known = tables.steps, tables.records
    above = select(known.c.collection_id).where(known.c.id == id).scalar_subquery()
    own = (table.c.record_id == id) & table.c.kind.in_((*_TELLS_MORE, *_SHOWS_MORE))
    through = (table.c.record_id == above) & table.c.kind.in_(_SHOWS_MORE)
    later = db.execute(
        select(table.c.position)
        .where(table.c.position > approval["position"], own | through)
        .limit(1)
    )
    return later.first() is not None
