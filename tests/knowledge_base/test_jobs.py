"""Jobs are taken by one worker, and written by whoever holds the lease alone."""

from datetime import timedelta

import pytest

from knowledge_base.jobs import (
    LEASE,
    LONGEST_WAIT,
    Job,
    LeaseLost,
    all_jobs,
    come_to,
    let_go,
    set_out,
    take,
)
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
