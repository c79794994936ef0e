"""An import that was left to the worker: shown, cancelled, killed, gone on with."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, func, select

from knowledge_base import tables
from knowledge_base.accounts import (
    Account,
    add_account,
    find_account,
    suspend_account,
)
from knowledge_base.chain import verify
from knowledge_base.exchange import elsewhere
from knowledge_base.exchange.later import (
    A_TURN,
    cancel_import,
    import_later,
    jobs_for,
    share_of,
)
from knowledge_base.exchange.rows import FileRefused
from knowledge_base.exchange.shape import Told
from knowledge_base.institutions import KIND as HOUSE
from knowledge_base.jobs import KEPT_FOR, LEASE, Job, NoSuchJob, all_jobs
from knowledge_base.receiving import receive
from knowledge_base.rights import Role
from knowledge_base.work import Turn, work
from tests.knowledge_base.conftest import WIKI, World
from tests.knowledge_base.exchange.conftest import item, write_lines

ROWS = 240  # more than the first portion


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


@contextmanager
def dying_at(commit: int) -> Iterator[None]:
    """Ends the work at that commit, before it: the server takes back what was open."""
    passed = 0

    def count(_db: object) -> None:
        nonlocal passed
        passed += 1
        if passed == commit:
            raise Killed

    event.listen(Engine, "commit", count)
    try:
        yield
    finally:
        event.remove(Engine, "commit", count)


def left(
    world: World, path: Path, collection: str | None = None, mapping: str = "auto"
) -> str:
    return import_later(
        world.store,
        path,
        collection=collection or world.collection(),
        kind="item",
        mapping=mapping,
        towards=(WIKI,),
        told=Told(),
        by=world.archivist,
        now=world.later(),
    )


def lines(folder: Path, rows: int = ROWS) -> Path:
    return write_lines(folder / "a.jsonl", [item(n) for n in range(rows)])


def worked(
    world: World, name: str = "one", stops: Callable[[], bool] = lambda: False
) -> list[Turn]:
    turns = work(
        world.store,
        worker=name,
        clock=world.later,
        only="import",
        is_stopped=stops,
    )
    return list(turns)


def the_job(world: World) -> Job:
    with world.store.reading() as db:
        (job,) = [one for one in all_jobs(db) if one.owner is not None]
    return job


def imports(world: World) -> set[str]:
    with world.store.reading() as db:
        return {job.id for job in all_jobs(db) if job.owner is not None}


def items(world: World) -> int:
    records = tables.records.c
    with world.store.reading() as db:
        assert verify(db).holds
        return db.scalar(select(func.count()).where(records.kind == "item")) or 0


def account(world: World, id: str | None) -> Account:
    with world.store.reading() as db:
        found = find_account(db, id=id or "")
    assert found is not None
    return found


def test_the_worker_takes_in_what_was_left_to_it(
    any_world: World, tmp_path: Path
) -> None:
    left(any_world, lines(tmp_path))
    assert items(any_world) == 0
    (turn,) = worked(any_world)
    assert (turn.kind, turn.done, turn.outcome) == ("import", ROWS, "done")
    job = the_job(any_world)
    assert (job.state, job.outcome, job.done) == ("done", "done", ROWS)
    assert items(any_world) == ROWS
    assert worked(any_world) == []


def test_a_worker_whose_reader_is_gone_is_followed_by_another(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "LARGE", 0)
    path = lines(tmp_path, rows=3_000)  # more than a pipe holds
    left(world, path)
    started: list[subprocess.Popen[bytes]] = []
    start = elsewhere._start

    def start_once() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(elsewhere, "_start", start_once)

    def kill() -> bool:
        if started:
            started[0].kill()
        return False

    here = {"worker": "one", "clock": lambda: world.now, "only": "import"}
    (turn,) = work(world.store, is_stopped=kill, **here)  # type: ignore[arg-type]  # as named
    assert turn.outcome not in ("done", "refused")
    assert items(world) < 3_000
    world.now += LEASE * 2
    while worked(world, "another"):
        pass
    assert items(world) == 3_000
    assert the_job(world).outcome == "done"


def test_a_worker_is_stopped_also_while_it_passes_over_what_is_in(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(world, lines(tmp_path, rows=2_000))
    worked(world, stops=iter([False, True, True]).__next__)
    before = the_job(world)
    monkeypatch.setattr("knowledge_base.exchange.reading.REMEMBERED", 50)
    worked(world, "two", stops=iter([False, True, True]).__next__)
    after = the_job(world)
    assert (after.done, after.worker, after.ended_at) == (before.done, None, None)
    while worked(world, "three"):
        pass
    assert items(world) == 2_000


def test_a_turn_begins_with_the_first_new_row(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a large file would be passed over for the whole of each turn."""
    left(world, lines(tmp_path, rows=2_000))
    worked(world, stops=iter([False, True, True]).__next__)
    before = the_job(world).done
    monkeypatch.setattr("knowledge_base.exchange.reading.REMEMBERED", 50)
    told: list[str] = []

    def passing_by() -> datetime:
        """A clock by which it takes long to pass over what is in already."""
        told.append("")
        return world.later() + len(told) * (A_TURN / 2)

    first_portion = 100
    assert before > 50
    turns = work(world.store, worker="two", clock=passing_by, only="import")
    next(iter(turns))
    assert the_job(world).done > before + first_portion


