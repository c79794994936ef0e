"""A clock that jumps, an hour back or a year forth, and what it must not do."""

from datetime import datetime, timedelta

import pytest

from knowledge_base import steps
from knowledge_base.chain import verify
from knowledge_base.history import history_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.limits import is_within
from knowledge_base.links import NoSuchLink, own_link, use_link
from knowledge_base.sign_ins import sign_in, sign_ins_of, signed_in
from tests.knowledge_base.conftest import WIKI, World, intended

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
JUMPS = pytest.mark.parametrize("jump", [-HOUR, HOUR, -YEAR, YEAR], ids=str)


def published(world: World) -> str:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    return record


def is_let_in(world: World, secret: str, *, now: datetime) -> bool:
    with world.store.reading() as db:
        return signed_in(db, secret, now=now) is not None


@JUMPS
def test_the_history_goes_by_its_order_and_not_by_the_clock(
    any_world: World, jump: timedelta
) -> None:
    world, record = any_world, published(any_world)
    world.now += jump
    world.withdraw(record, world.steward)
    world.now -= jump
    world.take(record, steps.Withdrawn(destination=WIKI, probes=1, still_visible=0))
    assert world.state(record) is State.WITHDRAWN
    with world.store.reading() as db:
        assert verify(db).holds
        kinds = [entry.step.kind for entry in history_of(db, record)]
    assert kinds[-1] == "withdrawn"
    assert kinds.index("withdrawal-asked") > kinds.index("saved")


@JUMPS
def test_a_no_stands_whatever_the_clock_said_when_it_was_given(
    any_world: World, jump: timedelta
) -> None:
    """The newest word is the one that was said last, and no date makes it older."""
    world, record = any_world, any_world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.now += jump
    world.refuse(record, world.steward)
    world.now -= jump
    assert world.state(record) is State.REFUSED
    with pytest.raises(NotPossible):
        world.take(record, intended())
    world.approve(record, world.steward)
    assert world.state(record) is State.APPROVED


@JUMPS
def test_a_season_is_what_its_people_said_last(
    any_world: World, jump: timedelta
) -> None:
    world, season = any_world, any_world.season()
    world.turn(season, is_open=True)
    record = world.item()
    world.concern(record, "named", world.people)
    world.label(record, "seasonal", season=season)
    world.approve(record, world.steward)
    world.publish(record)
    world.now += jump
    world.turn(season, is_open=False)
    world.now -= jump
    assert world.state(record) is State.CLOSING


def test_a_try_of_tomorrow_keeps_nobody_out_today(any_world: World) -> None:
    world = any_world

    def may_try() -> bool:
        return is_within(world.store, "k", most=2, per=HOUR, now=world.now)

    world.now += YEAR
    assert [may_try() for _ in range(3)] == [True, True, False]
    world.now -= YEAR
    assert [may_try() for _ in range(3)] == [True, True, False]
    world.now -= HOUR
    assert may_try()


def test_a_sign_in_of_next_year_does_not_last_a_year(any_world: World) -> None:
    world, ilse = any_world, any_world.archivist.account or ""
    ahead = sign_in(world.store, ilse, now=world.now + YEAR)
    assert not is_let_in(world, ahead.secret, now=world.now)
    with world.store.reading() as db:
        assert sign_ins_of(db, ilse, now=world.now) == ()


def test_an_hour_back_signs_nobody_out(any_world: World) -> None:
    world, ilse = any_world, any_world.archivist.account or ""
    made = sign_in(world.store, ilse, now=world.now)
    assert is_let_in(world, made.secret, now=world.now - HOUR)


def test_a_link_of_next_year_opens_nothing(any_world: World) -> None:
    world, ilse = any_world, any_world.archivist.account or ""
    link = own_link(world.store, ilse, now=world.now + YEAR)
    with pytest.raises(NoSuchLink):
        use_link(world.store, link, now=world.now)
    link = own_link(world.store, ilse, now=world.now)
    use_link(world.store, link, now=world.now - HOUR)
