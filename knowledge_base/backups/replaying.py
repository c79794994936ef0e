"""Tells a restored store what was taken back and erased since its backup was made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.chain import Head
from knowledge_base.inserting import insert_many
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.marker import (
    ANYWHERE,
    NONE_YET,
    DamagedMarkers,
    Line,
    Marker,
)
from knowledge_base.markers.marking import remembered, stored
from knowledge_base.notes import Note
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store
from knowledge_base.workflow import note_within

MANY = 200


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many markers there were, and how many the store did not know of."""

    markers: int
    news: int


def check_reach(book: MarkerBook, known: Head) -> None:
    """Raises `DamagedMarkers` where the file is not whole, or ends before `known`.

    `known` is the head of the markers when the backup was made.
    """
    head, passed = NONE_YET, known == NONE_YET
    for line in book.lines():
        head = (line.number, line.hash)
        passed |= head == known
    if not passed:
        what = (
            f"it ends at marker {head[0]}, and the backup knows of {known[0]}"
            if head[0] < known[0]
            else "it is of another store than the backup"
        )
        raise DamagedMarkers(str(book.path), what)


def replay(
    db: Connection, store: Store, book: MarkerBook, *, now: datetime
) -> Replayed:
    """Takes a step `remembered` for each marker whose step the store does not have."""
    count = news = 0
    for some in _portions(book):
        count += len(some)
        _keep(db, some)
        unknown = [one for one in some if not _knows(db, one)]
        news += len(unknown)
        notes = _notes(db, unknown)
        if notes:
            note_within(db, store, notes, now=now)
    return Replayed(count, news)


def _portions(book: MarkerBook) -> Iterator[list[Marker]]:
    lines: Iterator[Line] = book.lines()
    while some := [line.marker for line in islice(lines, MANY)]:
        yield some


def _keep(db: Connection, some: Sequence[Marker]) -> None:
    """Imports ask the table; of those in the file none is owed any more."""
    table = tables.markers
    known = set(
        db.scalars(select(table.c.step).where(table.c.step.in_([x.step for x in some])))
    )
    fresh = {one.step: one for one in some if one.step not in known}
    insert_many(db, table, [stored(one, is_owed=False) for one in fresh.values()])


def _knows(db: Connection, one: Marker) -> bool:
    table = tables.steps
    query = select(table.c.hash).where(
        table.c.record_id == one.record, table.c.ordinal == one.ordinal
    )
    return db.scalar(query) == one.step


def _notes(db: Connection, unknown: Sequence[Marker]) -> list[Note]:
    table = tables.records
    ids = {one.record for one in unknown}
    lengths = {
        row.id: row.length
        for row in db.execute(
            select(table.c.id, table.c.length).where(table.c.id.in_(ids))
        )
    }
    return [
        Note(
            record=one.record,
            seen=lengths[one.record],
            step=remembered(one, destination=_where(db, one)),
            by=SOFTWARE,
        )
        for one in unknown
        if one.record in lengths
    ]


def _where(db: Connection, one: Marker) -> str:
    """Everywhere, if the store does not know that it goes there at all."""
    table = tables.journeys
    query = select(table.c.destination).where(
        table.c.record_id == one.record, table.c.destination == one.destination
    )
    return db.scalar(query) or ANYWHERE
