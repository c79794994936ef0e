"""How many records anyone may see: kept, so that nobody has to count a million.

A number is of one light: what was worked out by other rules is in no count of these.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, true, update

from knowledge_base.columns import canonical
from knowledge_base.identity import mark_of
from knowledge_base.kept_views.light import STALE
from knowledge_base.tables import view_counts, views

_OF = ("destination", "purpose", "light", "collection_id", "kind")
Of = tuple[str, ...]


def count_in(db: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds the rows that were just kept, as far as anyone may see them."""
    seen = Counter(tuple(row[x] for x in _OF) for row in rows if row["is_seen"])
    _change(db, seen)


def count_out(db: Connection, which: ColumnElement[bool]) -> None:
    """Takes out the kept views that are about to go, or to count no more."""
    columns = [views.c[name] for name in _OF]
    query = (
        select(*columns, func.count().label("number"))
        .where(which, views.c.is_seen == true(), views.c.light != STALE)
        .group_by(*columns)
    )
    gone: Counter[Of] = Counter()
    for row in db.execute(query):
        gone[tuple(row[:-1])] = -row.number
    _change(db, gone)


def _change(db: Connection, by: Mapping[Of, int]) -> None:
    for of, many in sorted(by.items()):
        mark = mark_of(canonical(of))
        mine = view_counts.c.mark == mark
        change = update(view_counts).where(mine)
        changed = db.execute(change.values(number=view_counts.c.number + many))
        if not changed.rowcount:
            named = dict(zip(_OF, of, strict=True))
            db.execute(insert(view_counts).values(mark=mark, number=many, **named))
