"""A worker that is killed at any commit is followed by one that ends what it began."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from knowledge_base import tables
from knowledge_base.chain import verify
from knowledge_base.jobs import LEASE, all_jobs
from knowledge_base.journeys import State
from knowledge_base.looked_through import is_all_looked_through
from knowledge_base.work import work
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.test_dates_due import published, reasons, until
from tests.knowledge_base.test_word_lists import give
from tests.knowledge_base.test_word_lists import published as shown

MOST_MOMENTS = 60
FEWEST_MOMENTS = 6
FEWEST_OF_LISTS = 4  # found, closed, how far it has come, and the job itself
AT_ONCE = 2  # so many fall due together: one may be closed and the other not
ROOT = Path(__file__).parents[2]
Run = Callable[[str, World, int, str], bool]


@contextmanager
def mortal() -> Iterator[Run]:
    """Runs a worker that dies before a commit, and says whether it did."""
    words = [sys.executable, "-m", "tests.knowledge_base.dying_worker"]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        talk, listen = running.stdin, running.stdout
        assert talk is not None
        assert listen is not None

        def was_killed(url: str, world: World, moment: int, kind: str) -> bool:
            talk.write(f"{url} {world.now.isoformat()} {moment} {kind}\n")
            talk.flush()
            status = int(listen.readline())
            if os.WIFSIGNALED(status):
                assert os.WTERMSIG(status) == signal.SIGKILL
                return True
            assert status == 0
            return False

        yield was_killed
        talk.close()


def follow(world: World) -> None:
    """Another worker, when the lease of the killed one has run out."""
    world.now += LEASE + timedelta(seconds=1)
    for _ in work(world.store, worker="two", clock=lambda: world.now):
        pass


def questions(world: World, records: list[str]) -> list[str]:
    """What waits for an answer about these, without which of them it is."""
    table = tables.questions.c
    query = select(table.rule, table.party).where(table.record_id.in_(records))
    with world.store.reading() as db:
        return sorted(f"{row.rule} {row.party}" for row in db.execute(query))


@pytest.mark.slow
def test_a_worker_killed_at_any_commit_is_followed_by_another(
    any_database_url: str,
) -> None:
    """One store, in which something else falls due for each commit that is tried.

    All kinds of work on SQLite; what dates move on a server, where a kill takes longer:
    tests/soak/subjects/kills.py walks through all kinds there.
    """
    kind = "all" if any_database_url.startswith("sqlite") else "dates"
    world, asked, moment = make_world(any_database_url), None, 0
    with mortal() as was_killed:
        is_killed = True
        while is_killed:
            moment += 1
            assert moment < MOST_MOMENTS, "it never lived to its end"
            records = [published(world, days=3) for _ in range(AT_ONCE)]
            until(world, 3)
            is_killed = was_killed(any_database_url, world, moment, kind)
            follow(world)
            for record in records:
                assert world.state(record) is State.CLOSING
                assert reasons(world, record) == ["consent"], f"killed at {moment}"
            asked = asked or questions(world, records)
            assert questions(world, records) == asked
            require_all_done(world)
    assert moment > FEWEST_MOMENTS
    with world.store.reading() as db:
        assert verify(db).holds
    world.store.close()


@pytest.mark.slow
def test_a_worker_killed_while_it_looks_through_is_followed_by_another(
    any_database_url: str,
) -> None:
    """A list is given for each commit that is tried, and finds a page that stands."""
    world, moment, is_killed = make_world(any_database_url), 0, True
    with mortal() as was_killed:
        while is_killed:
            moment += 1
            assert moment < MOST_MOMENTS, "it never lived to its end"
            record = shown(world, title=f"A quillox{moment}")
            give(world, f"quillox{moment}")
            is_killed = was_killed(any_database_url, world, moment, "lists")
            follow(world)
            assert world.state(record) is State.CLOSING, f"killed at {moment}"
            assert reasons(world, record) == ["decision"]
            with world.store.reading() as db:
                assert is_all_looked_through(db)
            require_all_done(world)
    assert moment > FEWEST_OF_LISTS
    with world.store.reading() as db:
        assert verify(db).holds
    world.store.close()


def require_all_done(world: World) -> None:
    with world.store.reading() as db:
        jobs = all_jobs(db)
    assert {job.outcome for job in jobs} == {"done"}
    assert {job.worker for job in jobs} == {None}
