"""What anyone may see: made from a record and a decision, and from nothing else.

A page shows only what a person approved, and only as long as that still stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection, func, select

from knowledge_base import steps, tables
from knowledge_base.gate import Deciding, Judged, decide_for, facts_of
from knowledge_base.history import Journey, journeys_for, of_kinds
from knowledge_base.journeys import STANDING
from knowledge_base.kinds import shipped_kinds
from knowledge_base.parties import names_of
from knowledge_base.records import RawContent, Record, find_records
from knowledge_base.sheet import chunks
from knowledge_base.store import Store
from policies.decision import Decision, Duty
from policies.purposes import Purpose
from policies.view import OwnWords, PublicView, public_view
from policies.visibility import Visibility


class Described(Protocol):
    """What a public view is made from, beside the decision."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def content(self) -> RawContent: ...
    @property
    def own_words(self) -> tuple[OwnWords, ...]: ...


def view_of(
    record: Described,
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
    names, records = names_of(db), find_records(db, ids)
    facts = facts_of(db, ids, known=_judged(records))
    views = {}
    for id, record in records.items():
        decision = decide_for(store, facts[id], destination, on=on)
        views[id] = (decision, view_of(record, decision, names=names))
    return views


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person approved of a record, as far as it may be seen on that day.

    `view` is None where nothing may be; `until` the first day on which dates alone
    can change it, None: never.
    """

    record: Record
    destination: str
    purpose: Purpose
    view: PublicView | None = None
    until: date | None = None


def standing_view(
    db: Connection, store: Store, id: str, destination: str, *, on: date
) -> PublicView | None:
    """What anyone may read here, worked out from the facts at this moment."""
    found = standing_views(db, store, (id,), (Purpose.SHOW,), on=on)
    return next((x.view for x in found if x.destination == destination), None)


def standing_views(
    db: Connection,
    store: Store,
    ids: Sequence[str],
    purposes: Sequence[Purpose],
    *,
    on: date,
) -> list[Standing]:
    """What stands of these records at each destination and for each purpose.

    Nothing may be seen where the record, or what holds for it through its collection,
    says something else since the approval, or another rulebook judges it, until
    somebody has seen that too; and nothing beyond the level that was approved,
    whoever agreed to more later. A record that nobody approved is left out.
    """
    approved = [
        one
        for one in journeys_for(db, tuple(ids), STANDING)
        if one.approval is not None
    ]
    names, records = names_of(db), find_records(db, ids)
    facts = facts_of(db, ids, known=_judged(records))
    deciding = Deciding(store, on=on)
    told_anew = _told_anew(db, [one.record for one in approved])
    ours = {one.id for one in store.destinations}
    found = []
    for one in approved:
        if one.destination not in ours:
            found += [_nothing(records[one.record], one, x) for x in purposes]
            continue
        seen: dict[tuple[Visibility, frozenset[Duty]], PublicView] = {}
        for purpose in purposes:
            about, where = facts[one.record], one.destination
            decision = deciding.decide(about, where, purpose)
            stands = _nothing(records[one.record], one, purpose)
            level = _level(one.approval or {}, decision, told_anew.get(one.record, 0))
            if level > Visibility.STUB:
                # Most often it is the same for each purpose, and costs the most.
                key = (level, decision.duties)
                if key not in seen:
                    seen[key] = view_of(stands.record, decision, names=names, at=level)
                stands = replace(stands, view=seen[key])
            found.append(replace(stands, until=decision.valid_until))
    return found


def _judged(records: Mapping[str, Record]) -> dict[str, Judged]:
    """What is known of these, as it was read with what they say."""
    return {
        id: Judged(id, one.kind, one.collection, one.known)
        for id, one in records.items()
    }


def _nothing(record: Record, towards: Journey, purpose: Purpose) -> Standing:
    return Standing(record=record, destination=towards.destination, purpose=purpose)


def _level(
    approval: Mapping[str, Any], decision: Decision, told_anew: int
) -> Visibility:
    """How much is shown: no more than was approved, nothing by another rulebook, and
    nothing of what was told anew since.
    """
    if approval["rulebook"] != decision.rulebook or told_anew > approval["position"]:
        return Visibility.NONE
    return min(decision.visibility, Visibility.of(approval["visibility"]))


# Steps after which a view may hold what nobody has approved yet.
_TELLS_MORE = (steps.ContentChanged.kind, steps.WordsGiven.kind)
_SHOWS_MORE = (steps.LabelRemoved.kind, steps.NoticeRemoved.kind)


def _told_anew(db: Connection, ids: Sequence[str]) -> Mapping[str, int]:
    """Record id -> the position of the last step since which it shows something else.

    A label or notice that comes off its collection comes off the record as well.
    """
    newest: dict[str, int] = {}
    known = tables.records
    # Asked also where there is no approval: the same queries, whatever is there.
    for some in chunks(ids or ("",)):
        newest |= _last(db, some, (*_TELLS_MORE, *_SHOWS_MORE))
        rows = db.execute(
            select(known.c.id, known.c.collection_id).where(known.c.id.in_(some))
        ).all()
        above = _last(db, [row.collection_id or "" for row in rows], _SHOWS_MORE)
        for row in rows:
            through = above.get(row.collection_id or "", 0)
            newest[row.id] = max(newest.get(row.id, 0), through)
    return newest


def _last(db: Connection, ids: Sequence[str], kinds: Sequence[str]) -> dict[str, int]:
    """Record id -> the position of its last step of one of these kinds."""
    table = tables.steps
    query = (
        select(table.c.record_id, func.max(table.c.position).label("last"))
        .where(table.c.record_id.in_(ids), of_kinds(*kinds))
        .group_by(table.c.record_id)
    )
    return {row.record_id: row.last for row in db.execute(query)}
