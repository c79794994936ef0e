"""What `note` writes into the file of markers, before it commits what happened.

So a marker may be there without its step, which only makes us more careful, and never
a step without its marker. Where the file cannot be written the step stands all the
same, and its marker is owed: kept in the store, and written as soon as it can be.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select, update

from knowledge_base import steps
from knowledge_base.inserting import insert_many
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import MarkerKey
from knowledge_base.markers.marker import ANYWHERE, DamagedMarkers, Marker
from knowledge_base.notes import Note
from knowledge_base.tables import markers, pages, records
from policies.errors import WithcareError

log = logging.getLogger(__name__)

MARKED = (steps.WithdrawalAsked, steps.Refused, steps.Erased)
SOURCE, CONTENT = "source", "content"


class MarkersOwed(WithcareError):
    """The file of markers lacks some that cannot be written; nothing else was done."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"{number} withdrawals or erasures are not in the file of markers yet, "
            "which cannot be written: see that markers.jsonl in the home is a file of "
            "the account that runs withcare, whole, and on a disk with room; then run "
            "this again."
        )


@dataclass(frozen=True, slots=True)
class _Marked:
    """What of a record a marker knows again; it may be gone after the step."""

    source: str
    identifier: str
    content_hash: str | None
    pages: Mapping[str, int]


Before = Mapping[str, _Marked]


def look_before(db: Connection, notes: Sequence[Note]) -> Before:
    """What is known of those records of which a note takes something back."""
    ids = {one.record for one in notes if isinstance(one.step, MARKED)}
    return {id: _look(db, id) for id in ids}


def _look(db: Connection, id: str) -> _Marked:
    columns = (records.c.source, records.c.identifier, records.c.content_hash)
    row = db.execute(select(*columns).where(records.c.id == id)).first()
    known = select(pages.c.destination, pages.c.page_id).where(
        pages.c.record_id == id, pages.c.page_id.is_not(None)
    )
    return _Marked(
        source="" if row is None else row.source,
        identifier="" if row is None else row.identifier,
        content_hash=None if row is None else row.content_hash,
        pages={one.destination: one.page_id for one in db.execute(known)},
    )


def source_mark(key: MarkerKey, source: str, identifier: str) -> str:
    return key.mark(SOURCE, f"{source}\n{identifier}")


def content_mark(key: MarkerKey, content_hash: str) -> str:
    return key.mark(CONTENT, content_hash)


def keep(
    db: Connection,
    book: MarkerBook | None,
    notes: Sequence[Note],
    rows: Sequence[Mapping[str, Any]],
    before: Before,
) -> None:
    """Writes a marker for each note that takes something back, in the store as well.

    `rows` are the steps as stored, in the order of the notes.
    """
    if not before:
        return
    key = None if book is None else book.key
    made = [
        _marker(key, one, row, before[one.record])
        for one, row in zip(notes, rows, strict=True)
        if isinstance(one.step, MARKED)
    ]
    insert_many(db, markers, [stored(one, is_owed=True) for one in made])
    write_owed(db, book)


def _marker(
    key: MarkerKey | None, one: Note, row: Mapping[str, Any], before: _Marked
) -> Marker:
    hash = before.content_hash
    knows = key is not None and before.source != ""
    return Marker(
        record=one.record,
        at=row["at"].isoformat(timespec="seconds"),
        act=one.step.kind,
        destination=getattr(one.step, "destination", ANYWHERE),
        ordinal=row["ordinal"],
        step=row["hash"],
        pages=before.pages,
        source=source_mark(key, before.source, before.identifier)
        if key is not None and knows
        else None,
        content=content_mark(key, hash)
        if key is not None and hash is not None
        else None,
    )


def stored(marker: Marker, *, is_owed: bool) -> dict[str, Any]:
    """The row of a marker."""
    return {
        "step": marker.step,
        "record_id": marker.record,
        "source_mark": marker.source,
        "content_mark": marker.content,
        "body": marker.body(),
        "is_owed": is_owed,
    }


def write_owed(db: Connection, book: MarkerBook | None) -> int:
    """Writes into the file what it lacks; returns how many it lacks still.

    A file that is gone is written anew: the store knows all that stood in it.
    """
    if book is not None and not book.path.exists():
        db.execute(update(markers).values(is_owed=True))
    waiting = db.execute(
        select(markers.c.id, markers.c.body)
        .where(markers.c.is_owed.is_(True))
        .order_by(markers.c.id)
    ).all()
    if not waiting:
        return 0
    if book is None:
        return len(waiting)
    try:
        book.append([msgspec.convert(row.body, Marker) for row in waiting])
    except (OSError, DamagedMarkers) as error:
        # Whoever takes something back is not told to come again for our disk's sake.
        log.error("the file of markers cannot be written: %s", type(error).__name__)
        return len(waiting)
    owed = update(markers).where(markers.c.id <= waiting[-1].id, markers.c.is_owed)
    db.execute(owed.values(is_owed=False))
    return 0


def owed(db: Connection) -> int:
    """How many markers the file lacks."""
    number = select(func.count()).select_from(markers).where(markers.c.is_owed)
    return db.scalar(number) or 0


def remembered(one: Marker, *, destination: str = ANYWHERE) -> steps.Remembered:
    """The step by which a store learns of a marker."""
    return steps.Remembered(
        destination=destination, act=one.act, was=one.step, erased=one.is_erasure
    )
