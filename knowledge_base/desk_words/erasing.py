"""Takes the marks of records away."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from knowledge_base.tables import desk_readers, desk_records, desk_tokens


def erase_marks(db: Connection, ids: Sequence[str]) -> None:
    """Nothing is left by which these records were found; that they are there is."""
    entries = select(desk_records.c.id).where(desk_records.c.record_id.in_(ids))
    # Named one by one: MariaDB looks through the whole table for a query in its place.
    found = tuple(db.scalars(entries))
    for table in (desk_tokens, desk_readers):
        db.execute(delete(table).where(table.c.entry.in_(found)))
