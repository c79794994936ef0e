"""What may come to be seen again by itself: after a season turns, or a day passes.

Nothing opens here. It is only found out who is to be asked now.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.asking import refresh_questions
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import take_turn
from knowledge_base.members import with_members
from knowledge_base.store import Store


def turned_by_season(db: Connection, season: str) -> tuple[str, ...]:
    """The records that a season's turning may open or close, and all under them."""
    return with_members(db, labelled_for(db, season))


def labelled_for(db: Connection, season: str) -> tuple[str, ...]:
    """The records with a label for this season, without what is under them."""
    table = tables.label_uses
    found = db.scalars(select(table.c.record_id).where(table.c.season_id == season))
    return tuple(sorted(set(found)))


def ask_for_the_day(store: Store, records: Iterable[str], *, now: datetime) -> None:
    """Works out anew what these records wait for, and those of which a yes has ended.

    No step is taken when a day passes, so nothing else would ask.
    """
    on = civil_days(now).closing
    with store.writing() as db:
        take_turn(db)
        refresh_questions(db, store, [*records, *_ended(db, on)], on=on)


def _ended(db: Connection, on: date) -> list[str]:
    table = tables.words
    found = select(table.c.record_id).where(
        table.c.superseded_by.is_(None), table.c.until <= on.isoformat()
    )
    return list(db.scalars(found.distinct()))
