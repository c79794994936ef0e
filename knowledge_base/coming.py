"""What falls due, and when: one list for the worker who moves it and for the calendar.

What a reader gets of it is opened line by line through her own desk, and a page is
filled with what she may see, so that neither a line nor a gap tells of anything else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    String,
    and_,
    case,
    exists,
    false,
    literal,
    or_,
    select,
    true,
    union,
)

from knowledge_base.accounts import Account
from knowledge_base.calendar_days import civil_days
from knowledge_base.rights import Role
from knowledge_base.season_days import turning
from knowledge_base.store import Store
from knowledge_base.tables import label_uses, records, views, words
from knowledge_base.views import DeskView, desk_views

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


def coming_for(
    db: Connection,
    store: Store,
    who: Account,
    *,
    now: datetime,
    days: int = DAYS,
    after: str = "",
    limit: int = PAGE,
) -> tuple[Coming, ...]:
    """What the days from tomorrow on will move, of what she may see; by day.

    `after`: the key of the last line seen before.
    """
    found: list[Coming] = []
    for one in _lines(db, store, who, now=now, days=days, after=after):
        found.append(one)
        if len(found) == limit:
            break
    return tuple(found)


def _lines(
    db: Connection, store: Store, who: Account, *, now: datetime, days: int, after: str
) -> Iterator[Coming]:
    on = civil_days(now).closing
    last = on + timedelta(days=min(days, MOST_DAYS))
    for first, end in _spans(_day_before(after, on), last):
        due = falling_due(db, first.isoformat(), end.isoformat()).subquery()
        key = (due.c.day, due.c.record_id, due.c.says)
        hers = select(*key).where(_is_hers(who, due.c.record_id)).order_by(*key)
        while rows := db.execute(hers.where(_after(key, after)).limit(PAGE)).all():
            ids = {row.record_id for row in rows}
            desks = desk_views(db, store, ids, who, on=on, for_a_list=True)
            for row in rows:
                if not desks[row.record_id].is_covered:
                    day, what = date.fromisoformat(row.day), What(row.says)
                    yield Coming(day, what, desks[row.record_id])
            after = " ".join(rows[-1])


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


def _is_hers(who: Account, record: ColumnElement[str]) -> ColumnElement[bool]:
    """What may be on her desk, so that only that is looked at; the desk decides."""
    scopes = who.scopes(Role.ARCHIVIST)
    if "" in scopes:
        return true()
    ways: list[ColumnElement[bool]] = []
    of = records.c
    if scopes:
        theirs = of.institution_id.in_(sorted(scopes))
        ways.append(exists().where(of.id == record, theirs))
    for column, party in (
        (words.c.record_id, words.c.party),
        (label_uses.c.record_id, label_uses.c.community_id),
    ):
        spoken = select(column).where(party.in_(sorted(who.communities)))
        above = of.collection_id.in_(spoken)
        ways += [record.in_(spoken), exists().where(of.id == record, above)]
    return or_(false(), *ways)
