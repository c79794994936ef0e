"""What falls due, and when: one list for the worker who moves it and for the calendar.

What a reader gets of it is looked up by what lies on her desk, and opened line by line
through it: neither a line nor a gap tells of anything else, nor how long it took.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import islice

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    String,
    and_,
    case,
    false,
    literal,
    or_,
    select,
    union,
)

from knowledge_base.accounts import Account
from knowledge_base.calendar_days import civil_days
from knowledge_base.season_days import turning
from knowledge_base.store import Store
from knowledge_base.tables import label_uses, views, words
from knowledge_base.views import DeskView, desk_views
from knowledge_base.ways import lies_with, ways_of

PAGE = 25
LONGEST_YEAR = timedelta(days=366)
FIRST_SPAN = timedelta(days=4)
DAYS = 90  # so far ahead, where nobody says how far
MOST_DAYS = 3660


class What(Enum):
    """What a day moves."""

    YES_ENDS = "yes"
    NO_ENDS = "no"
    NOT_NOW_ENDS = "not-now"
    SEASON_OPENS = "season-opens"
    """Nothing opens with it: whoever may open a page is asked."""
    SEASON_CLOSES = "season-closes"
    VIEW_ENDS = "view"
    """By a rule, or by what was said of the collection."""


def falling_due(
    db: Connection, first: str, last: str
) -> CompoundSelect[tuple[str, str, str]]:
    """A query for (record_id, day, what) after the first of these days, to the last.

    What is in a collection falls due with it, and is not named beside it; of each
    season it is the first opening and the first closing. A store that was never looked
    through has no first day: "".
    """
    said = select(words.c.record_id, words.c.until.label("day"), words.c.says)
    ends = (words.c.until > first) & (words.c.until <= last)
    kept = select(views.c.record_id, views.c.valid_until, _is(What.VIEW_ENDS))
    past = (views.c.valid_until > first) & (views.c.valid_until <= last)
    return union(
        said.where(words.c.superseded_by.is_(None), ends),
        kept.where(past),
        *_turning(db, first, last),
    )


def _is(what: What) -> ColumnElement[str]:
    return literal(what.value, String(20))


def _turning(
    db: Connection, first: str, last: str
) -> list[Select[tuple[str, str, str]]]:
    """The records with a label for a season that turns, by the day on which it does."""
    until = date.fromisoformat(last)
    since = date.fromisoformat(first) if first else until - LONGEST_YEAR
    turns = turning(db, since, until)
    uses = label_uses.c
    return [
        select(
            uses.record_id,
            case(
                {season: day.isoformat() for season, day in seasons.items()},
                value=uses.season_id,
            ),
            _is(What.SEASON_OPENS if opens else What.SEASON_CLOSES),
        ).where(uses.season_id.in_(sorted(seasons)))
        for opens, seasons in turns.items()
        if seasons
    ]


@dataclass(frozen=True, slots=True)
class Coming:
    """One line of the calendar, as the desk of its reader shows the record."""

    day: date
    what: What
    desk: DeskView

    @property
    def key(self) -> str:
        """Its place in the calendar: what comes after it is asked for by it."""
        return f"{self.day.isoformat()} {self.desk.record} {self.what.value}"


@dataclass(frozen=True, slots=True)
class ComingPage:
    """Some of what is coming; `after` is where the rest begins, None where it ends."""

    lines: tuple[Coming, ...]
    after: str | None


def coming_for(
    db: Connection,
    store: Store,
    who: Account,
    *,
    now: datetime,
    days: int = DAYS,
    after: str = "",
    limit: int = PAGE,
) -> ComingPage:
    """What the days from tomorrow on will move, of what she may see; by day.

    `after`: the key of the last line seen before. All that a page needs is opened at
    once. A few more are opened than it has lines, for what a day alone has hidden.
    """
    on, most = civil_days(now).closing, limit + PAGE
    last = on + timedelta(days=min(days, MOST_DAYS))
    found = _due_at(db, store, who, on=on, last=last, after=after, most=most + 1)
    opened = tuple(islice(found, most + 1))
    ids = [row[1] for row in opened[:most]]
    desks = desk_views(db, store, ids, who, on=on, for_a_list=True)
    lines = tuple(
        Coming(date.fromisoformat(day), What(says), desks[record])
        for day, record, says in opened[:most]
        if not desks[record].is_covered
    )
    if len(lines) > limit:
        return ComingPage(lines[:limit], lines[limit - 1].key)
    more = " ".join(opened[most - 1]) if len(opened) > most else None
    return ComingPage(lines, more)


def _due_at(
    db: Connection,
    store: Store,
    who: Account,
    *,
    on: date,
    last: date,
    after: str,
    most: int,
) -> Iterator[tuple[str, str, str]]:
    """(day, record, what) of what lies on her desk: what does not is not read."""
    for first, end in _spans(_day_before(after, on), last):
        due = falling_due(db, first.isoformat(), end.isoformat()).subquery()
        key = (due.c.day, due.c.record_id, due.c.says)
        hers = (lies_with(store, way, due.c.record_id) for way in ways_of(who))
        query = select(*key).where(or_(false(), *hers), _after(key, after))
        for row in db.execute(query.order_by(*key).limit(most)):
            yield row.day, row.record_id, row.says


def _spans(first: date, last: date) -> Iterator[tuple[date, date]]:
    """(after which day, to which), ever longer: where much falls due, a page is full
    before all of it was sorted."""
    length = FIRST_SPAN
    while first < last:
        end = min(first + length, last)
        yield first, end
        first, length = end, 2 * length


def _day_before(after: str, on: date) -> date:
    """From where to look on: from the day of the last line, or from the beginning."""
    try:
        return max(on, date.fromisoformat(after[:10]) - timedelta(days=1))
    except (ValueError, OverflowError):
        return on


def _after(key: tuple[ColumnElement[str], ...], after: str) -> ColumnElement[bool]:
    day, record, what = (*after.split(" "), "", "")[:3]
    by_day, by_record, by_what = key
    same_day = by_day == day
    return or_(
        by_day > day,
        and_(same_day, by_record > record),
        and_(same_day, by_record == record, by_what > what),
    )
