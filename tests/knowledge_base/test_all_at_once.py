"""Two workers, four reviewers, an import and the bot at once, each a process.

Nobody is locked out, nothing of what anybody did is missing, and the chain holds.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from knowledge_base import tables
from knowledge_base.chain import verify
from knowledge_base.exchange.later import import_later
from knowledge_base.exchange.shape import Told
from knowledge_base.jobs import all_jobs
from knowledge_base.journeys import State
from tests.knowledge_base.conftest import WIKI, World, make_world
from tests.knowledge_base.exchange.conftest import item, write_lines
from tests.knowledge_base.test_dates_due import published, reasons, until

ROOT = Path(__file__).parents[2]
REVIEWERS, EACH, ENDING, ROWS, LEFT = 4, 3, 4, 600, 150


def start(role: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.knowledge_base.one_of_many", role]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, cwd=ROOT, stdin=pipe, stderr=pipe, text=True)


def all_at_once(roles: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Each is loaded first, and told to begin when all of them are there."""
    running = [(role, start(role), told) for role, told in roles]
    for _, one, told in running:
        assert one.stdin is not None
        one.stdin.write(json.dumps(told) + "\n")
        one.stdin.flush()
    for role, one, _ in running:
        _, said = one.communicate()
        assert one.returncode == 0, f"{role}: {said}"


@pytest.mark.slow
def test_nobody_is_locked_out_and_nothing_goes_missing(
    any_database_url: str, tmp_path: Path
) -> None:
    world = make_world(any_database_url)
    ending = [published(world, days=3) for _ in range(ENDING)]
    until(world, 3)
    waiting = [world.item() for _ in range(REVIEWERS * EACH)]
    for record in waiting:
        world.concern(record, "named", world.people)
    shared, collection = world.item(), world.collection()
    file = write_lines(tmp_path / "a.jsonl", [item(n) for n in range(ROWS)])
    left = left_to_the_workers(world, tmp_path)
    told = {
        "url": any_database_url,
        "now": world.now.isoformat(),
        "people": world.people,
        "steward": world.steward.account,
        "archivist": world.archivist.account,
    }
    mine = [waiting[n::REVIEWERS] for n in range(REVIEWERS)]
    all_at_once(
        [
            *(("worker", told | {"name": name}) for name in ("one", "two")),
            *(("reviewer", told | {"mine": m, "shared": shared}) for m in mine),
            ("import", told | {"file": str(file), "collection": collection}),
            ("bot", told | {"all": waiting}),
        ]
    )
    for record in ending:
        assert world.state(record) is State.CLOSING
        assert reasons(world, record) == ["consent"]
    assert {world.state(record) for record in waiting} == {State.PUBLISHED}
    require_whole(world, shared, {collection: ROWS, left: LEFT})
    world.store.close()


def left_to_the_workers(world: World, folder: Path) -> str:
    """The collection of an import that the two workers take from each other."""
    collection = world.collection()
    import_later(
        world.store,
        write_lines(folder / "b.jsonl", [item(n) for n in range(LEFT)]),
        collection=collection,
        kind="item",
        mapping="auto",
        towards=(WIKI,),
        told=Told(),
        by=world.archivist,
        now=world.now,
    )
    return collection


def require_whole(world: World, shared: str, imported: Mapping[str, int]) -> None:
    kinds, records, questions = tables.steps.c, tables.records.c, tables.questions.c
    with world.store.reading() as db:
        assert verify(db).holds
        query = select(kinds.kind).where(kinds.record_id == shared)
        flags = Counter(db.scalars(query))["held"]
        for collection, rows in imported.items():
            inside = select(func.count()).where(records.collection_id == collection)
            assert db.scalar(inside) == rows
        assert [job.outcome for job in all_jobs(db) if job.owner] == ["done"]
        asked = Counter(
            tuple(row)
            for row in db.execute(
                select(
                    questions.record_id,
                    questions.destination,
                    questions.party,
                    questions.rule,
                    questions.about,
                )
            )
        )
    assert flags == REVIEWERS * EACH
    assert set(asked.values()) == {1}, "somebody is asked the same thing twice"
