"""What a worker costs that has nothing to do: seconds of the processor, and queries.

Measured are many rounds of `withcare work` one after another, each as the worker takes
it while it waits, over a store with some records, as many as an hour has.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from knowledge_base.receiving import receive
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store, create
from knowledge_base.work import work
from policies.rulebook import Rulebook
from tests.bench.imports import Result
from tests.bench.policies_decide import PUBLIC_WIKI
from withcare.commands.work import LOOK_EVERY

ROOT = Path(__file__).parents[2]
RECORDS, ROUNDS = 300, 720  # a round every five seconds: an hour
AT_MOST_SECONDS, AT_MOST_QUERIES = 36.0, 60.0  # of an hour: 1 %; a minute: one a second


def measure() -> Iterable[Result]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'withcare.sqlite'}"
        words = [sys.executable, "-m", "tests.bench.idle", url]
        said = subprocess.run(
            words, cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True
        )
    seconds, queries = (float(word) for word in said.stdout.split())
    yield Result(
        name="idle worker, an hour, on SQLite",
        value=round(seconds, 2),
        unit="s of the processor",
        peer=f"at most {AT_MOST_SECONDS:g}",
        ratio=seconds / AT_MOST_SECONDS,
    )
    yield Result(
        name="idle worker, queries in a minute",
        value=round(queries, 1),
        unit="queries",
        peer=f"at most {AT_MOST_QUERIES:g}",
        ratio=queries / AT_MOST_QUERIES,
    )


def idle_for_an_hour(url: str) -> tuple[float, float]:
    """(seconds of the processor, queries in a minute); no time passes in earnest."""
    now = datetime.now(UTC)
    create(url, now=now)
    rulebook = Rulebook.shipped()
    store = Store.open(url, rulebook=rulebook, destinations=(PUBLIC_WIKI,), keys=None)
    for number in range(RECORDS):
        content = {"title": (f"Boat {number}",), "identifier": (f"B.{number}",)}
        towards = (PUBLIC_WIKI.id,)
        receive(store, "item", content, by=SOFTWARE, now=now, towards=towards)
    _round(store, now, is_first=True)
    queries = 0

    def count(_db: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal queries
        queries += not statement.startswith("BEGIN")

    event.listen(store._engine, "before_cursor_execute", count)
    began = time.process_time()
    for number in range(ROUNDS):
        _round(store, now + (number + 1) * timedelta(seconds=LOOK_EVERY))
    seconds = time.process_time() - began
    store.close()
    return seconds, queries / (ROUNDS * LOOK_EVERY / 60)


def _round(store: Store, now: datetime, *, is_first: bool = False) -> None:
    for _ in work(store, worker="idle", clock=lambda: now, is_first=is_first):
        pass


if __name__ == "__main__":
    print(*idle_for_an_hour(sys.argv[1]))  # noqa: T201 - the answer, to be read
