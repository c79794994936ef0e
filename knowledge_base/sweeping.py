"""Sweeping out what is over: each new row takes a few old ones of its table along.

So nothing runs beside the app, and nobody waits for a large clearing. What stands in
the history is never touched: counters, links, sign-ins and ended jobs go here.
"""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, delete, select

MOST = 50  # a row brings one, so even few at a time leave none over for long


def sweep(db: Connection, key: Column[Any], is_over: ColumnElement[bool]) -> None:
    """Removes some rows that are over, by their key; none that somebody else holds."""
    # A row in another's hands is left: two who sweep would wait for each other.
    over = select(key).where(is_over).limit(MOST).with_for_update(skip_locked=True)
    marks = tuple(db.scalars(over))
    if marks:
        db.execute(delete(key.table).where(key.in_(marks)))
