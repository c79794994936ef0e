"""What we know of each page on a wiki: its id, its title, what we last wrote there."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Update, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from knowledge_base.tables import pages
from policies.errors import WithcareError


class TitleTaken(WithcareError):
    """Another record has this page title; nothing was written."""

    def __init__(self, destination: str) -> None:
        self.destination = destination
        super().__init__(
            "Another record has this page title already; propose one that ends in "
            "the record's own number."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """One page of ours. `page_id` and the base are None until it was first saved.

    `base_units` are the wikitexts of our units, by name, as last written.
    """

    record: str
    destination: str
    title: str
    page_id: int | None
    base_revision: int | None
    base_sha1: str | None
    base_units: Mapping[str, str]
    past_titles: tuple[str, ...]
    # "proposed", "live", "less" (older revisions are to be hidden), "left" (the wiki's
    # own wish), "stub", "gone", "late" (arrived when nobody allowed it any more: it is
    # to be removed)
    status: str


STANDING = ("live", "less", "left", "stub")
"""The statuses of a page that is there."""


def title_key(title: str) -> str:
    """What two titles share when MediaWiki takes them for one page."""
    folded = unicodedata.normalize("NFC", title).replace("_", " ")
    folded = " ".join(folded.split())
    return hashlib.sha256((folded[:1].upper() + folded[1:]).encode()).hexdigest()


def choose_title(db: Connection, record: str, destination: str, title: str) -> None:
    """Reserves the title for the record, unless its page was ever saved.

    Raises `TitleTaken`. A page that was saved keeps its title; it is changed only by
    a proposed move.
    """
    found = page_of(db, record, destination)
    values = {"title": title, "title_key": title_key(title)}
    try:
        if found is None:
            db.execute(
                insert(pages).values(
                    record_id=record,
                    destination=destination,
                    past_titles=[],
                    status="proposed",
                    **values,
                )
            )
        elif found.page_id is None and found.title != title:
            db.execute(_of(record, destination).values(**values))
    except IntegrityError as error:
        raise TitleTaken(destination) from error


def page_of(db: Connection, record: str, destination: str) -> PageState | None:
    """The record's page there, or None where none was proposed."""
    row = db.execute(
        select(pages).where(
            pages.c.record_id == record, pages.c.destination == destination
        )
    ).first()
    return None if row is None else _state(row)


def pages_by_id(
    db: Connection, destination: str, page_ids: tuple[int, ...]
) -> dict[int, PageState]:
    """Our pages among these ids of the wiki's, by page id."""
    found = db.execute(
        select(pages).where(
            pages.c.destination == destination, pages.c.page_id.in_(page_ids)
        )
    )
    return {row.page_id: _state(row) for row in found}


def _titled(db: Connection, destination: str, title: str) -> PageState | None:
    """The page of ours that has this title, or to which it is promised."""
    row = db.execute(
        select(pages).where(
            pages.c.destination == destination, pages.c.title_key == title_key(title)
        )
    ).first()
    return None if row is None else _state(row)


def is_title_free(db: Connection, record: str, destination: str, title: str) -> bool:
    taken = _titled(db, destination, title)
    return taken is None or taken.record == record


def pages_near(
    db: Connection, record: str, wished: Mapping[str, str]
) -> tuple[PageState, ...]:
    """The record's own pages, and those that have a title wished for it there.

    `wished`: destination -> title. One query for all of them.
    """
    titled = [
        (pages.c.destination == destination) & (pages.c.title_key == title_key(title))
        for destination, title in wished.items()
    ]
    found = db.execute(select(pages).where(or_(pages.c.record_id == record, *titled)))
    return tuple(_state(row) for row in found)


def keep_base(
    db: Connection,
    record: str,
    destination: str,
    *,
    page_id: int,
    revision: int,
    sha1: str,
    units: Mapping[str, str],
    status: str = "live",
) -> None:
    """Remembers what we last wrote there; called in the transaction of `Saved`."""
    db.execute(
        _of(record, destination).values(
            page_id=page_id,
            base_revision=revision,
            base_sha1=sha1,
            base_units=dict(units),
            status=status,
        )
    )


def keep_title(
    db: Connection, record: str, destination: str, title: str, *, past: str
) -> None:
    """A person moved the page on the wiki: the title follows, the old one is kept."""
    found = page_of(db, record, destination)
    known = () if found is None else found.past_titles
    db.execute(
        _of(record, destination).values(
            title=title,
            title_key=title_key(title),
            past_titles=sorted({*known, past}),
        )
    )


def keep_past_titles(
    db: Connection, record: str, destination: str, titles: Iterable[str]
) -> None:
    """Titles that the page had while nobody looked, or that went with it."""
    found = page_of(db, record, destination)
    if found is not None:
        more = sorted({*found.past_titles, *titles} - {found.title})
        db.execute(_of(record, destination).values(past_titles=more))


def follow_title(
    db: Connection,
    page: PageState,
    title: str,
    *,
    instead: Callable[[PageState], Iterable[str]],
) -> None:
    """A person gave the page a title that we know of another record: that one yields.

    What stands on the wiki is true. The other takes the first free of the titles
    `instead`; where it stands there too, its next look says what it is really called.
    """
    place = page.destination
    holder = _titled(db, place, title)
    if holder is not None and holder.record != page.record:
        names = instead(holder)
        free = next(x for x in names if is_title_free(db, holder.record, place, x))
        if holder.page_id is None:
            choose_title(db, holder.record, place, free)
        else:
            keep_title(db, holder.record, place, free, past=holder.title)
    keep_title(db, page.record, place, title, past=page.title)


def rest_page(
    db: Connection, record: str, destination: str, *, before: int | None
) -> None:
    """The page shows its stub; `before`: the revision it goes back to, where known."""
    known: dict[str, int | str] = {}
    found = page_of(db, record, destination)
    if before is not None and found is not None and before != found.base_revision:
        # Somebody wrote on it since we last knew it: its text is not known any more.
        known = {"base_revision": before, "base_sha1": ""}
    db.execute(_of(record, destination).values(status="stub", **known))


def take_off_page(db: Connection, record: str, destination: str, *, title: str) -> None:
    """The page is gone because of its title; should it come back, then under this."""
    found = page_of(db, record, destination)
    if found is not None and found.title != title:
        keep_title(db, record, destination, title, past=found.title)
    turn_page(db, record, destination, status="gone")


def turn_page(db: Connection, record: str, destination: str, *, status: str) -> None:
    db.execute(_of(record, destination).values(status=status))


def _of(record: str, destination: str) -> Update:
    return update(pages).where(
        pages.c.record_id == record, pages.c.destination == destination
    )


def _state(row: Row[Any]) -> PageState:
    return PageState(
        record=row.record_id,
        destination=row.destination,
        title=row.title,
        page_id=row.page_id,
        base_revision=row.base_revision,
        base_sha1=row.base_sha1,
        base_units=row.base_units or {},
        past_titles=tuple(row.past_titles),
        status=row.status,
    )
