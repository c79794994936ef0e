"""Finds records by the words that anyone may read of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from knowledge_base.kept_views.light import is_seen_at, with_what_it_is_of
from knowledge_base.kept_views.reading import PAGE, Page, page_of
from knowledge_base.search.databases import look_up
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
    wanted = _found.c.destination == destination
    if collection is not None:
        wanted &= _found.c.collection_id == collection
    place = _place_of(db, after, searched) if after else 0
    rows: list[Row[Any, Any]] = []
    while len(rows) <= limit:
        some = _found_after(db, place, beginnings, wanted, AT_ONCE)
        rows += _read(db, some, searched, is_read)
        if len(some) < AT_ONCE:
            break
        place = some[-1]
    return page_of(rows, limit)


AT_ONCE = 2 * PAGE
"""So many that have the words are looked at together: most of them count still."""


def _place_of(db: Connection, record: str, searched: ColumnElement[bool]) -> int:
    """Where the record stands among what is found; 0 where it does not."""
    since = select(_found.c.id).select_from(with_what_it_is_of(_found))
    return db.scalar(since.where(_found.c.record_id == record, searched)) or 0


def _found_after(
    db: Connection,
    place: int,
    beginnings: Sequence[str],
    wanted: ColumnElement[bool],
    limit: int,
) -> Sequence[int]:
    """The next that have the words, whether or not they still count.

    Nothing is read of them: a database that finds thousands puts them in order first.
    """
    lookup = look_up(db, _found, beginnings)
    query = (
        select(lookup.place)
        .select_from(lookup.source)
        .where(lookup.has_all, lookup.place > place, wanted)
        .order_by(lookup.place)
    )
    return db.scalars(query.limit(limit)).all()


def _read(
    db: Connection,
    some: Sequence[int],
    searched: ColumnElement[bool],
    is_read: ColumnElement[bool],
) -> Sequence[Row[Any, Any]]:
    """What anyone may read of these, in their order."""
    query = (
        select(views.c.shown, views.c.record_id)
        .select_from(with_what_it_is_of(_found).join(views, is_read))
        .where(_found.c.id.in_(some), searched)
        .order_by(_found.c.id)
    )
    return db.execute(query).all()
