"""How many records anyone may see: kept, so that nobody has to count a million.

A number is of one light: what was worked out by other rules is in no count of these.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, true

from knowledge_base.kept_numbers import Of, add_to
from knowledge_base.kept_views.light import STALE
from knowledge_base.tables import view_counts, views

_OF = ("destination", "purpose", "light", "collection_id", "kind")


def count_in(db: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds the rows that were just kept, as far as anyone may see them."""
    seen = Counter(tuple(row[x] for x in _OF) for row in rows if row["is_seen"])
    add_to(db, view_counts, _OF, seen)


def count_out(db: Connection, which: ColumnElement[bool]) -> None:
    """Takes out the kept views that are about to go, or to count no more."""
    columns = [views.c[name] for name in _OF]
    query = (
        select(*columns, func.count().label("number"))
        .where(which, views.c.is_seen == true(), views.c.light != STALE)
        .group_by(*columns)
    )
    gone: dict[Of, int] = {tuple(row[:-1]): -row.number for row in db.execute(query)}
    add_to(db, view_counts, _OF, gone)
