"""A season with days opens and closes by the clock, and never too early or too late."""

from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest

from knowledge_base import steps
from knowledge_base.calendar_days import civil_days
from knowledge_base.coming import What
from knowledge_base.communities import confirm, date_season, seasons_of
from knowledge_base.journeys import State
from knowledge_base.kept_views import list_shown
from knowledge_base.members import with_members
from knowledge_base.rights import Forbidden
from knowledge_base.season_days import NoSuchZone, state_of
from knowledge_base.views import public_views
from policies.seasons import NotDays
from policies.truth import Truth
from tests.knowledge_base.conftest import WIKI, World, seat_steward
from tests.knowledge_base.test_coming import coming, due
from tests.knowledge_base.test_dates_due import asked, done, reasons, until

CLOSES = date(2026, 3, 4)


def dated(
    world: World,
    season: str,
    opens: str = "01-10",
    closes: str = "03-04",
    zone: str = "",
    by: object = None,
) -> None:
    by, now = by or world.steward, world.later()
    date_season(
        world.store,
        world.people,
        season,
        opens=opens,
        closes=closes,
        zone=zone,
        by=by,  # type: ignore[arg-type]  # an actor
        now=now,
    )


def in_season(world: World, season: str, *, whole: bool = False) -> str:
    """A page of a record with a label for the season, or of one in a collection."""
    record = world.item()
    labelled = record
    if whole:
        labelled = world.collection()
        record = world.item_in(labelled)
    world.concern(record, "named", world.people)
    world.label(labelled, "seasonal", season=season)
    world.approve(record, world.steward)
    world.publish(record)
    return record


def shown(world: World) -> tuple[str, ...]:
    on = civil_days(world.now).closing
    with world.store.reading() as db:
        page = list_shown(db, world.store, WIKI, on=on)
        live = [
            id
            for id in [one.record for one in page.views]
            if public_views(db, world.store, (id,), WIKI, on=on)
        ]
    kept = tuple(view.record for view in page.views)
    assert list(kept) == live
    return kept


def test_what_a_season_hides_is_gone_on_its_day_though_no_worker_ran(
    any_world: World,
) -> None:
    world = any_world
    season = world.season()
    dated(world, season)
    record = in_season(world, season)
    until(world, 1)
    assert shown(world) == (record,)
    until(world, 1)
    assert civil_days(world.now).closing == CLOSES
    assert shown(world) == ()
    assert world.state(record) is State.PUBLISHED


@pytest.mark.parametrize("whole", [False, True])
def test_the_worker_closes_its_pages_on_the_day_and_asks_on_the_other(
    any_world: World, *, whole: bool
) -> None:
    world = any_world
    season = world.season()
    dated(world, season)
    record = in_season(world, season, whole=whole)
    done(world)
    until(world, 1)
    done(world)
    assert world.state(record) is State.PUBLISHED
    until(world, 1)
    done(world, "dates")
    assert world.state(record) is State.CLOSING
    assert reasons(world, record) == ["season"]
    world.take(record, steps.StubSaved(destination=WIKI, revision=71))
    before = asked(world, record)
    until(world, 365 - 50)
    done(world, "dates")
    assert world.state(record) is State.CLOSED, "nothing opens by itself"
    assert asked(world, record) != before
    assert world.people in asked(world, record)


def test_the_calendar_names_the_turns_of_a_season_and_the_worker_moves_them(
    world: World,
) -> None:
    season, other = world.season(), world.season()
    dated(world, season, opens="01-10", closes="03-06")
    dated(world, other, opens="03-05", closes="03-20")
    record = in_season(world, season)
    waiting = world.item()
    world.concern(waiting, "named", world.people)
    world.label(waiting, "seasonal", season=other)
    done(world)
    named = coming(world, world.steward)
    assert {(x.day.day, x.what, x.desk.record) for x in named} == {
        (6, What.SEASON_CLOSES, record),
        (6, What.VIEW_ENDS, record),
        (7, What.SEASON_OPENS, waiting),  # a day that has begun everywhere
        (20, What.SEASON_CLOSES, waiting),
    }
    for _ in range(20):
        on = civil_days(until(world, 1).now).closing
        of_the_day = {one.desk.record for one in named if one.day == on}
        reached = chain.from_iterable(with_members(world.store, [sorted(of_the_day)]))
        assert due(world, on) == set(reached), on
        done(world, "dates")


