"""Killed at any moment an import loses nothing and repeats nothing."""

import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from knowledge_base import tables
from knowledge_base.chain import verify
from knowledge_base.exchange import batches
from knowledge_base.exchange.batches import problems_of
from knowledge_base.exchange.rows import MOST_VALUES
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.exchange.conftest import (
    importer,
    item,
    write_lines,
)

ROWS, MOST_RUNS = 1_500, 12
ROOT = Path(__file__).parents[3]


def first_file(folder: Path) -> Path:
    return write_lines(folder / "a.jsonl", [item(n, date="1930") for n in range(400)])


def second_file(folder: Path) -> Path:
    """New records, changed ones, the same ones, and rows that are wrong."""
    lines: list[Any] = [item(n, date="1931" if n % 2 else "1930") for n in range(ROWS)]
    lines[::97] = ["{broken"] * len(lines[::97])
    lines[50] = item(50, title="")
    # A refused row that shares its identifier with a good one, far behind it.
    lines[60] = item(1_400, maker=[str(n) for n in range(MOST_VALUES + 1)])
    return write_lines(folder / "b.jsonl", lines)


def run_until(
    url: str,
    world: World,
    path: Path,
    collection: str,
    seconds: float,
    where: str = "here",
) -> bool:
    """Whether it came to its end; it is killed after so many seconds of work.

    `where` the rows are read, "here" or "elsewhere".
    """
    account = world.archivist.account or ""
    words = [sys.executable, "-m", "tests.knowledge_base.exchange.child"]
    child = subprocess.Popen(
        [*words, url, str(path), collection, account, where],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "go\n"
        try:
            return child.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            child.kill()
            return False


def story(world: World) -> dict[str, Any]:
    """All that an import leaves behind, without the ids and the times."""
    with world.store.reading() as db:
        assert verify(db).holds
        kinds, asked = defaultdict(list), defaultdict(set)
        for row in db.execute(select(tables.steps).order_by(tables.steps.c.position)):
            kinds[row.record_id].append(row.kind)
        for row in db.execute(select(tables.questions)):
            asked[row.record_id].add((row.rule, row.party))
        states = {
            row.record_id: row.state for row in db.execute(select(tables.journeys))
        }
        return {
            row.identifier: (
                row.content_hash,
                row.facts["findings"],
                kinds[row.id],
                asked[row.id],
                states.get(row.id),
            )
            for row in db.execute(select(tables.records))
            if row.kind == "item"
        }


def kept(world: World) -> list[Any]:
    with world.store.reading() as db:
        found = db.execute(select(tables.batches).order_by(tables.batches.c.row))
        return [
            (row.row, row.state, row.counts, list(problems_of(db, row.id)))
            for row in found
        ]


def size(world: World, table: Any) -> int:
    with world.store.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.slow
def test_a_killed_import_ends_as_if_it_had_never_been_killed(tmp_path: Path) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201  # shown by pytest when the test fails
    dice = random.Random(seed)
    urls = [f"sqlite:///{tmp_path / name}.sqlite" for name in ("killed", "whole")]
    killed, whole = (make_world(url) for url in urls)
    path = second_file(tmp_path)

    take_in = importer(whole)
    take_in(first_file(tmp_path))
    take_in(path)

    collection = killed.collection()
    assert run_until(urls[0], killed, first_file(tmp_path), collection, 60)
    for run in range(MOST_RUNS):
        # Longer each time: else it would never end where a machine is slow.
        seconds = dice.uniform(0.0, 0.2 + 0.1 * run) if run < MOST_RUNS - 1 else 60
        where = "elsewhere" if run % 2 else "here"
        if run_until(urls[0], killed, path, collection, seconds, where):
            break

    assert run > 0, "it was never killed: make the file larger"
    assert story(killed) == story(whole)
    assert kept(killed) == kept(whole)
    assert [row[1] for row in kept(killed)] == [batches.DONE, batches.DONE]
    for table in (tables.steps, tables.contents, tables.questions):
        assert size(killed, table) == size(whole, table)
    before = size(killed, tables.steps)
    assert run_until(urls[0], killed, path, collection, 60)
    assert size(killed, tables.steps) == before
    killed.store.close()
    whole.store.close()
