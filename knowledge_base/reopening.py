"""What may come to be seen again by itself: after a season turns, or a day passes.

Nothing opens here. It is only found out who is to be asked now.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain

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


def ask_for_the_day(
    store: Store, portions: Iterable[Sequence[str]], *, now: datetime
) -> None:
    """Works out anew what these records wait for, and those of which a yes has ended.

    No step is taken when a day passes, so nothing else would ask. Each portion is a
    transaction of its own: nobody waits for all of them to write. Whoever is killed in
    it asks all of them again.
    """
    on = civil_days(now).closing
    for some in chain(portions, _ended(store, on)):
        with store.writing() as db:
            take_turn(db)
            refresh_questions(db, store, some, on=on)


def _ended(store: Store, on: date) -> Iterator[tuple[str, ...]]:
    """The records of which a yes has ended, by portions."""
    table, after = tables.words, ""
    while True:
        query = select(table.c.record_id).where(
            table.c.superseded_by.is_(None),
            table.c.until <= on.isoformat(),
            table.c.record_id > after,
        )
        ordered = query.distinct().order_by(table.c.record_id)
        with store.reading() as db:
            some = tuple(db.scalars(ordered.limit(PORTION)))
        if not some:
            return
        yield some
        after = some[-1]
