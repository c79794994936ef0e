"""Counts from the questions themselves what the store keeps counted."""

import json
from collections import Counter, defaultdict

from sqlalchemy import select

from knowledge_base.store import Store
from knowledge_base.tables import (
    journeys,
    question_counts,
    questions,
    ready,
    records,
)

Of = tuple[str, tuple[str, ...], str, str]


def require_counted(store: Store) -> None:
    """Every number is that of the rows, and what waits for a yes has no question."""
    asked: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    with store.reading() as db:
        of = (records.c.institution_id, records.c.collection_id)
        query = select(questions, *of).join(
            records, records.c.id == questions.c.record_id
        )
        questioned = set()
        for row in db.execute(query):
            questioned.add(row.record_id)
            if not row.pauses:
                place = (row.institution_id or "", row.collection_id or "")
                asked[row.record_id, row.party, *place].add(row.rule)
        counted: Counter[Of] = Counter(
            (party, tuple(sorted(rules)), institution, collection)
            for (_, party, institution, collection), rules in asked.items()
        )
        kept = {
            (x.party, tuple(json.loads(x.rules)), x.institution_id, x.collection_id): (
                x.number
            )
            for x in db.execute(select(question_counts))
            if x.number
        }
        waits = select(journeys.c.record_id).where(
            journeys.c.state.in_(("in-review", "changed"))
        )
        unasked = set(db.scalars(waits)) - questioned
        assert set(db.scalars(select(ready.c.record_id))) == unasked
    assert kept == counted
