"""What a date moves is moved, once, by the worker: closed, and asked about."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from knowledge_base import answers, steps, tables
from knowledge_base.answers import Yes
from knowledge_base.approving import Complete
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import verify
from knowledge_base.coming import falling_due
from knowledge_base.history import history_of
from knowledge_base.journeys import State
from knowledge_base.work import KINDS, Turn, work
from policies.facts import Says
from tests.knowledge_base.conftest import World

DAY = timedelta(days=1)


def until(world: World, days: int) -> World:
    """The clock at the first moment of that many days later, anywhere."""
    world.now = world.now.replace(hour=10, minute=0) + days * DAY
    return world


def published(world: World, *, days: int) -> str:
    """A page whose yes ends after so many days."""
    record = world.item()
    world.concern(record, "named", world.people)
    ends = civil_days(world.now).closing + days * DAY
    assert world.approve(record, world.steward, until=ends) == Complete()
    world.publish(record)
    return record


def done(world: World, only: str | None = None) -> list[Turn]:
    turns = work(world.store, worker="one", clock=lambda: world.now, only=only)
    return [turn for turn in turns if turn.done]


def reasons(world: World, record: str) -> list[str]:
    with world.store.reading() as db:
        history = history_of(db, record)
    return [x.step.because for x in history if isinstance(x.step, steps.Closed)]


@pytest.mark.parametrize("only", ["dates", "views", None])
def test_a_yes_that_ends_closes_its_page_by_the_worker(
    any_world: World, only: str | None
) -> None:
    record = published(any_world, days=3)
    done(any_world)
    assert any_world.state(record) is State.PUBLISHED
    until(any_world, 3)
    assert done(any_world, only)
    assert any_world.state(record) is State.CLOSING
    assert reasons(any_world, record) == ["consent"]


def test_done_twice_is_done_once(world: World) -> None:
    record = published(world, days=3)
    until(world, 4)
    done(world)
    length = world.length(record)
    world.now += timedelta(minutes=5)
    assert done(world) == []
    assert world.length(record) == length


def test_it_does_not_close_a_day_early(world: World) -> None:
    record = published(world, days=3)
    until(world, 2)
    done(world)
    assert world.state(record) is State.PUBLISHED


def test_what_is_in_a_collection_falls_due_with_it(world: World) -> None:
    whole, item = world.item_in_theirs()
    ends = civil_days(world.now).closing + 3 * DAY
    yes = Yes(informed=True, until=ends)
    said = answers.answered(Says.YES, "*", world.steward, yes, world.now)
    world.take(whole, said, by=world.steward)
    world.approve(item, world.archivist)
    before = asked(world, item)
    until(world, 3)
    done(world)
    assert asked(world, item) != before


def asked(world: World, record: str) -> list[str]:
    table = tables.questions
    query = select(table.c.party).where(table.c.record_id == record)
    with world.store.reading() as db:
        return sorted(db.scalars(query))


def test_a_clock_that_jumps_ahead_and_back_closes_and_never_opens(
    any_world: World,
) -> None:
    record, now = published(any_world, days=3), any_world.now
    until(any_world, 400)
    done(any_world)
    assert any_world.state(record) is State.CLOSING
    any_world.now = now
    done(any_world)
    assert any_world.state(record) is State.CLOSING
    later = published(any_world, days=5)
    until(any_world, 5)
    done(any_world)
    assert any_world.state(later) is State.CLOSING
    with any_world.store.reading() as db:
        assert verify(db).holds


def test_what_nothing_fell_due_for_costs_the_same_however_many_there_are(
    world: World,
) -> None:
    for _ in range(3):
        published(world, days=300)
    done(world)
    with world.store.reading() as db:
        before = db.scalar(select(func.count()).select_from(tables.steps))
    world.now += DAY
    assert done(world, "dates") == []
    with world.store.reading() as db:
        assert db.scalar(select(func.count()).select_from(tables.steps)) == before


def test_what_falls_due_is_found_by_an_index_and_not_looked_for(world: World) -> None:
    with world.store.reading() as db:
        query = falling_due(db, "2026-03-01", "2026-03-02")
        asked = query.compile(db, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in db.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert any("ix_words_until" in step for step in plan), plan
    assert any("ix_views_valid_until" in step for step in plan), plan
    assert not any(step.startswith("SCAN words") for step in plan), plan


def test_each_kind_of_work_is_named_as_it_is_typed() -> None:
    assert all(kind.isidentifier() for kind in KINDS)
