"""The days of a season: which they are, what may be said, and when they turn."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.seasons import NotDays, SeasonDays

WINTER = SeasonDays(opens="11-15", closes="02-28", waits=0)
MOST = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 14), False),
        (date(2026, 11, 15), True),
        (date(2027, 1, 1), True),
        (date(2027, 2, 27), True),
        (date(2027, 2, 28), False),
        (date(2027, 7, 1), False),
    ],
)
def test_a_season_goes_over_the_new_year(day: date, *, is_open: bool) -> None:
    assert WINTER.is_open_on(day) is is_open


def test_a_season_of_one_year_does_not_come_back() -> None:
    once = SeasonDays(opens="2026-03-01", closes="2026-05-01", waits=0)
    assert once.is_open_on(date(2026, 4, 1))
    assert not once.is_open_on(date(2027, 4, 1))
    assert once.next_turn(date(2026, 3, 1)) == date(2026, 5, 1)
    assert once.next_turn(date(2026, 5, 1)) is None


def test_it_opens_later_and_closes_earlier_where_a_year_has_no_leap_day() -> None:
    from_leap = SeasonDays(opens="02-29", closes="06-01", waits=0)
    to_leap = SeasonDays(opens="01-01", closes="02-29", waits=0)
    assert not from_leap.is_open_on(date(2027, 2, 28))
    assert from_leap.is_open_on(date(2028, 2, 29))
    assert not to_leap.is_open_on(date(2027, 2, 28))
    assert to_leap.is_open_on(date(2028, 2, 28))


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("", ""),
        ("11-15", ""),
        ("11-15", "2026-11-15"),
        ("13-01", "02-01"),
        ("02-30", "05-01"),
        ("2026-02-29", "2026-05-01"),
        ("2026-05-01", "2026-03-01"),
        ("05-01", "05-01x"),
        ("05-01", "05-02"),  # open nowhere, once it waits for every place
        ("9999-12-30", "9999-12-31"),
        ("١١-15", "02-01"),
    ],
)
def test_what_is_no_days_is_refused(opens: str, closes: str) -> None:
    with pytest.raises(NotDays):
        SeasonDays(opens=opens, closes=closes)


@given(MOST, st.integers(0, 2), st.integers(0, 1), st.integers(1, 800))
def test_between_two_turns_nothing_changes(
    day: date, waits: int, lasts: int, days: int
) -> None:
    for opens, closes in (("11-15", "02-28"), ("02-29", "02-20"), ("03-01", "09-01")):
        season = SeasonDays(opens=opens, closes=closes, waits=waits, lasts=lasts)
        turn = season.next_turn(day)
        assert turn is not None
        assert season.is_open_on(turn) is not season.is_open_on(day)
        assert season.is_open_on(turn - timedelta(days=1)) is season.is_open_on(day)
        until = day + timedelta(days=days)
        turns = sorted(season.turns(day, until))
        assert [one for one in turns if one[0] <= turn] == (
            [(turn, season.is_open_on(turn))] if turn <= until else []
        )
