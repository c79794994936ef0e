"""Reads what anyone may see from what is kept, and from nothing else."""

from collections.abc import Mapping, Sequence
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
    is_past,
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
    of = {
        "destination": destination,
        "purpose": Purpose.SHOW.value,
        "light": light_of(store, store.destination(destination)),
    }
    if collection is not None:
        of["collection_id"] = collection
    these = [view_counts.c[name] == value for name, value in of.items()]
    counted = db.scalar(select(func.sum(view_counts.c.number)).where(*these))
    return int(counted or 0) - _ended(db, of, on=on)


def _ended(db: Connection, of: Mapping[str, str], *, on: date) -> int:
    """How many of these are past their day, and may be none in a moment."""
    columns = [views.c[name] for name in (*of, "is_seen")]
    # The limit keeps a database from looking at the rest first: it would rather read
    # all that is shown of a place than the few that are past their day.
    past = select(*columns).where(is_past(on)).limit(_NO_LIMIT).subquery()
    these = [past.c[name] == value for name, value in of.items()]
    counted = select(func.count()).select_from(past)
    return db.scalar(counted.where(*these, past.c.is_seen == true())) or 0


_NO_LIMIT = 2**31 - 1
