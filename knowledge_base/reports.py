"""What anyone may say without an account: please look at this page.

The quick act is always the reversible one. Nothing is asked of the person, neither
why nor who; a receipt lets her follow what became of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from knowledge_base import steps
from knowledge_base.earlier_reports import Grounds, earlier_reports
from knowledge_base.flags import FlagAgainst, held_by
from knowledge_base.history import Journey, journeys_of, length_of
from knowledge_base.identity import mark_of, new_secret
from knowledge_base.journeys import STANDING
from knowledge_base.limits import is_within
from knowledge_base.notes import Note
from knowledge_base.page_addresses import read_address
from knowledge_base.pages import PageState, page_of, title_key
from knowledge_base.records import find_record
from knowledge_base.steps import ANYONE, SOFTWARE
from knowledge_base.store import Store
from knowledge_base.tables import pages, receipts
from knowledge_base.workflow import Stale, note, rehearse
from policies.facts import NOT_WRITTEN_YET

AT_ONCE = 5  # more pages than this in an hour and nothing is taken down unseen
PER = timedelta(hours=1)
TRIES = 5  # where the record moves on between our looking and our writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a person says of a page. `page` is a title or address as she wrote it.

    `from_mark` is a mark of her address, for counting alone; it is never stored with
    the report.
    """

    page: str
    destination: str
    concerns_asker: bool
    is_grave: bool
    words: str
    from_mark: str


def report(store: Store, said: Report, *, now: datetime) -> str:
    """Takes the report; returns the receipt's secret, whether the page is ours or not.

    A page that concerns the asker, her family or her people, or a grave matter, goes
    to its stub on the next run; otherwise nothing more is saved until those concerned
    have answered. Above the limit nothing is taken down unseen, and what a person has
    answered about the same content is not taken down by the same request again.

    A title that is not ours takes the same way, with a record of ours in its place
    and all of it undone: the time it takes says nothing of what was proposed.
    """
    receipt = new_secret()
    quiet = is_within(
        store, f"reports:{said.from_mark}", most=AT_ONCE, per=PER, now=now
    )
    record = find_page(store, said.destination, said.page)
    with store.reading() as db:
        another = _stand_in(db, said.destination)
    about = record if record is not None else another
    _again_if_behind(
        lambda: _take(
            store,
            _weigh(store, said, about, is_ours=record is not None, is_quiet=quiet),
            mark=mark_of(receipt),
            now=now,
        )
    )
    return receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """What a report leads to. `about` is None where there is no page of ours at all."""

    about: str | None
    is_ours: bool
    destination: str
    notes: tuple[Note, ...]
    counts: bool  # what it says is not waiting for an answer already
    outcome: str


def _weigh(
    store: Store, said: Report, about: str | None, *, is_ours: bool, is_quiet: bool
) -> _Weighed:
    grounds = Grounds(said.concerns_asker, said.is_grave)
    with store.reading() as db:
        id = about or ""
        seen, towards = length_of(db, id), journeys_of(db, id)
        page = page_of(db, id, said.destination)
        before = earlier_reports(db, id)
    is_news = not grounds.are_within(before.answered)
    closes = is_quiet and grounds.ask_to_close and is_news
    # A receipt tells more only of a page that anyone could read when it was written:
    # of all others it says the same as of a page that never was.
    was_seen = is_ours and page is not None and _stands_open(page)
    return _Weighed(
        about=about,
        is_ours=is_ours,
        destination=said.destination,
        notes=_notes(id, seen, said, towards, closes=closes),
        # Above the limit the same again holds nothing more, and calls nobody more.
        counts=is_quiet or not before.waiting or not grounds.are_within(before.waiting),
        outcome="noted" if not was_seen else "closed" if closes else "held",
    )


