"""What another process reads is what this one would have read; it leaves with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.columns import UnstorableText
from knowledge_base.exchange import elsewhere
from knowledge_base.exchange.elsewhere import ReadingEnded, read_elsewhere
from knowledge_base.exchange.mappings import find_mapping
from knowledge_base.exchange.opening import look_at
from knowledge_base.exchange.reading import (
    REMEMBERED,
    Comer,
    Read,
    Task,
    read_here,
)
from knowledge_base.exchange.rows import MOST_VALUES
from knowledge_base.exchange.shape import Told, find_shape
from knowledge_base.kinds import shipped_kinds
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.exchange.conftest import importer, item, write_lines
from tests.knowledge_base.exchange.test_killed import kept, second_file, story

ITEM = shipped_kinds()["item"]
MANY = 3_000  # more than what a pipe holds, and what lies ready
ROOT = Path(__file__).parents[3]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "many.jsonl", [item(n) for n in range(MANY)])


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started, as they are started."""
    started: list[subprocess.Popen[bytes]] = []

    class Kept(subprocess.Popen[bytes]):
        def __init__(self, *words: object, **how: object) -> None:
            super().__init__(*words, **how)  # type: ignore[call-overload]  # handed on
            started.append(self)

    monkeypatch.setattr("subprocess.Popen", Kept)
    return started


