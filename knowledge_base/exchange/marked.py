"""Whether what comes in was taken back or erased before, in this store or another."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from knowledge_base.markers.marker import Marker
from knowledge_base.markers.marking import content_mark, source_mark
from knowledge_base.sheet import chunks
from knowledge_base.store import Store
from knowledge_base.tables import markers


def marked_sources(
    db: Connection, store: Store, source: str, identifiers: Sequence[str]
) -> dict[str, Marker]:
    """The markers of records of these identifiers; an erasure before any other.

    Without a key nothing is known again.
    """
    if store.markers is None or store.markers.key is None or not _any(db):
        return {}
    key = store.markers.key
    by_mark = {source_mark(key, source, one): one for one in identifiers}
    found: dict[str, Marker] = {}
    for some in chunks(by_mark):
        query = select(markers.c.source_mark, markers.c.body).where(
            markers.c.source_mark.in_(some)
        )
        for row in db.execute(query.order_by(markers.c.id)):
            marker = msgspec.convert(row.body, Marker)
            before = found.get(by_mark[row.source_mark])
            if before is None or not before.is_erasure:
                found[by_mark[row.source_mark]] = marker
    return found


def marked_contents(
    db: Connection, store: Store, hashes: Sequence[str]
) -> frozenset[str]:
    """Those of the hashes of contents that a marker is of."""
    if store.markers is None or store.markers.key is None or not _any(db):
        return frozenset()
    key = store.markers.key
    by_mark = {content_mark(key, one): one for one in hashes}
    return frozenset(
        by_mark[mark]
        for some in chunks(by_mark)
        for mark in db.scalars(
            select(markers.c.content_mark).where(markers.c.content_mark.in_(some))
        )
    )


def _any(db: Connection) -> bool:
    return db.execute(select(markers.c.id).limit(1)).first() is not None
