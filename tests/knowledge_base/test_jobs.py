"""Jobs are taken by one worker, and written by whoever holds the lease alone."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import islice
from typing import cast

import pytest
from sqlalchemy import text, update

from knowledge_base.jobs import (
    ENDED,
    LEASE,
    LONGEST_LEASE,
    LONGEST_WAIT,
    Job,
    LeaseLost,
    all_jobs,
    come_to,
    let_go,
    set_out,
    take,
)
from knowledge_base.store import Store, upgrade
from knowledge_base.tables import jobs
from knowledge_base.work import AGAIN_AFTER, KINDS, NOT_DONE, Portion, Turn, work
from tests.knowledge_base.conftest import World

KIND = "dates"


def taken(world: World, worker: str = "one") -> Job | None:
    return take(world.store, (KIND,), worker=worker, now=world.now)


@pytest.fixture
def job(any_world: World) -> Job:
    set_out(any_world.store, (KIND,), now=any_world.now)
    found = taken(any_world)
    assert found is not None
    return found


def read(world: World) -> Job:
    with world.store.reading() as db:
        (one,) = all_jobs(db)
    return one


def test_writing_a_standing_job_down_again_changes_nothing(
    any_world: World, job: Job
) -> None:
    set_out(any_world.store, (KIND,), now=any_world.later())
    assert read(any_world) == job


def test_what_somebody_is_at_is_not_taken(any_world: World, job: Job) -> None:
    any_world.now += LEASE - timedelta(seconds=1)
    assert taken(any_world, "two") is None


def test_a_worker_whose_lease_ran_out_writes_nothing(
    any_world: World, job: Job
) -> None:
    any_world.now += LEASE
    second = taken(any_world, "two")
    assert second is not None
    assert (second.worker, second.fence) == ("two", job.fence + 1)
    with pytest.raises(LeaseLost):
        come_to(any_world.store, job, "x", 1, now=any_world.now)
    with pytest.raises(LeaseLost):
        let_go(any_world.store, job, outcome="done", due_at=any_world.now)
    assert read(any_world) == second


def test_who_goes_on_goes_on_from_what_was_reached(any_world: World, job: Job) -> None:
    come_to(any_world.store, job, "b 7", 5, now=any_world.now)
    any_world.now += LEASE
    second = taken(any_world, "two")
    assert second is not None
    assert (second.reached, second.done) == ("b 7", 5)


def test_what_was_let_go_is_due_at_its_time(any_world: World, job: Job) -> None:
    due = any_world.now + timedelta(minutes=1)
    let_go(any_world.store, job, outcome="done", due_at=due)
    assert taken(any_world) is None
    any_world.now = due
    assert taken(any_world) is not None


def test_who_looked_at_the_clock_before_it_was_taken_leaves_it(
    any_world: World, job: Job
) -> None:
    let_go(any_world.store, job, outcome="done", due_at=any_world.now)
    any_world.now += timedelta(seconds=1)
    assert taken(any_world) is not None
    any_world.now -= timedelta(seconds=1)
    assert taken(any_world, "two") is None


def test_a_lease_of_a_clock_that_was_put_back_is_not_believed(
    any_world: World, job: Job
) -> None:
    any_world.now -= timedelta(days=400)
    assert taken(any_world, "two") is not None


def test_a_job_put_off_by_a_clock_that_ran_ahead_is_due(
    any_world: World, job: Job
) -> None:
    due = any_world.now + LONGEST_WAIT + timedelta(seconds=1)
    let_go(any_world.store, job, outcome="done", due_at=due)
    assert taken(any_world) is not None


def test_a_job_that_had_ended_says_when_after_an_upgrade(
    any_world: World, any_database_url: str, job: Job
) -> None:
    with any_world.store.writing() as db:
        ended = update(jobs).values(state=ENDED, worker=None, leased_until=None)
        db.execute(ended)
        db.execute(text("UPDATE alembic_version SET version_num = '0021'"))
    for _ in range(2):
        upgrade(any_database_url)
        assert read(any_world).ended_at == job.due_at


def test_a_round_ends_though_each_job_takes_longer_than_the_others_wait(
    any_world: World,
) -> None:
    def clock() -> datetime:
        any_world.now += AGAIN_AFTER
        return any_world.now

    turns = islice(work(any_world.store, worker="one", clock=clock), 2 * len(KINDS))
    assert Counter(turn.kind for turn in turns) == dict.fromkeys(KINDS, 1)


def test_what_another_took_over_is_left_to_it(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two whose clocks differ by more than a lease do not take it from each other."""
    far_ahead = any_world.now + 2 * LONGEST_LEASE

    def portion(store: Store, reached: str, now: datetime) -> tuple[int, str]:
        assert take(store, (KIND,), worker="two", now=far_ahead) is not None
        return 1, "more"

    monkeypatch.setitem(cast("dict[str, Portion]", KINDS), KIND, portion)
    turns = work(any_world.store, worker="one", clock=lambda: any_world.now, only=KIND)
    assert list(islice(turns, 3)) == [Turn(KIND, 0, NOT_DONE)]