def _notes(
    id: str, seen: int, said: Report, towards: Sequence[Journey], *, closes: bool
) -> tuple[Note, ...]:
    """The report, the flag that holds, and the closing of what stands."""
    known = {one.destination for one in towards}
    reported = steps.Reported(
        destination=said.destination if said.destination in known else "*",
        concerns_asker=said.concerns_asker,
        is_grave=said.is_grave,
    )
    held = held_by(FlagAgainst(against=NOT_WRITTEN_YET, is_grave=closes), ANYONE)
    closed = [
        steps.Closed(destination=one.destination, because="flag")
        for one in towards
        if closes and one.state in STANDING
    ]
    text = said.words or None
    return (
        Note(record=id, seen=seen, step=reported, by=ANYONE, text=text),
        Note(record=id, seen=seen, step=held, by=ANYONE),
        *(Note(record=id, seen=seen, step=one, by=SOFTWARE) for one in closed),
    )


def _take(store: Store, found: _Weighed, *, mark: str, now: datetime) -> None:
    """Writes the receipt in any case, and the report where there is one to write."""

    def keep(db: Connection) -> None:
        db.execute(
            insert(receipts).values(
                code=mark,
                record_id=found.about if found.is_ours else None,
                destination=found.destination,
                outcome=found.outcome,
                at=now,
            )
        )

    if found.about is None:
        with store.writing() as db:
            keep(db)
    elif found.is_ours and found.counts:
        note(store, found.notes, now=now, also=keep)
    else:
        rehearse(store, found.notes, now=now, also=keep)


def _stand_in(db: Connection, destination: str) -> str | None:
    """A record of ours with a page there, best one that nobody has seen yet."""
    query = (
        select(pages.c.record_id)
        .where(pages.c.destination == destination)
        .order_by(pages.c.page_id.is_not(None), pages.c.record_id)
        .limit(1)
    )
    return db.scalar(query)


def _again_if_behind(act: Callable[[], object]) -> None:
    """A report is of the page, not of a moment: somebody faster does not undo it."""
    for left in reversed(range(TRIES)):
        try:
            act()
            return
        except Stale:
            if not left:
                raise


def find_page(store: Store, destination: str, written: str) -> str | None:
    """The record of a page named by title, by address or by record id; or None.

    A title that the page had before it was moved is as good as the one it has.
    """
    meant = read_address(written)
    keys = [title_key(title) for title in meant.titles]
    table = pages
    named = table.c.title_key.in_(keys) | (table.c.record_id == meant.record)
    if meant.page_id is not None:  # NULL would be every page that was never saved
        named |= table.c.page_id == meant.page_id
    query = select(table).where(table.c.destination == destination, named)
    with store.reading() as db:
        found = db.execute(query).all()
        # Looked up in any case: a title that is ours takes as long as one that is not.
        moved = _moved_from(db, destination, frozenset(keys))
    if not found:
        return moved
    best = min(found, key=lambda row: _place(row, keys))
    return str(best.record_id)


def _place(row: Row[Any], keys: list[str]) -> int:
    """An id names one page alone; of titles the first reading is the likeliest."""
    return keys.index(row.title_key) if row.title_key in keys else -1


def _moved_from(db: Connection, destination: str, keys: frozenset[str]) -> str | None:
    """The record of a page that had one of these titles once."""
    moved = select(pages.c.record_id, pages.c.past_titles).where(
        pages.c.destination == destination, pages.c.past_titles != []
    )
    for row in db.execute(moved):
        if keys & {title_key(past) for past in row.past_titles}:
            return str(row.record_id)
    return None


def _stands_open(page: PageState) -> bool:
    """Whether the page stands there for anyone to read."""
    return page.page_id is not None and page.status in _OPEN


_OPEN = ("live", "left", "stub")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a report: "noted", "held", "closed" or "answered"."""

    at: datetime
    outcome: str


def follow(store: Store, secret: str) -> Receipt | None:
    """What became of the report with this receipt; None for one never given."""
    with store.reading() as db:
        row = db.execute(
            select(receipts).where(receipts.c.code == mark_of(secret))
        ).first()
        # Asked of a page that is not ours as well, so that it takes as long.
        open_flags = _open_flags(db, (row.record_id if row else None) or "")
    if row is None:
        return None
    is_open = open_flags or row.outcome == "noted"
    return Receipt(row.at, row.outcome if is_open else "answered")


def _open_flags(db: Connection, record: str) -> bool:
    found = find_record(db, record)
    return found is not None and bool(found.known.flags)
