"""The bot as it is scheduled, among all the others, with a wiki that is one.

Two workers, an import and the bot are commands that somebody typed; four reviewers say
yes meanwhile. `tests/knowledge_base/test_all_at_once.py` has more of each, without a
wiki.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from knowledge_base import tables
from knowledge_base.approving import Complete
from knowledge_base.chain import verify
from knowledge_base.journeys import State
from knowledge_base.workflow import Stale
from tests.knowledge_base.exchange.conftest import item, write_lines
from tests.wikibot.hands.bench import Bench, make_bench, settings_text
from tests.wikibot.hands.test_restoring_by_the_page import let_it_name
from withcare.sandbox import RunningSandbox

pytest_plugins = ["tests.wiki_fixtures"]

ROOT = Path(__file__).parents[3]
REVIEWERS, EACH, ROWS, RUNS = 4, 2, 300, 20
BY_ILSE = ("--as", "ilse", "--reason", "read-and-found-in-order")


@pytest.fixture
def bench(
    tmp_path: Path, wiki: RunningSandbox, any_database_url: str
) -> Iterator[Bench]:
    """The home of an operator; what stands in its file is what the commands read."""
    home = tmp_path / "home"
    home.mkdir()
    is_file = any_database_url.startswith("sqlite")
    url = f"sqlite:///{home / 'withcare.sqlite'}" if is_file else any_database_url
    made = make_bench(home, wiki, url)
    (home / "settings.toml").write_text(settings_text(made), "utf-8")
    let_it_name(any_database_url, home / "settings.toml")
    yield made
    made.world.store.close()


def typed(bench: Bench, *words: str) -> str:
    """What a command says that somebody types; it ends well."""
    home = {"WITHCARE_HOME": str(bench.settings.home)}
    ended = subprocess.run(
        [sys.executable, "-m", "withcare", *words],
        cwd=ROOT,
        env=os.environ | home,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
    return ended.stdout


def is_published(bench: Bench, records: Sequence[str]) -> bool:
    return {bench.world.state(record) for record in records} == {State.PUBLISHED}


def review(bench: Bench, records: Sequence[str]) -> None:
    """Says yes to each; where it has moved on she looks again."""
    for record in records:
        while True:
            try:
                assert bench.approve(record) == Complete()
                break
            except Stale:
                continue


def publish(bench: Bench, records: Sequence[str], done: threading.Event) -> None:
    """The bot, again and again, until all of them stand on the wiki."""
    try:
        for _ in range(RUNS):
            typed(bench, "bot", "run")
            if is_published(bench, records):
                return
        raise AssertionError("some were never published")
    finally:
        done.set()


def tend(bench: Bench, done: threading.Event) -> None:
    while not done.is_set():
        typed(bench, "work", "--once")


@pytest.mark.slow
def test_the_bot_among_all_the_others(bench: Bench, tmp_path: Path) -> None:
    world = bench.world
    records = [
        world.item(description=f"Boat {number} (invented)")
        for number in range(REVIEWERS * EACH)
    ]
    for record in records:
        world.concern(record, "nobody")
    typed(bench, "kb", "collection", "boats", "--title", "Boats", *BY_ILSE)
    file = str(write_lines(tmp_path / "a.jsonl", [item(n) for n in range(ROWS)]))
    done = threading.Event()
    with ThreadPoolExecutor(REVIEWERS + 4) as all_of_them:
        acts: list[Future[Any]] = [
            all_of_them.submit(publish, bench, records, done),
            *(all_of_them.submit(tend, bench, done) for _ in range(2)),
            all_of_them.submit(
                typed, bench, "kb", "import", file, "--collection", "boats", *BY_ILSE
            ),
            *(
                all_of_them.submit(review, bench, records[n::REVIEWERS])
                for n in range(REVIEWERS)
            ),
        ]
    for act in acts:
        act.result()
    for number, record in enumerate(records):
        assert f"Boat {number} (invented)" in bench.text(record)
    with world.store.reading() as db:
        assert verify(db).holds
        inside = tables.records.c.collection_id.is_not(None)
        assert db.scalar(select(func.count()).where(inside)) == ROWS
    assert "0 saved" in typed(bench, "bot", "run")
