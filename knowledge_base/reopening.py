"""What may come to be seen again by itself: after a season turns, or a day passes.

Nothing opens here. It is only found out who is to be asked now.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.asking import PORTION, refresh_questions
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import take_turn
from knowledge_base.store import Store


def labelled_for(db: Connection, season: str) -> tuple[str, ...]:
    """The records with a label for this season, without what is in them: its turning
    may open or close those too.
    """
    table = tables.label_uses
    found = db.scalars(select(table.c.record_id).where(table.c.season_id == season))
    return tuple(sorted(set(found)))


def ask_for_the_day(store: Store, records: Iterable[str], *, now: datetime) -> None:
    """Works out anew what these records wait for, and those of which a yes has ended.

    No step is taken when a day passes, so nothing else would ask. By portions: nobody
    waits for all of them to write. Whoever is killed in it asks all of them again.
    """
    on = civil_days(now).closing
    with store.reading() as db:
        due = sorted({*records, *_ended(db, on)})
    for begins in range(0, len(due), PORTION):
        with store.writing() as db:
            take_turn(db)
            refresh_questions(db, store, due[begins : begins + PORTION], on=on)


def _ended(db: Connection, on: date) -> list[str]:
    table = tables.words
    found = select(table.c.record_id).where(
        table.c.superseded_by.is_(None), table.c.until <= on.isoformat()
    )
    return list(db.scalars(found.distinct()))