def test_a_season_that_was_closed_by_hand_opens_with_no_day(world: World) -> None:
    season = world.season()
    dated(world, season)
    record = in_season(world, season)
    world.turn(season, is_open=False)
    assert shown(world) == ()
    until(world, 330)
    done(world)
    assert world.state(record) is State.CLOSING
    with world.store.reading() as db:
        (one,) = seasons_of(db, world.people)
    assert not one.is_open_on(date(2027, 2, 1))


def test_taking_its_days_away_closes_it(world: World) -> None:
    season = world.season()
    dated(world, season)
    record = in_season(world, season)
    dated(world, season, opens="", closes="")
    assert shown(world) == ()
    assert world.state(record) is State.CLOSING


def test_an_open_season_that_gets_other_days_closes_at_once(any_world: World) -> None:
    season = any_world.season()
    any_world.turn(season, is_open=True)
    record = in_season(any_world, season)
    dated(any_world, season, opens="06-01", closes="08-01")
    assert shown(any_world) == ()
    assert any_world.state(record) is State.CLOSING


def test_only_a_steward_who_answers_for_everything_gives_days(world: World) -> None:
    season = world.season()
    one = world.item()
    narrow = seat_steward(
        world, world.people, "brin", written_by=world.steward, matters=(one,)
    )
    account, by, now = narrow.account or "", world.steward, world.later()
    confirm(world.store, world.people, account, by=by, now=now)
    for by in (narrow, world.archivist, world.operator):
        with pytest.raises(Forbidden):
            dated(world, season, by=by)
    with world.store.reading() as db:
        (found,) = seasons_of(db, world.people)
    assert (found.is_open, found.days) == (None, None)


def test_days_and_zones_that_are_none_are_refused_and_nothing_is_written(
    world: World,
) -> None:
    season, before = world.season(), world.length(world.people)
    with pytest.raises(NotDays):
        dated(world, season, opens="13-13")
    for zone in ("Pacific/Nowhere", "../etc/passwd", "Pacific", "x" * 200):
        with pytest.raises(NoSuchZone):
            dated(world, season, zone=zone)
    assert world.length(world.people) == before


@pytest.mark.parametrize(
    ("zone", "at_most"),
    [
        ("Pacific/Auckland", 24),
        ("America/Los_Angeles", 24),
        ("Pacific/Pago_Pago", 24),
        ("Pacific/Honolulu", 24),
        ("Pacific/Kiritimati", 0),
        ("UTC", 24),
    ],
)
def test_it_opens_never_before_its_day_and_closes_never_after(
    world: World, zone: str, at_most: int
) -> None:
    season = world.season()
    dated(world, season, zone=zone)
    with world.store.reading() as db:
        (one,) = seasons_of(db, world.people)
    local = ZoneInfo(zone)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(1700)]
    is_open = [one.is_open_on(civil_days(hour).closing) for hour in hours]
    first = datetime(2026, 1, 10, tzinfo=local)
    end = datetime(2026, 3, 4, tzinfo=local)
    wide = [first <= hour < end for hour in hours]
    assert all(inside for opened, inside in zip(is_open, wide, strict=True) if opened)
    late = is_open.index(True) - wide.index(True)
    assert late <= at_most
    assert 0 <= wide.count(True) - is_open.count(True) - late <= at_most


def test_days_that_cannot_be_read_any_more_close_the_season() -> None:
    class Row:
        is_open, opens, closes, zone = True, "no day", "03-01", None

    state, days = state_of(Row)  # type: ignore[arg-type]  # as a row of the table
    assert (state, days) == (Truth.FALSE, None)
