"""Counters that hold over several workers: how often somebody may try."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from knowledge_base.store import Store
from knowledge_base.sweeping import sweep
from knowledge_base.tables import counters

LONGEST = timedelta(hours=1)  # no limit of ours counts for longer


def is_within(
    store: Store, key: str, *, most: int, per: timedelta, now: datetime
) -> bool:
    """Counts one try and says whether it is still within the limit.

    `per` is at most `LONGEST`. `key` never holds an address or a name as such;
    callers pass a mark of it.
    """
    with store.writing() as db:
        row = db.execute(
            select(counters).where(counters.c.key == key).with_for_update()
        ).first()
        if row is None:
            lately = counters.c.began_at.between(now - LONGEST, now + LONGEST)
            sweep(db, counters.c.key, ~lately)
            try:
                with db.begin_nested():
                    db.execute(insert(counters).values(key=key, began_at=now, tries=1))
            except IntegrityError:
                return most > 0  # two first tries at one moment: both are first
            return most > 0
        # A count that begins later than now is of a clock that was wrong: nobody is
        # kept out until that day comes.
        fresh = not timedelta(0) <= now - row.began_at < per
        tries: int = 1 if fresh else row.tries + 1
        began = now if fresh else row.began_at
        db.execute(
            update(counters)
            .where(counters.c.key == key)
            .values(tries=tries, began_at=began)
        )
    return tries <= most
