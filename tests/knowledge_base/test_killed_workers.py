"""A worker that is killed at any commit is followed by one that ends what it began."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from knowledge_base import tables
from knowledge_base.chain import verify
from knowledge_base.jobs import LEASE, all_jobs
from knowledge_base.journeys import State
from knowledge_base.store import Store
from knowledge_base.work import work
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, World
from tests.knowledge_base.test_dates_due import published, reasons, until

MOST_MOMENTS = 100
ROOT = Path(__file__).parents[2]
Run = Callable[[str, str, int], bool]


@pytest.fixture
def was_killed() -> Iterator[Run]:
    """Runs a worker that dies at a moment, and says whether it did."""
    words = [sys.executable, "-m", "tests.knowledge_base.dying_worker"]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        talk, listen = running.stdin, running.stdout
        assert talk is not None
        assert listen is not None

        def run(url: str, now: str, moment: int) -> bool:
            talk.write(f"{url} {now} {moment}\n")
            talk.flush()
            status = int(listen.readline())
            if os.WIFSIGNALED(status):
                assert os.WTERMSIG(status) == signal.SIGKILL
                return True
            assert status == 0
            return False

        yield run
        talk.close()


def followed(url: str, world: World) -> World:
    """Another worker, when the lease of the killed one has run out."""
    rulebook = Rulebook.shipped()
    store = Store.open(url, rulebook=rulebook, destinations=(OWN_WIKI,))
    now = world.now + LEASE
    for _ in work(store, worker="two", clock=lambda: now):
        pass
    return World(store, now=now)


def questions(world: World) -> list[tuple[str, str]]:
    table = tables.questions.c
    with world.store.reading() as db:
        found = db.execute(select(table.record_id, table.rule))
        return sorted((row.record_id, row.rule) for row in found)


@pytest.mark.slow
def test_a_worker_killed_at_any_commit_is_followed_by_another(
    world: World, tmp_path: Path, was_killed: Run
) -> None:
    records = [published(world, days=3) for _ in range(2)]
    until(world, 3)
    world.store.close()
    asked = None
    for moment in range(MOST_MOMENTS):
        folder = tmp_path / str(moment)
        folder.mkdir()
        for file in tmp_path.glob("withcare.sqlite*"):
            shutil.copy(file, folder)
        url = f"sqlite:///{folder / 'withcare.sqlite'}"
        is_killed = was_killed(url, world.now.isoformat(), moment)
        after = followed(url, world)
        for record in records:
            assert after.state(record) is State.CLOSING
            assert reasons(after, record) == ["consent"], f"killed at {moment}"
        asked = asked or questions(after)
        assert questions(after) == asked
        require_all_done(after)
        if moment and not is_killed:
            assert moment > 2 * len(records)
            return
    pytest.fail("it never lived to its end")


def require_all_done(world: World) -> None:
    with world.store.reading() as db:
        assert verify(db).holds
        jobs = all_jobs(db)
    world.store.close()
    assert {job.outcome for job in jobs} == {"done"}
    assert {job.worker for job in jobs} == {None}
