"""The days of a community's season, and what a day at its place is to everybody else.

A day is counted here by the place where it begins first, as everywhere in the store. A
season opens once that day has begun at its own place, and closes before it has.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Row, select, true

from knowledge_base import steps, tables
from knowledge_base.calendar_days import EARLIEST, LATEST
from policies.errors import WithcareError
from policies.seasons import NotDays, SeasonDays
from policies.truth import Truth

MOST_KNOWN = 500
YEARS = range(2020, 2038)  # within which a zone's summer and winter times are looked at


class NoSuchZone(WithcareError):
    """No time zone of that name is known here; nothing was written."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        super().__init__(
            "No such time zone is known here: write it as Pacific/Auckland, or leave "
            "it empty. Then the season opens once its day has begun everywhere."
        )


def check_days(step: steps.SeasonDated) -> None:
    """Raises `NotDays` and `NoSuchZone`; no days at all take those away that were."""
    if not step.opens and not step.closes:
        return
    offsets = _offsets(step.zone)
    if step.zone and offsets is None:
        raise NoSuchZone(step.zone)
    _days(step.opens, step.closes, step.zone)


def state_of(row: Row[Any]) -> tuple[Truth, SeasonDays | None]:
    """What was said of a row of `seasons` last, and its days; None: it has none.

    Days that cannot be read any more close it.
    """
    if row.is_open is None:
        return Truth.UNKNOWN, None
    if not row.is_open or row.opens is None:
        return Truth.of(row.is_open), None
    try:
        return Truth.TRUE, _days(row.opens, row.closes or "", row.zone or "")
    except NotDays:
        return Truth.FALSE, None


@lru_cache(maxsize=MOST_KNOWN)
def _days(opens: str, closes: str, zone: str) -> SeasonDays:
    offsets = _offsets(zone) or (-LATEST, EARLIEST)
    return SeasonDays(
        opens=opens,
        closes=closes,
        waits=ceil(_later(offsets[0])),
        lasts=floor(_later(offsets[1])),
    )


def _later(offset: timedelta) -> float:
    """So many days after it began anywhere a day begins where clocks show that."""
    return (EARLIEST - offset) / timedelta(days=1)


@lru_cache(maxsize=MOST_KNOWN)
def _offsets(zone: str) -> tuple[timedelta, timedelta] | None:
    """How far its clocks are from UTC, at least and at most; None: not known here."""
    if not zone:
        return None
    try:
        at = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    found = {
        datetime(year, month, 1, tzinfo=UTC).astimezone(at).utcoffset()
        for year in YEARS
        for month in range(1, 13)
    }
    known = [one for one in found if one is not None]
    return min(known), max(known)


def turning(
    db: Connection, after: date, last: date
) -> Mapping[bool, Mapping[str, date]]:
    """True: season -> the first day on which it opens between the two; False: closes.

    A season that was closed by hand turns no more until its community says so.
    """
    found: dict[bool, dict[str, date]] = {True: {}, False: {}}
    table = tables.seasons
    dated = select(table).where(table.c.opens.is_not(None), table.c.is_open == true())
    for row in db.execute(dated):
        days = state_of(row)[1]
        for day, opens in () if days is None else days.turns(after, last):
            known = found[opens].get(row.id, day)
            found[opens][row.id] = min(known, day)
    return found
