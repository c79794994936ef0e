"""The days of a season: from which it is open, and on which it is closed again.

What a clock does to a season is worked out from the day on which somebody looks, and
from nothing that had to be done before: a season whose days are over is closed also
where nobody has turned it.
"""

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policies.errors import WithcareError

_EVERY_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}")
_ONCE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEAP = 2000  # of which every day of the year can be named
_LEAP_DAY = (2, 29)


class NotDays(WithcareError):
    """These are no days of a season; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "Say a first day, and the day on which it is closed again: both as month "
            "and day, as 11-15, for every year, or both as year, month and day, as "
            "2026-11-15, for once. Between them there has to be a day or more on "
            "which it is open wherever one is."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonDays:
    """Both days as "11-15" for every year, or as "2026-11-15" for once.

    `waits` and `lasts`: so many days later than written it opens and closes, counted
    by the day that has begun anywhere, so that it opens never too early and closes
    never too late at its own place. Raises `NotDays`.
    """

    opens: str
    closes: str
    waits: int = 2
    lasts: int = 0

    def __post_init__(self) -> None:
        for form in (_EVERY_YEAR, _ONCE):
            if form.fullmatch(self.opens) and form.fullmatch(self.closes):
                break
        else:
            raise NotDays
        try:
            first = next(self._stretches(_LEAP, _LEAP), None)
        except (ValueError, OverflowError) as error:
            raise NotDays from error
        if first is None:
            raise NotDays

    @property
    def is_every_year(self) -> bool:
        return len(self.opens) == len("11-15")

    def is_open_on(self, day: date) -> bool:
        """Whether it is open on that day, as far as its days say."""
        near = self._stretches(day.year - 1, day.year)
        return any(first <= day < end for first, end in near)

    def turns(self, after: date, last: date) -> Iterator[tuple[date, bool]]:
        """(day, whether it opens) of each turn after the one day, to the other."""
        for first, end in self._stretches(after.year - 2, last.year):
            for day, opens in ((first, True), (end, False)):
                if after < day <= last:
                    yield day, opens

    def next_turn(self, on: date) -> date | None:
        """The first later day on which it opens or closes; None: never again."""
        days = self._stretches(on.year - 2, on.year + 1)
        return min((one for both in days for one in both if one > on), default=None)

    def _stretches(self, first: int, last: int) -> Iterator[tuple[date, date]]:
        """(first day, day on which it is closed again), of these years; of none that
        would be empty."""
        years = range(first, last + 1) if self.is_every_year else (0,)
        for year in years:
            begin, end = _day(self.opens, year, early=False), self._end(year)
            begin += timedelta(days=self.waits)
            end += timedelta(days=self.lasts)
            if begin < end:
                yield begin, end

    def _end(self, year: int) -> date:
        over_new_year = self.is_every_year and self.closes <= self.opens
        return _day(self.closes, year + over_new_year, early=True)


def _day(written: str, year: int, *, early: bool) -> date:
    """The day in that year; for February 29th, in a year without, the one beside."""
    *named, month, day = map(int, written.split("-"))
    if named:
        return date(named[0], month, day)
    if (month, day) == _LEAP_DAY and not isleap(year):
        return date(year, 2, 28) if early else date(year, 3, 1)
    return date(year, month, day)
