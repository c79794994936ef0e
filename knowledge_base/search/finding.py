"""Finds records by the words that anyone may read of them."""

from datetime import date

from sqlalchemy import Connection, and_, select, true

from knowledge_base.kept_views.light import is_current, light_of, with_what_it_is_of
from knowledge_base.kept_views.reading import PAGE, Page, page_of
from knowledge_base.search.databases import has_all
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
    light = light_of(store, store.destination(destination))
    searched = and_(
        _found.c.destination == destination,
        _found.c.purpose == Purpose.INDEX.value,
        _found.c.is_seen == true(),
        is_current(light, on=on, kept=_found),
    )
    since = select(_found.c.id).where(_found.c.record_id == after, searched)
    is_read = and_(
        views.c.record_id == _found.c.record_id,
        views.c.destination == destination,
        views.c.purpose == Purpose.SHOW.value,
        views.c.is_seen == true(),
        is_current(light, on=on),
    )
    query = (
        select(views.c.shown, views.c.record_id)
        .select_from(with_what_it_is_of(_found).join(views, is_read))
        .where(searched, has_all(db, _found, beginnings))
        .order_by(_found.c.id)
        .limit(limit + 1)
    )
    if after:
        place = db.scalar(since.select_from(with_what_it_is_of(_found)))
        query = query.where(_found.c.id > (place or 0))
    if collection is not None:
        query = query.where(_found.c.collection_id == collection)
    return page_of(db.execute(query).all(), limit)