def test_it_can_be_seen_how_far_it_is_and_stopped_and_gone_on_with(
    world: World, tmp_path: Path
) -> None:
    left(world, lines(tmp_path))
    worked(world, stops=iter([False, True, True]).__next__)
    job = the_job(world)
    assert 0 < job.done < ROWS
    assert 0 < share_of(job) < 100
    assert job.worker is None
    assert items(world) == job.done
    worked(world)
    assert items(world) == ROWS


def test_after_a_turn_the_clock_has_its_own(world: World, tmp_path: Path) -> None:
    left(world, lines(tmp_path, rows=4 * ROWS))

    def clock() -> datetime:
        world.now += A_TURN
        return world.now

    turns = list(work(world.store, worker="one", clock=clock))
    assert {turn.kind for turn in turns} >= {"import", "dates"}
    assert 0 < the_job(world).done < 4 * ROWS


@pytest.mark.parametrize("commit", range(1, 8))
def test_killed_at_a_commit_another_ends_it_without_doubles(
    world: World, tmp_path: Path, commit: int
) -> None:
    left(world, lines(tmp_path))
    with pytest.raises(Killed), dying_at(commit):
        worked(world)
    world.now += LEASE + timedelta(seconds=1)
    worked(world, "two")
    assert the_job(world).outcome == "done"
    assert items(world) == ROWS


def test_what_is_in_stays_where_it_is_cancelled(world: World, tmp_path: Path) -> None:
    id, rows = left(world, lines(tmp_path, 500)), 500
    by = account(world, world.archivist.account)
    asked = 0

    def cancelled_meanwhile() -> bool:
        nonlocal asked
        asked += 1
        if asked == 2:
            cancel_import(world.store, id, by=by, now=world.now)
        return False

    (turn,) = worked(world, stops=cancelled_meanwhile)
    assert turn.outcome == "cancelled"
    job = the_job(world)
    assert (job.state, job.worker) == ("cancelled", None)
    assert 0 < items(world) < rows
    assert worked(world) == []
    with pytest.raises(NoSuchJob):
        cancel_import(world.store, id, by=by, now=world.now)


def test_only_its_own_house_sees_or_cancels_it(world: World, tmp_path: Path) -> None:
    houses = [house(world, f"House {n} (invented)") for n in range(2)]
    own, other = (archivist_of(world, one) for one in houses)
    id = left(world, lines(tmp_path, 2), world.collection(institution=houses[0]))
    with world.store.reading() as db:
        assert [one.id for one in jobs_for(db, own)] == [id]
        assert jobs_for(db, other) == ()
    with pytest.raises(NoSuchJob):
        cancel_import(world.store, id, by=other, now=world.now)
    assert cancel_import(world.store, id, by=own, now=world.now).state == "cancelled"


