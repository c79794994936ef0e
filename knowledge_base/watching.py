"""What the bot remembers of a wiki between two runs: how far it looked, what it asks.

A suggestion points to what somebody wrote on the wiki; it holds neither the words nor
who wrote them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from knowledge_base import tables
from knowledge_base.history import history_of
from knowledge_base.identity import new_id
from knowledge_base.pages import (
    STANDING,
    PageState,
    is_title_free,
    keep_base,
    keep_title,
    pages_by_id,
    title_key,
)
from knowledge_base.sheet import chunks
from knowledge_base.steps import StubSaved

STEPS = "#steps"  # after a destination: what happened to records, in place of a wiki


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far was looked, and what was seen already where two looks overlap."""

    at: str
    seen: tuple[str, ...] = ()


def find_watermark(db: Connection, name: str) -> Watermark | None:
    """The watermark of that name, or None before the first look."""
    table = tables.watermarks
    row = db.execute(select(table).where(table.c.destination == name)).first()
    return None if row is None else Watermark(row.at, tuple(row.seen))


def keep_watermark(db: Connection, name: str, mark: Watermark) -> None:
    table = tables.watermarks
    db.execute(delete(table).where(table.c.destination == name))
    db.execute(
        insert(table).values(destination=name, at=mark.at, seen=sorted(mark.seen))
    )


def look_again(db: Connection) -> None:
    """Of every page the next run looks whether it may stand as it is."""
    table = tables.watermarks
    of_steps = table.c.destination.endswith(STEPS)
    db.execute(update(table).where(of_steps).values(seen=[]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A unit of ours that somebody changed on the wiki, waiting for an answer."""

    record: str
    destination: str
    page_id: int
    revision: int
    unit: str
    shows_more: bool
    state: str = "open"


def suggest(db: Connection, suggestions: Iterable[Suggestion]) -> None:
    """Keeps each suggestion once, however often the same revision is looked at."""
    for one in suggestions:
        if not _is_known(db, one):
            db.execute(
                insert(tables.suggestions).values(
                    id=new_id(),
                    record_id=one.record,
                    destination=one.destination,
                    page_id=one.page_id,
                    revision=one.revision,
                    unit=one.unit,
                    shows_more=one.shows_more,
                    state=one.state,
                )
            )


def keep_noticed(
    db: Connection,
    asked: tuple[Suggestion, ...],
    *,
    revision: int,
    sha1: str,
    units: Mapping[str, str],
    status: str = "live",
) -> None:
    """Keeps suggestions of one page, and what stands there now as what we know."""
    suggest(db, asked)
    keep_base(
        db,
        asked[0].record,
        asked[0].destination,
        page_id=asked[0].page_id,
        revision=revision,
        sha1=sha1,
        units=units,
        status=status,
    )


def _is_known(db: Connection, one: Suggestion) -> bool:
    table = tables.suggestions
    found = select(table.c.id).where(
        table.c.destination == one.destination,
        table.c.page_id == one.page_id,
        table.c.revision == one.revision,
        table.c.unit == one.unit,
    )
    return db.execute(found).first() is not None


def suggestions_of(db: Connection, record: str) -> tuple[Suggestion, ...]:
    """What people changed in our units of the record's pages; by page and revision."""
    table = tables.suggestions
    found = db.execute(
        select(table)
        .where(table.c.record_id == record)
        .order_by(table.c.page_id, table.c.revision, table.c.unit)
    )
    return tuple(_suggestion(row) for row in found)


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(
        record=row.record_id,
        destination=row.destination,
        page_id=row.page_id,
        revision=row.revision,
        unit=row.unit,
        shows_more=row.shows_more,
        state=row.state,
    )


def newest_of_ours(db: Connection, page: PageState) -> int:
    """Our newest revision there; while a page rests its base is what stood before."""
    base = page.base_revision or 0
    if page.status != "stub":
        return base
    rested = (
        entry.step.revision
        for entry in history_of(db, page.record)
        if isinstance(entry.step, StubSaved)
        and entry.step.destination == page.destination
    )
    return max(base, *rested)


def keep_arrived(
    db: Connection,
    page: PageState,
    *,
    title: str,
    page_id: int,
    revision: int,
    sha1: str,
    units: Mapping[str, str],
    status: str,
) -> None:
    """Remembers a save that arrived late, under the title that it has on the wiki."""
    record, place = page.record, page.destination
    if page.title != title and is_title_free(db, record, place, title):
        keep_title(db, record, place, title, past=page.title)
    keep_base(
        db,
        record,
        place,
        page_id=page_id,
        revision=revision,
        sha1=sha1,
        units=units,
        status=status,
    )


def live_page_ids(db: Connection, destination: str) -> Iterator[int]:
    """The ids of all our pages there that stand, in their order."""
    table = tables.pages
    found = db.scalars(
        select(table.c.page_id)
        .where(
            table.c.destination == destination,
            table.c.page_id.is_not(None),
            table.c.status.in_(STANDING),
        )
        .order_by(table.c.page_id)
    )
    for page_id in found:
        assert page_id is not None
        yield page_id


def ids_titled(
    db: Connection, destination: str, titles: tuple[str, ...]
) -> tuple[int, ...]:
    """The ids of our pages there that have one of these titles."""
    table = tables.pages
    keys = [title_key(title) for title in titles]
    found = (
        db.scalars(
            select(table.c.page_id).where(
                table.c.destination == destination,
                table.c.title_key.in_(some),
                table.c.page_id.is_not(None),
            )
        )
        for some in chunks(keys)
    )
    return tuple(id for part in found for id in part if id is not None)


def pages_that_had(
    db: Connection, destination: str, titles: Iterable[str]
) -> tuple[PageState, ...]:
    """Our pages there that are gone and had one of these titles, by record id."""
    keys = {title_key(title) for title in titles}
    return tuple(
        page
        for page in pages_with_status(db, destination, "gone")
        if keys & {title_key(one) for one in (page.title, *page.past_titles)}
    )


def pages_with_status(
    db: Connection, destination: str, status: str
) -> tuple[PageState, ...]:
    """Our pages there of that status, by record id."""
    table = tables.pages
    found = db.scalars(
        select(table.c.page_id)
        .where(table.c.destination == destination, table.c.status == status)
        .order_by(table.c.record_id)
    ).all()
    ids = tuple(id for id in found if id is not None)
    known = pages_by_id(db, destination, ids)
    return tuple(known[id] for id in ids)
