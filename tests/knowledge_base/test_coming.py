"""What the calendar names for a day is what the worker moves on it, and no more."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import chain

import pytest
from sqlalchemy import event, select, update

from knowledge_base import answers
from knowledge_base.accounts import find_account
from knowledge_base.answers import Yes
from knowledge_base.calendar_days import civil_days
from knowledge_base.coming import PAGE, Coming, ComingPage, What, coming_for
from knowledge_base.communities import add_community
from knowledge_base.dates_due import MARK, falls_due
from knowledge_base.members import with_members
from knowledge_base.steps import Actor
from knowledge_base.tables import desk_readers, desk_records
from knowledge_base.watching import find_watermark
from policies.facts import ARCHIVIST, Says
from tests.knowledge_base.conftest import World, seat_steward
from tests.knowledge_base.test_dates_due import DAY, done, published, until


def coming(
    world: World, who: Actor, *, days: int = 30, limit: int = PAGE
) -> tuple[Coming, ...]:
    return tuple(one for page in pages(world, who, days, limit) for one in page.lines)


def pages(
    world: World, who: Actor, days: int = 30, limit: int = PAGE
) -> Iterator[ComingPage]:
    """What is coming, a page after the other to the last."""
    after: str | None = ""
    with world.store.reading() as db:
        account = find_account(db, id=who.account or "")
        assert account is not None
        look = partial(coming_for, db, world.store, account, now=world.now)
        while after is not None:
            page = look(days=days, after=after, limit=limit)
            yield page
            after = page.after


def asked(world: World, who: Actor) -> list[str]:
    """What the first page of what is coming asks the database."""
    said: list[str] = []
    with world.store.reading() as db:
        account = find_account(db, id=who.account or "")
        assert account is not None
        event.listen(db, "before_cursor_execute", lambda *args: said.append(args[2]))
        coming_for(db, world.store, account, now=world.now)
    return said


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
        reached = chain.from_iterable(with_members(world.store, [sorted(of_the_day)]))
        assert due(world, on) == set(reached), on
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
    keys = [one.key for one in coming(world, world.steward, limit=limit)]
    assert keys == [one.key for one in whole]
    assert len(set(keys)) == 6


def test_the_calendar_asks_as_often_however_much_is_hidden(any_world: World) -> None:
    world = any_world
    others = seat_steward(world, _others(world), "brindle")
    who_sees_nothing = (world.archivist, others)
    before = [asked(world, who) for who in who_sees_nothing]
    records = {published(world, days=2) for _ in range(PAGE + 3)}
    for record in records:
        world.label(record, "secret_sacred")
    assert {one.desk.record for one in coming(world, world.steward)} == records
    assert [next(pages(world, who)) for who in who_sees_nothing] == [
        ComingPage((), None)
    ] * 2
    assert [asked(world, who) for who in who_sees_nothing] == before
    assert len(asked(world, world.steward)) <= len(before[0])


def test_what_a_day_alone_has_hidden_makes_a_page_shorter_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a day had come that hides: what was worked out says that it is hers."""
    shown = published(world, days=3)
    for record in [published(world, days=2) for _ in range(2)]:
        world.label(record, "secret_sacred")
        _say_it_is_hers(world, record)
    monkeypatch.setattr("knowledge_base.coming.PAGE", 1)
    lines = coming(world, world.archivist, limit=1)
    assert {one.desk.record for one in lines} == {shown}


def _say_it_is_hers(world: World, record: str) -> None:
    entry = select(desk_records.c.id).where(desk_records.c.record_id == record)
    of_it = desk_readers.c.entry.in_(entry)
    with world.store.writing() as db:
        db.execute(update(desk_readers).where(of_it).values(reader=ARCHIVIST))


def test_nothing_beyond_the_days_that_were_asked_for(world: World) -> None:
    published(world, days=5)
    assert coming(world, world.archivist, days=4) == ()
    assert coming(world, world.archivist, days=5)