def house(world: World, name: str) -> str:
    named, now = {"name": (name,)}, world.later()
    return receive(world.store, HOUSE, named, by=world.operator, now=now)


def archivist_of(world: World, house: str) -> Account:
    roles, now = ((Role.ARCHIVIST, house),), world.later()
    id = add_account(world.store, house[:8], roles, by=world.operator, now=now)
    return account(world, id)


def test_what_ended_long_ago_goes_with_the_next_that_is_asked_for(
    any_world: World, tmp_path: Path
) -> None:
    world = any_world
    whole, file = world.collection(), lines(tmp_path, rows=3)
    left(world, file, whole)
    worked(world)
    waiting = left(world, file, whole)
    world.now += KEPT_FOR - timedelta(minutes=30)
    left(world, file, whole)
    assert len(imports(world)) == 3
    world.now += timedelta(hours=1)
    newest = left(world, file, whole)
    # What still waits is kept, however old it is.
    assert {waiting, newest} < imports(world)
    assert len(imports(world)) == 3


def test_what_was_cancelled_late_is_kept_for_as_long_after_that(
    any_world: World, tmp_path: Path
) -> None:
    world = any_world
    whole, file = world.collection(), lines(tmp_path, rows=3)
    old = left(world, file, whole)
    by = account(world, world.archivist.account or "")
    world.now += KEPT_FOR
    job = cancel_import(world.store, old, by=by, now=world.now)
    assert (job.ended_at, job.due_at < world.now) == (world.now, True)
    left(world, file, whole)
    assert old in imports(world)
    world.now += KEPT_FOR
    left(world, file, whole)
    assert old not in imports(world)


def test_what_cannot_come_in_is_refused_before_it_is_left(
    world: World, tmp_path: Path
) -> None:
    with pytest.raises(FileRefused):
        left(world, tmp_path / "nowhere.jsonl")
    with world.store.reading() as db:
        assert all_jobs(db) == ()


def test_a_file_that_is_gone_ends_it_with_a_sentence(
    world: World, tmp_path: Path
) -> None:
    file = lines(tmp_path)
    left(world, file)
    file.unlink()
    (turn,) = worked(world)
    assert turn.outcome == "refused"
    job = the_job(world)
    assert (job.state, job.outcome) == ("done", "refused")
    assert job.arguments["said"] == turn.said != ""


def test_a_file_that_is_another_by_then_does_not_come_in(
    world: World, tmp_path: Path
) -> None:
    file = lines(tmp_path)
    left(world, file)
    file.write_text(file.read_text("utf-8").replace("0", "1", 1), "utf-8")
    (turn,) = worked(world)
    assert turn.outcome == "refused"
    assert "is not what it was" in turn.said
    assert items(world) == 0


def test_a_mapping_that_is_another_by_then_does_not_read_the_file(
    world: World, tmp_path: Path
) -> None:
    ours = tmp_path / "ours.yaml"
    columns = "columns:\n  - {column: title, to: title}\n"
    ours.write_text(f"mapping: ours\nkind: item\nidentified_by: identifier\n{columns}")
    left(world, lines(tmp_path), mapping=str(ours))
    with ours.open("a") as more:
        more.write("  - {column: maker, to: maker}\n")
    (turn,) = worked(world)
    assert turn.outcome == "refused"
    assert items(world) == 0


def test_whoever_may_not_import_any_more_imports_nothing(
    world: World, tmp_path: Path
) -> None:
    left(world, lines(tmp_path))
    suspend_account(
        world.store, world.archivist.account or "", by=world.operator, now=world.later()
    )
    (turn,) = worked(world)
    assert turn.outcome == "refused"
    assert items(world) == 0
