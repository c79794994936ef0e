"""What is in a collection inherits from it: whatever befalls the one befalls both."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.sheet import chunks


def with_members(db: Connection, records: Iterable[str]) -> tuple[str, ...]:
    """These records and those in the collections among them; by id."""
    table = tables.records
    found = set(records)
    for some in chunks(tuple(found)):
        found |= set(
            db.scalars(select(table.c.id).where(table.c.collection_id.in_(some)))
        )
    return tuple(sorted(found))


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
