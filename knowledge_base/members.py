"""What is in a collection inherits from it: whatever befalls the one befalls both."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.sheet import chunks
from knowledge_base.store import Store

PORTION = 250


def with_members(
    store: Store, portions: Iterable[Sequence[str]]
) -> Iterator[tuple[str, ...]]:
    """These portions of records, and after each what is in the collections among them.

    That in portions as well, and once for each collection: of records nothing is
    remembered, however many come.
    """
    opened: set[str] = set()
    for some in portions:
        yield tuple(some)
        with store.reading() as db:
            fresh = _holding_any(db, some) - opened
        opened |= fresh
        after = ""
        while fresh:
            with store.reading() as db:
                inside = first_members(db, sorted(fresh), limit=PORTION, after=after)
            if not inside:
                break
            yield inside
            after = inside[-1]


def _holding_any(db: Connection, records: Iterable[str]) -> set[str]:
    """Those of these that something is in."""
    column = tables.records.c.collection_id
    return {
        id
        for some in chunks(records)
        for id in db.scalars(select(column).where(column.in_(some)).distinct())
    }


def first_members(
    db: Connection, collections: Iterable[str], *, limit: int, after: str = ""
) -> tuple[str, ...]:
    """So many of the records in these, in order of id from `after` on."""
    table = tables.records
    found: list[str] = []
    for some in chunks(collections):
        query = select(table.c.id).where(
            table.c.collection_id.in_(some), table.c.id > after
        )
        found += db.scalars(query.order_by(table.c.id).limit(limit))
    return tuple(sorted(found)[:limit])
