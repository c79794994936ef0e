"""Finds records by the words that anyone may read of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, and_, select

from knowledge_base.kept_views.light import (
    is_kept_as_seen_at,
    is_seen_at,
    with_what_it_is_of,
)
from knowledge_base.kept_views.reading import PAGE, Page, page_of
from knowledge_base.search.databases import Lookup, look_up
from knowledge_base.store import Store
from knowledge_base.tables import views
from knowledge_base.tokens import looked_for
from policies.purposes import Purpose

_found = views.alias("found")


def find_shown(
    db: Connection,
    store: Store,
    destination: str,
    text: str,
    *,
    on: date,
    collection: str | None = None,
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """What anyone may read there that has all these words, or words that begin so.

    In the order in which it came to be shown. Only what those concerned let be
    searched is found; a text without a word finds nothing.
    """
    beginnings = looked_for(text)
    if not beginnings:
        return Page((), None)
    searched = is_seen_at(store, destination, Purpose.INDEX, on=on, kept=_found)
    is_read = (views.c.record_id == _found.c.record_id) & is_seen_at(
        store, destination, Purpose.SHOW, on=on
    )
    wanted = is_kept_as_seen_at(store, destination, Purpose.INDEX, on=on, kept=_found)
    if collection is not None:
        wanted &= _found.c.collection_id == collection
    place = _place_of(db, after, searched) if after else 0
    lookup = look_up(db, _found, beginnings)
    some = _next(db, lookup, wanted, place)
    rows = _read(db, _found, _found.c.id.in_(some) & searched, is_read, limit + 1)
    if len(rows) <= limit and len(some) == AT_ONCE:
        # Of many the facts have moved on, and the worker was not there yet.
        rest = and_(lookup.has_all, lookup.place > some[-1], wanted, searched)
        left = limit + 1 - len(rows)
        rows = [*rows, *_read(db, lookup.source, rest, is_read, left)]
    return page_of(rows, limit)


AT_ONCE = 2 * PAGE
"""So many that have the words are looked at first: most of them count still."""


def _place_of(db: Connection, record: str, searched: ColumnElement[bool]) -> int:
    """Where the record stands among what is found; 0 where it does not."""
    since = select(_found.c.id).select_from(with_what_it_is_of(_found))
    return db.scalar(since.where(_found.c.record_id == record, searched)) or 0


def _next(
    db: Connection, lookup: Lookup, wanted: ColumnElement[bool], place: int
) -> Sequence[int]:
    """The next that have the words, whether or not their facts still hold.

    Nothing is read of them: a database that finds thousands puts them in order first.
    """
    query = (
        select(lookup.place)
        .select_from(lookup.source)
        .where(lookup.has_all, lookup.place > place, wanted)
        .order_by(lookup.place)
    )
    return db.scalars(query.limit(AT_ONCE)).all()


def _read(
    db: Connection,
    source: FromClause,
    which: ColumnElement[bool],
    is_read: ColumnElement[bool],
    limit: int,
) -> Sequence[Row[Any, Any]]:
    """What anyone may read of these, in the order in which it came to be shown."""
    query = (
        select(views.c.shown, views.c.record_id)
        .select_from(with_what_it_is_of(_found, within=source).join(views, is_read))
        .where(which)
        .order_by(_found.c.id)
    )
    return db.execute(query.limit(limit)).all()
