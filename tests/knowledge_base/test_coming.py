"""What the calendar names for a day is what the worker moves on it, and no more."""

from datetime import date

import pytest

from knowledge_base import answers
from knowledge_base.accounts import find_account
from knowledge_base.answers import Yes
from knowledge_base.calendar_days import civil_days
from knowledge_base.coming import PAGE, Coming, What, coming_for
from knowledge_base.communities import add_community
from knowledge_base.dates_due import MARK, falls_due
from knowledge_base.members import with_members
from knowledge_base.steps import Actor
from knowledge_base.watching import find_watermark
from policies.facts import Says
from tests.knowledge_base.conftest import World, seat_steward
from tests.knowledge_base.test_dates_due import DAY, done, published, until


def coming(world: World, who: Actor, *, days: int = 30) -> tuple[Coming, ...]:
    found: tuple[Coming, ...] = ()
    with world.store.reading() as db:
        account = find_account(db, id=who.account or "")
        assert account is not None
        while True:
            after = found[-1].key if found else ""
            some = coming_for(
                db, world.store, account, now=world.now, days=days, after=after
            )
            if not some:
                return found
            found += some


def whole_until(world: World, *, days: int) -> tuple[str, str]:
    """A collection whose yes ends after so many days, and an item in it."""
    whole, item = world.item_in_theirs()
    yes = Yes(informed=True, until=civil_days(world.now).closing + days * DAY)
    said = answers.answered(Says.YES, "*", world.steward, yes, world.now)
    world.take(whole, said, by=world.steward)
    return whole, item


def due(world: World, on: date) -> set[str]:
    """What the worker is about to move."""
    with world.store.reading() as db:
        mark = find_watermark(db, MARK)
        assert mark is not None
        return set(falls_due(db, mark.at, on))


def test_what_the_calendar_names_for_a_day_is_what_that_day_moves(
    any_world: World,
) -> None:
    world = any_world
    for days in (2, 3, 3, 6):
        published(world, days=days)
    whole_until(world, days=4)
    published(world, days=300)
    done(world)
    named = coming(world, world.archivist)
    days_moved = set()
    for days in range(1, 8):
        on = civil_days(until(world, 1).now).closing
        of_the_day = {one.desk.record for one in named if one.day == on}
        with world.store.reading() as db:
            assert due(world, on) == set(with_members(db, of_the_day)), on
        assert bool(done(world, "dates")) == bool(of_the_day)
        days_moved |= {days} if of_the_day else set()
    assert days_moved == {2, 3, 4, 6}


def test_each_line_says_what_the_day_moves(world: World) -> None:
    record = published(world, days=3)
    lines = coming(world, world.archivist)
    assert {one.desk.record for one in lines} == {record}
    assert {one.what for one in lines} == {What.YES_ENDS, What.VIEW_ENDS}


def test_who_has_a_record_on_no_desk_reads_nothing_of_its_days(world: World) -> None:
    record = published(world, days=3)
    others = seat_steward(world, _others(world), "brindle")
    assert {x.desk.record for x in coming(world, world.steward)} == {record}
    assert coming(world, others) == ()
    assert coming(world, world.operator) == ()


def _others(world: World) -> str:
    named = {"name": ("Marrowick (invented)",)}
    return add_community(world.store, named, by=world.operator, now=world.later())


def test_what_is_kept_secret_leaves_no_gap_in_the_archivists_list(
    world: World,
) -> None:
    secret = published(world, days=2)
    world.label(secret, "secret_sacred")
    open_ones = {published(world, days=3) for _ in range(2)}
    assert secret not in {x.desk.record for x in coming(world, world.archivist)}
    assert {x.desk.record for x in coming(world, world.archivist)} == open_ones
    assert secret in {x.desk.record for x in coming(world, world.steward)}


@pytest.mark.parametrize("limit", [1, PAGE])
def test_pages_follow_each_other_without_loss_or_repetition(
    world: World, limit: int
) -> None:
    for days in (2, 2, 5):
        published(world, days=days)
    whole = coming(world, world.steward)
    found: list[Coming] = []
    with world.store.reading() as db:
        account = find_account(db, id=world.steward.account or "")
        assert account is not None
        while some := coming_for(
            db,
            world.store,
            account,
            now=world.now,
            after=found[-1].key if found else "",
            limit=limit,
        ):
            found += some
    keys = [one.key for one in found]
    assert keys == [one.key for one in whole]
    assert len(set(keys)) == 6


def test_nothing_beyond_the_days_that_were_asked_for(world: World) -> None:
    published(world, days=5)
    assert coming(world, world.archivist, days=4) == ()
    assert coming(world, world.archivist, days=5)
