"""How many records wait for whom, and for what; kept up with the questions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from knowledge_base.columns import canonical
from knowledge_base.journeys import State
from knowledge_base.kept_numbers import Of, add_to
from knowledge_base.sheet import chunks
from knowledge_base.tables import (
    journeys,
    question_counts,
    questions,
    ready,
    records,
)

_OF = ("party", "rules", "institution_id", "collection_id")
WAITS = (State.IN_REVIEW, State.CHANGED)
"""The states from which a yes leads on: with no question open, it waits for one."""


_WAITING = (
    select(journeys.c.record_id)
    .where(
        journeys.c.record_id.in_(bindparam("ids", expanding=True)),
        journeys.c.state.in_([state.value for state in WAITS]),
        ~exists().where(questions.c.record_id == journeys.c.record_id),
    )
    .distinct()
)
_KEEP_READY = insert(ready).from_select(["record_id"], _WAITING)

Place = tuple[str, str]
"""The institution and the collection of a record; "" where it has none."""

_NOWHERE: Mapping[str, Place] = {}


def tally(
    db: Connection,
    before: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    known: Mapping[str, Place] = _NOWHERE,
) -> None:
    """Counts these rows of questions in, and out those that stand for `before`.

    `known`: where those are of which it need not be looked up.

    Called while those of before still stand; a record counts once for each party, under
    all the rules that ask it.
    """
    changed = Counter(_tallied(db, rows, known))
    for some in chunks(before):
        stood = select(questions).where(questions.c.record_id.in_(some))
        changed.subtract(_tallied(db, db.execute(stood).mappings().all(), known))
    add_to(db, question_counts, _OF, changed)


def _tallied(
    db: Connection, rows: Iterable[Mapping[Any, Any]], known: Mapping[str, Place]
) -> Counter[Of]:
    asked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if not row["pauses"]:
            asked[row["record_id"], row["party"]].add(row["rule"])
    there = _places(db, {record for record, _ in asked if record not in known})
    places = {**known, **there}
    return Counter(
        (party, canonical(sorted(rules)), *places[record])
        for (record, party), rules in asked.items()
    )


def _places(db: Connection, ids: Iterable[str]) -> Mapping[str, Place]:
    columns = (records.c.id, records.c.institution_id, records.c.collection_id)
    # Asked also where nothing is asked of anybody: the same queries, whatever it is.
    return {
        id: (institution or "", collection or "")
        for some in chunks(tuple(ids) or ("",))
        for id, institution, collection in db.execute(
            select(*columns).where(records.c.id.in_(some))
        )
    }


def keep_ready(db: Connection, ids: Iterable[str], *, new: bool = False) -> None:
    """Keeps which of these wait for nothing but a yes; of `new` ones none is kept."""
    for some in chunks(ids):
        if not new:
            db.execute(delete(ready).where(ready.c.record_id.in_(some)))
        db.execute(_KEEP_READY, {"ids": some})
