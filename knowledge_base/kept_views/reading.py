"""Reads what anyone may see from what is kept, and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    false,
    func,
    or_,
    select,
    true,
)

from knowledge_base.kept_views.light import (
    is_seen_at,
    light_of,
    with_what_it_is_of,
)
from knowledge_base.store import Store
from knowledge_base.tables import view_counts, views
from policies.purposes import Purpose
from policies.view import PublicView, read_view

PAGE = 25


def kept_view(
    db: Connection, store: Store, id: str, destination: str, *, on: date
) -> PublicView | None:
    """What anyone may read of the record here; None where that is nothing.

    One query, the same whether the record is restricted or not there.
    """
    query = _shown(store, destination, on=on, columns=(views.c.shown,))
    found = db.scalar(query.where(views.c.record_id == id))
    return None if found is None else read_view(found)


def kept_views(
    db: Connection, store: Store, id: str, *, on: date
) -> tuple[PublicView, ...]:
    """What anyone may read of the record, at each place where that is anything.

    One query for all the places, in their order, the same whatever the record is.
    """
    anywhere = [
        is_seen_at(store, one.id, Purpose.SHOW, on=on) for one in store.destinations
    ]
    query = select(views.c.destination, views.c.shown).select_from(with_what_it_is_of())
    rows = db.execute(query.where(views.c.record_id == id, or_(false(), *anywhere)))
    found = {row.destination: read_view(row.shown) for row in rows}
    return tuple(found[one.id] for one in store.destinations if one.id in found)


def _shown(
    store: Store, destination: str, *, on: date, columns: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    """These columns of what counts there on that day, and may be read."""
    return (
        select(*columns)
        .select_from(with_what_it_is_of())
        .where(is_seen_at(store, destination, Purpose.SHOW, on=on))
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list; `after` is the record from which it goes on, None: it ended."""

    views: tuple[PublicView, ...]
    after: str | None


def list_shown(
    db: Connection,
    store: Store,
    destination: str,
    *,
    on: date,
    collection: str | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """What anyone may read there, or of one collection, in order of title.

    `after`: the last record seen before; where nothing is shown of it any more, and
    where it never was there, the list begins anew.
    """
    columns = (views.c.shown, views.c.record_id)
    place = _shown(store, destination, on=on, columns=(views.c.place,))
    since = db.scalar(place.where(views.c.record_id == after)) or ""
    query = _shown(store, destination, on=on, columns=columns)
    if collection is not None:
        query = query.where(views.c.collection_id == collection)
    query = query.where(views.c.place > since).order_by(views.c.place)
    return page_of(db.execute(query.limit(limit + 1)).all(), limit)


def page_of(rows: Sequence[Any], limit: int) -> Page:
    """The page of rows (kept view, record); one row more says that it goes on."""
    shown = rows[:limit]
    after = shown[-1].record_id if len(rows) > limit else None
    return Page(tuple(read_view(row.shown) for row in shown), after)


def count_shown(
    db: Connection,
    store: Store,
    destination: str,
    *,
    on: date,
    collection: str | None = None,
) -> int:
    """How many records there are to list, by the number that is kept of them.

    What is past its day, and was not worked out anew yet, is counted out.
    """
    light, day = light_of(store, store.destination(destination)), on.isoformat()
    kept, past = view_counts.c, views.c
    counted = select(func.sum(kept.number)).where(
        kept.destination == destination,
        kept.purpose == Purpose.SHOW.value,
        kept.light == light,
    )
    ended = (
        select(func.count())
        .select_from(views)
        .where(
            or_(past.valid_until <= day, past.valid_from > day),
            past.destination == destination,
            past.purpose == Purpose.SHOW.value,
            past.light == light,
            past.is_seen == true(),
        )
    )
    if collection is not None:
        counted = counted.where(kept.collection_id == collection)
        ended = ended.where(past.collection_id == collection)
    return int(db.scalar(counted) or 0) - int(db.scalar(ended) or 0)