@pytest.fixture
def read_there(
    readers: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> list[subprocess.Popen[bytes]]:
    """The same where every file counts as a large one."""
    monkeypatch.setattr(elsewhere, "LARGE", 0)
    return readers


def task_of(path: Path) -> Task:
    shape = find_shape(look_at(path), Told())
    return Task(path, shape, find_mapping(ITEM, shape.columns), ITEM)


def test_it_is_what_would_be_read_here(tmp_path: Path) -> None:
    task = task_of(second_file(tmp_path))
    there = list(read_elsewhere(task))
    assert there == list(read_here(task))
    assert {type(one.found).__name__ for one in there} == {
        "Comer",
        "RowProblem",
        "Unfit",
    }


def test_a_large_file_comes_in_as_a_small_one_does(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    readers: list[subprocess.Popen[bytes]],
) -> None:
    path = second_file(tmp_path)
    told = []
    for name, large in (("here", 1 << 40), ("there", 0)):
        monkeypatch.setattr(elsewhere, "LARGE", large)
        world = make_world(f"sqlite:///{tmp_path / name}.sqlite")
        importer(world)(path)
        told.append((story(world), kept(world)))
        world.store.close()
    assert told[0] == told[1]
    assert len(readers) == 1
    assert readers[0].poll() is not None


def test_a_look_at_the_first_rows_starts_no_process(
    world: World, many: Path, read_there: list[subprocess.Popen[bytes]]
) -> None:
    importer(world)(many, dry_run=True, limit=5)
    assert read_there == []


def test_what_goes_wrong_there_is_raised_here(many: Path) -> None:
    task = task_of(many)
    many.unlink()
    with pytest.raises(FileNotFoundError, match=r"many\.jsonl"):
        list(read_elsewhere(task))


def test_a_reader_that_is_gone_is_no_end_of_the_file(
    many: Path, readers: list[subprocess.Popen[bytes]]
) -> None:
    with closing(read_elsewhere(task_of(many))) as rows:
        next(rows)
        readers[0].kill()
        with pytest.raises(ReadingEnded, match="goes on from there"):
            list(rows)


def test_what_came_in_before_it_was_gone_stays_and_is_gone_on_with(
    world: World, many: Path, read_there: list[subprocess.Popen[bytes]]
) -> None:
    take_in = importer(world)

    def kill(_: object) -> None:
        read_there[0].kill()

    with pytest.raises(ReadingEnded):
        take_in(many, progress=kill)
    ((row, state, *_),) = kept(world)
    assert 0 < row < MANY
    assert state == "running"
    assert take_in(many).tally.received == MANY


def test_nothing_is_read_any_more_once_it_is_closed(
    many: Path, readers: list[subprocess.Popen[bytes]]
) -> None:
    with closing(read_elsewhere(task_of(many))) as rows:
        next(rows)
        assert readers[0].poll() is None
    assert readers[0].poll() is not None


def test_no_program_of_the_folder_one_stands_in_is_run(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_of(many)
    folder = tmp_path / "downloads"
    (folder / "knowledge_base").mkdir(parents=True)
    for name in ("knowledge_base/__init__.py", "pickle.py", "msgspec.py"):
        (folder / name).write_text("raise SystemExit('this was run')\n", "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PYTHONPATH", ".")
    assert len(list(read_elsewhere(task))) == MANY


def test_no_secret_of_the_environment_is_handed_over(
    many: Path, monkeypatch: pytest.MonkeyPatch, readers: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setenv("PGPASSWORD", "canary")
    with closing(read_elsewhere(task_of(many))) as rows:
        next(rows)
        environment = Path(f"/proc/{readers[0].pid}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"canary" not in environment


def test_where_no_process_can_be_started_it_is_read_here(
    many: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    task = task_of(many)
    for gone in ("", "/nowhere/python"):
        monkeypatch.setattr(sys, "executable", gone)
        assert len(list(read_elsewhere(task))) == MANY
        assert "it is read here" in caplog.text
        caplog.clear()


def test_an_error_that_asks_for_more_than_its_words_is_told_all_the_same(
    tmp_path: Path,
) -> None:
    path = write_lines(tmp_path / "odd.jsonl", [item(1, title="")])
    task = task_of(path)
    odd = replace(task, mapping=replace(task.mapping, untitled="U\uffff"))
    for reading in (read_here, read_elsewhere):
        with pytest.raises(UnstorableText, match=r"U\+FFFF"):
            list(reading(odd))


@pytest.mark.parametrize("reading", [read_here, read_elsewhere])
def test_what_an_earlier_run_kept_is_not_made_ready_again(
    tmp_path: Path, reading: Callable[[Task], Iterator[Read]]
) -> None:
    rows = [item(n % 6_000) for n in range(6_010)]
    rows[3] = item(3, maker=[str(n) for n in range(MOST_VALUES + 1)])  # is left out
    path = write_lines(tmp_path / "again.jsonl", rows)
    passed, *rest = reading(replace(task_of(path), after=6_000))
    assert (passed.number, passed.found) == (REMEMBERED, None)
    assert [one.number for one in rest] == list(range(6_001, 6_011))
    firsts = [one.found.first for one in rest if isinstance(one.found, Comer)]
    assert firsts == [1, 2, 3, None, 5, 6, 7, 8, 9, 10]


def test_whoever_is_killed_takes_the_reader_along(tmp_path: Path, many: Path) -> None:
    url = f"sqlite:///{tmp_path / 'killed'}.sqlite"
    world = make_world(url)
    collection = world.collection()
    words = [sys.executable, "-m", "tests.knowledge_base.exchange.child", url]
    words += [str(many), collection, world.archivist.account or "", "elsewhere"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as importing:
        reader = awaited(children_of(importing.pid))
        os.kill(importing.pid, signal.SIGKILL)
    assert reader is not None
    awaited(one for one in gone(reader))
    world.store.close()


def children_of(pid: int) -> Iterator[int | None]:
    """The first process that it started; None as long as there is none."""
    while True:
        threads = Path(f"/proc/{pid}/task").glob("*/children")
        found = [one for thread in threads for one in thread.read_text().split()]
        yield int(found[0]) if found else None


def gone(pid: int) -> Iterator[bool | None]:
    while True:
        state = Path(f"/proc/{pid}/stat")
        is_there = state.exists() and state.read_text("ascii").split()[2] != "Z"
        yield None if is_there else True


def awaited(looks: Iterator[int | bool | None], seconds: int = 60) -> int | None:
    """The first thing that is seen; fails where nothing is in that time."""
    until = time.monotonic() + seconds
    for seen in looks:
        if seen is not None:
            return seen
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.01)
    return None


def test_rows_have_their_places_in_the_file(many: Path) -> None:
    last: Read | None = None
    for last in read_elsewhere(task_of(many)):
        assert last.size > 0
    assert last is not None
    assert last.number == MANY
    assert 0 < last.position <= many.stat().st_size
