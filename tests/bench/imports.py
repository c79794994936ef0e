"""Records imported and screened per second, and the memory that it takes.

Each run is a process of its own on one core, into a store on the disk that commits as
it does in earnest. It reads the whole IMA file where `WITHCARE_SHARED` (else
../shared) has it, and the slice that ships with the demo otherwise; each name says
which.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

from knowledge_base.accounts import add_account
from knowledge_base.exchange.importing import import_file
from knowledge_base.keys import Keyring
from knowledge_base.kinds import shipped_kinds
from knowledge_base.receiving import receive
from knowledge_base.rights import Role
from knowledge_base.steps import SOFTWARE, Actor, Voice
from knowledge_base.store import Store, create
from policies.rulebook import Rulebook
from tests.bench.policies_decide import PUBLIC_WIKI

ROOT = Path(__file__).parents[2]
SLICE = ROOT / "withcare" / "demo" / "records" / "ima.jsonl"
AT_LEAST, AT_MOST = 3_000, 200
RUNS = 2


class Result(TypedDict):
    """One line of the bench; `ratio` is the value over the number to reach."""

    name: str
    value: float
    unit: str
    peer: str
    ratio: float


def measure() -> Iterable[Result]:
    """The faster of the runs, the larger of their memories, and a second import."""
    source = _source()
    runs = [_run_apart(source) for _ in range(RUNS)]
    of = f"{runs[0]['records']:,} records of {source.name}"
    of += " (the slice that ships)" if source == SLICE else ""
    speed = max(run["per_second"] for run in runs)
    memory = max(run["megabytes"] for run in runs)
    again = max(run["again_per_second"] for run in runs)
    yield _line(f"import and screen {of}", speed, "records/s", AT_LEAST)
    yield _line(f"import the same again, {of}", again, "records/s", AT_LEAST)
    yield {
        "name": f"memory at most, {of}",
        "value": memory,
        "unit": "MB",
        "peer": f"at most {AT_MOST}",
        "ratio": round(memory / AT_MOST, 2),
    }


def _line(name: str, value: float, unit: str, at_least: int) -> Result:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": f"at least {at_least:,}",
        "ratio": round(value / at_least, 2),
    }


def _source() -> Path:
    shared = Path(os.environ.get("WITHCARE_SHARED", ROOT.parent / "shared"))
    whole = shared / "data" / "ima" / "records.jsonl.gz"
    return whole if whole.is_file() else SLICE


def _run_apart(source: Path) -> dict[str, Any]:
    words = [sys.executable, "-m", "tests.bench.imports", str(source)]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run(source: Path) -> dict[str, Any]:
    """Imports the file twice into a fresh store, in this process."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        create(url, now=_now())
        store = Store.open(
            url,
            rulebook=Rulebook.shipped(),
            destinations=(PUBLIC_WIKI,),
            keys=Keyring(bytes(32)),
        )
        archivist = _archivist(store)
        collection = receive(
            store, "collection", {"title": ("Bench",)}, by=SOFTWARE, now=_now()
        )
        speeds = [_import(store, source, collection, archivist) for _ in range(2)]
        store.close()
    return {
        "records": speeds[0][0],
        "per_second": speeds[0][1],
        "again_per_second": speeds[1][1],
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _folder() -> Path:
    # A temporary folder is often memory, where a commit costs nothing.
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    return build


def _archivist(store: Store) -> Actor:
    # The operator is made by software, and it is the operator who makes the archivist.
    roles = ((Role.OPERATOR, ""),)
    operator = add_account(store, "operator", roles, by=SOFTWARE, now=_now())
    by = Actor(Voice.OPERATOR, account=operator)
    roles = ((Role.ARCHIVIST, ""),)
    account = add_account(store, "archivist", roles, by=by, now=_now())
    return Actor(Voice.INSTITUTION, account=account, reason="own-collection")


def _import(
    store: Store, source: Path, collection: str, by: Actor
) -> tuple[int, float]:
    begins = time.perf_counter()
    report = import_file(
        store,
        source,
        collection=collection,
        kind=shipped_kinds()["item"],
        towards=(PUBLIC_WIKI.id,),
        by=by,
        now=_now,
    )
    seconds = time.perf_counter() - begins
    return report.tally.rows, round(report.tally.rows / seconds)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]))))
