"""Numbers that are kept up with what they count, so that nobody has to count it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects.mysql import insert as in_mariadb
from sqlalchemy.dialects.postgresql import insert as in_postgresql
from sqlalchemy.dialects.sqlite import insert as in_sqlite

from knowledge_base.columns import canonical
from knowledge_base.identity import mark_of

Of = tuple[Any, ...]


def add_to(
    db: Connection, table: Table, names: Sequence[str], by: Mapping[Of, int]
) -> None:
    """Adds to each number that is kept under these values of the named columns.

    In one order for everybody who writes, so that nobody waits for somebody who waits.
    One statement whatever there is to add, also nothing: how much it was is not to be
    told from what is asked.
    """
    rows = [
        {**dict(zip(names, of, strict=True)), "mark": _mark(of), "number": many}
        for of, many in {tuple("" for _ in names): 0, **by}.items()
    ]
    db.execute(_add(db, table), sorted(rows, key=lambda row: str(row["mark"])))


def _mark(of: Of) -> str:
    return mark_of(canonical(list(of)))


def _add(db: Connection, table: Table) -> Insert:
    """Each database has its own word for it."""
    if db.dialect.name in ("mysql", "mariadb"):
        ours = in_mariadb(table)
        total = table.c.number + ours.inserted.number
        return ours.on_duplicate_key_update(number=total)
    own = in_postgresql if db.dialect.name == "postgresql" else in_sqlite
    new = own(table)
    total = table.c.number + new.excluded.number
    return new.on_conflict_do_update(index_elements=["mark"], set_={"number": total})
