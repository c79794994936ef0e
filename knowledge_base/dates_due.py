"""What a date moves: a yes that ends, a season that turns, a view past its day.

What it costs follows what fell due, not what there is. Nothing opens here: what may no
longer stand is closed, and whoever is to be asked now is asked. A clock that was put
back is followed: what fell due by the later day is looked at once more.
"""

from datetime import date, datetime

from sqlalchemy import Connection, select, union

from knowledge_base import tables
from knowledge_base.asking import ask_about
from knowledge_base.calendar_days import civil_days
from knowledge_base.coming import falling_due
from knowledge_base.kept_views import past_their_day, renew_these
from knowledge_base.store import Store
from knowledge_base.tightening import tighten_these
from knowledge_base.watching import Watermark, find_watermark, keep_watermark

MARK = "#dates"  # its watermark, beside those of the destinations
PORTION = 100


def see_to_dates(store: Store, reached: str, *, now: datetime) -> tuple[int, str]:
    """One portion of what fell due: (how many records, how far it has come).

    "" to begin with, and again where nothing is left. Safe to do twice: whoever is
    killed in it begins the portion anew.
    """
    on = civil_days(now).closing
    after = _after(reached, on)
    with store.reading() as db:
        mark = find_watermark(db, MARK)
        looked = "" if mark is None else mark.at
        found = falls_due(db, looked, on, after)
    if found:
        tighten_these(store, found, now=now)
        ask_about(store, found, now=now)
        renew_these(store, found, now=now)
        return len(found), f"{on.isoformat()} {found[-1]}"
    if looked != on.isoformat():
        with store.writing() as db:
            keep_watermark(db, MARK, Watermark(on.isoformat(), ()))
    return 0, ""


def _after(reached: str, on: date) -> str:
    """After which record to go on; from the first where another day has begun."""
    day, _, record = reached.partition(" ")
    return record if day == on.isoformat() else ""


def falls_due(
    db: Connection, looked: str, on: date, after: str = "", *, limit: int = PORTION
) -> tuple[str, ...]:
    """Records that are due, and those in a collection that is; by id.

    From the day that was looked at last, either way; "": it was never looked at. What
    is kept past its day is due whenever that was.
    """
    table, day = tables.records, on.isoformat()
    moved = falling_due(db, min(looked, day), max(looked, day)).subquery()
    own = union(select(moved.c.record_id), past_their_day(on)).subquery()
    ids = select(own.c.record_id)
    within = union(
        select(table.c.id).where(table.c.id.in_(ids)),
        select(table.c.id).where(table.c.collection_id.in_(ids)),
    ).subquery()
    query = select(within.c.id).where(within.c.id > after).order_by(within.c.id)
    return tuple(db.scalars(query.limit(limit)))
