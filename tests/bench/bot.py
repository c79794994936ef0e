"""What a run of the bot costs, in requests and seconds, on a real MediaWiki.

The budget itself is asserted by the tests; here it is only told, beside what reading
page by page costs with pywikibot (N + 2C requests, wiki.md's measure of version 11.9).
"""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from tests.wikibot.hands.bench import Bench, make_bench
from withcare.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "build" / "sandbox" / "images"
PAGES = 50
CHANGED = 10


class Result(TypedDict):
    """One line of the bench; `ratio` is the value over what the peer needs."""

    name: str
    value: float
    unit: str
    peer: str | None
    ratio: float | None


def measure() -> Iterable[Result]:
    """Requests of a first, an idle and a small run; seconds of a withdrawal."""
    with tempfile.TemporaryDirectory() as folder:
        wiki = Sandbox.start(Path(folder) / "wiki", images=IMAGES)
        try:
            home = Path(folder) / "home"
            home.mkdir()
            bench = make_bench(home, wiki, f"sqlite:///{home / 'withcare.sqlite'}")
            yield from _runs(bench)
            bench.world.store.close()
        finally:
            wiki.stop()


def _runs(bench: Bench) -> Iterable[Result]:
    bench.run()  # signs in
    records = [bench.approved(description="One.") for _ in range(PAGES)]
    began = time.perf_counter()
    yield _requests(bench, f"requests to publish {PAGES} pages", 3 * PAGES)
    took = time.perf_counter() - began
    yield _result("pages published per second", round(PAGES / took, 1), "pages/s")
    yield _requests(bench, f"requests of an idle run, {PAGES} pages", PAGES)
    for record in records[:CHANGED]:
        bench.tell_otherwise(record, description="Two.")
        bench.approve_again(record)
    name = f"requests of a run, {CHANGED} of {PAGES} pages changed"
    yield _requests(bench, name, PAGES + 2 * CHANGED)
    bench.withdraw(records[0])
    began = time.perf_counter()
    bench.run()
    took = time.perf_counter() - began
    yield _result("withdrawal with its proof", round(took, 2), "s")


def _requests(bench: Bench, name: str, page_by_page: int) -> Result:
    with bench.wiki.request_log.recording() as recording:
        bench.run()
    value = len(recording.requests)
    return {
        "name": name,
        "value": value,
        "unit": "requests",
        "peer": "pywikibot, page by page",
        "ratio": value / page_by_page,
    }


def _result(name: str, value: float, unit: str) -> Result:
    return {"name": name, "value": value, "unit": unit, "peer": None, "ratio": None}
