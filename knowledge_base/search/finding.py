"""Finds records by the words that anyone may read of them."""

from datetime import date

from sqlalchemy import Connection, select

from knowledge_base.kept_views.light import is_seen_at, with_what_it_is_of
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
    searched = is_seen_at(store, destination, Purpose.INDEX, on=on, kept=_found)
    is_read = (views.c.record_id == _found.c.record_id) & is_seen_at(
        store, destination, Purpose.SHOW, on=on
    )
    query = (
        select(views.c.shown, views.c.record_id)
        .select_from(with_what_it_is_of(_found).join(views, is_read))
        .where(searched, has_all(db, _found, beginnings))
        .order_by(_found.c.id)
        .limit(limit + 1)
    )
    if after:
        since = select(_found.c.id).select_from(with_what_it_is_of(_found))
        place = db.scalar(since.where(_found.c.record_id == after, searched))
        query = query.where(_found.c.id > (place or 0))
    if collection is not None:
        query = query.where(_found.c.collection_id == collection)
    return page_of(db.execute(query).all(), limit)
