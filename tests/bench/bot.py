"""What a run of the bot costs, in requests and seconds, beside other bots' cost.

All of them do the same job on the same real MediaWiki, one after the other: make the
pages, look again when nothing changed, save what changed. Requests are counted by the
wiki's own log, ours and theirs alike. The budget itself is asserted by the tests.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

from tests.bench._peers import PEERS
from tests.wikibot.hands.bench import Bench, make_bench
from withcare.sandbox import RunningSandbox, Sandbox

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "build" / "sandbox" / "images"
PAGES = 50
CHANGED = 10
JOBS = (
    f"making {PAGES} pages",
    f"a run with nothing to do, {PAGES} pages",
    f"{CHANGED} of {PAGES} pages changed",
)


class Result(TypedDict):
    """One line of the bench; `ratio` is the value over what the peer needs."""

    name: str
    value: float
    unit: str
    peer: str | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What one job took."""

    requests: int
    seconds: float


def measure() -> Iterable[Result]:
    """Requests and seconds of the three jobs, ours beside each peer's; a withdrawal."""
    with tempfile.TemporaryDirectory() as folder:
        wiki = Sandbox.start(Path(folder) / "wiki", images=IMAGES)
        try:
            home = Path(folder) / "home"
            home.mkdir()
            bench = make_bench(home, wiki, f"sqlite:///{home / 'withcare.sqlite'}")
            yield from _measured(bench, Path(folder))
            bench.world.store.close()
        finally:
            wiki.stop()


def _measured(bench: Bench, folder: Path) -> Iterator[Result]:
    bench.run()  # signs in
    records = [bench.approved(description="One.") for _ in range(PAGES)]
    ours = list(_our_jobs(bench, records))
    texts = [bench.text(record) for record in records]
    for peer in PEERS:
        theirs = list(_their_jobs(bench.wiki, peer, folder / peer, texts))
        for job, own, other in zip(JOBS, ours, theirs, strict=True):
            yield from _beside(job, own, f"{peer} {version(peer)}", other)
    rate = round(PAGES / ours[0].seconds, 1)
    yield _alone("pages published per second", rate, "pages/s")
    bench.withdraw(records[0])
    yield _alone("withdrawal with its proof", round(_run(bench).seconds, 2), "s")


def _our_jobs(bench: Bench, records: list[str]) -> Iterator[Cost]:
    yield _run(bench)
    yield _run(bench)
    for record in records[:CHANGED]:
        bench.tell_otherwise(record, description="Two.")
        bench.approve_again(record)
    yield _run(bench)


def _run(bench: Bench) -> Cost:
    began = time.perf_counter()
    with bench.wiki.request_log.recording() as recording:
        tally = bench.run()
    assert not tally.trouble
    assert not tally.people
    return Cost(len(recording.requests), time.perf_counter() - began)


def _their_jobs(
    wiki: RunningSandbox, peer: str, folder: Path, texts: list[str]
) -> Iterator[Cost]:
    """The same three jobs on pages of their own with the very texts of ours."""
    folder.mkdir()
    pages = {f"{peer.title()} {n}": text for n, text in enumerate(texts)}
    before = {title: text.replace("Two.", "One.") for title, text in pages.items()}
    _job(wiki, peer, folder, {})  # signs in
    for wanted in (before, before, pages):
        yield _job(wiki, peer, folder, wanted)


def _job(
    wiki: RunningSandbox, peer: str, folder: Path, pages: Mapping[str, str]
) -> Cost:
    who = wiki.accounts["bot"]
    told = {
        "api": wiki.api,
        "name": who.login_name,
        "password": who.bot_password,
        "pages": pages,
    }
    with wiki.request_log.recording() as recording:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench._peers", peer],
            check=True,
            capture_output=True,
            text=True,
            input=json.dumps(told),
            cwd=ROOT,
            env=os.environ | {"PYWIKIBOT_DIR": str(folder), "NO_PROXY": "*"},
        )
    return Cost(len(recording.requests), json.loads(ran.stdout))


def _beside(job: str, own: Cost, peer: str, other: Cost) -> Iterator[Result]:
    yield {
        "name": job,
        "value": own.requests,
        "unit": "requests",
        "peer": f"{peer}, page by page: {other.requests}",
        "ratio": own.requests / other.requests,
    }
    yield {
        "name": job,
        "value": round(own.seconds, 2),
        "unit": "s",
        "peer": f"{peer}, page by page: {other.seconds:.2f}",
        "ratio": own.seconds / other.seconds,
    }


def _alone(name: str, value: float, unit: str) -> Result:
    return {"name": name, "value": value, "unit": unit, "peer": None, "ratio": None}
