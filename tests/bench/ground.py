"""A store of very many records: what a page costs in it, and what taking more in does.

Made from the real ones, each again under a number of its own, until there are as many
as `WITHCARE_BENCH_RECORDS` says (a million, which takes the better part of an hour on a
small machine). Pages are asked for as a browser does, through the whole app. Each
database has a process of its own.
"""

import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, TypedDict

from sqlalchemy import event, select

from knowledge_base import tables
from knowledge_base.answers import Yes, answered
from knowledge_base.approving import decision_after
from knowledge_base.backups import Since, back_up, restore
from knowledge_base.exchange.importing import import_file
from knowledge_base.gate import facts_of, is_clear
from knowledge_base.history import length_of
from knowledge_base.kept_views import renew_all
from knowledge_base.keys import Keyring
from knowledge_base.kinds import shipped_kinds
from knowledge_base.notes import Note
from knowledge_base.receiving import receive
from knowledge_base.records import find_records
from knowledge_base.steps import SOFTWARE, Approved, ConcernAnswered, Proposed, Step
from knowledge_base.workflow import note
from policies.facts import Says
from policies.rulebook import Rulebook
from tests.bench.imports import SLICE, _source
from tests.review_app.table import WIKI, Table, lay_table, reopen
from tests.services import postgresql

ROOT = Path(__file__).parents[2]
RECORDS = int(os.environ.get("WITHCARE_BENCH_RECORDS", "1000000"))
SHOWN, TOGETHER = 100_000, 100
PORTION = 30_000
BACKED_UP = 100_000
SAMPLES = 60
AT_MOST, QUERIES = 50, 10
KEYS = Keyring(bytes(32))  # as in earnest: what records say is sealed


_Said = tuple[Step, str | None]


class Result(TypedDict):
    """One line of the bench; `ratio` is the value over the number to reach."""

    name: str
    value: float
    unit: str
    peer: str
    ratio: float


def measure() -> Iterable[Result]:
    """On SQLite and on PostgreSQL, each in its turn."""
    for database in ("sqlite", "postgresql"):
        words = [sys.executable, "-m", "tests.bench.ground", database, str(RECORDS)]
        done = subprocess.run(
            words, cwd=ROOT, check=True, capture_output=True, text=True
        )
        yield from json.loads(done.stdout)


def run(database: str, many: int) -> Iterator[Result]:
    """Fills a store and measures in it."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=build) as folder,
        _urls(database, Path(folder)) as (url, again),
    ):
        table = reopen(lay_table(Path(folder), url), keys=KEYS)
        of = f"{database}, {many:,} records"
        yield from _filled(table, Path(folder), many, of, again)
        yield from _pages(table, of)
        yield from _worked_out(table, of)
        yield _line(f"memory at most, {of}", _megabytes(), "MB", 400)
        table.store.close()


@contextmanager
def _urls(database: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Where the store is, and where its backup is restored: on the same database."""
    if database == "sqlite":
        yield "", f"sqlite:///{folder / 'again.sqlite'}"
        return
    with postgresql.running() as server:
        names = server.create_database(), server.create_database()
        yield server.url(names[0]), server.url(names[1])
        for name in names:
            server.drop_database(name)


def _megabytes() -> int:
    """The most that this process, and the largest it started, have held so far."""
    of = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_maxrss for one in of) // 1024


def _filled(
    table: Table, folder: Path, many: int, of: str, again: str
) -> Iterator[Result]:
    whole = receive(
        table.store,
        "collection",
        {"title": ("Very much (invented)",)},
        by=SOFTWARE,
        now=table.later(),
        towards=(WIKI,),
    )
    speeds: list[float] = []
    rows, done, at_a_tenth = _rows(), 0, 0
    while done < many:
        path = folder / "some.jsonl"
        some = list(islice(rows, min(PORTION, many - done)))
        path.write_text("\n".join(some), "utf-8")
        begins = time.perf_counter()
        import_file(
            table.store,
            path,
            collection=whole,
            kind=shipped_kinds()["item"],
            towards=(WIKI,),
            by=table.actors["ilse"],
            now=table.later,
        )
        done += len(some)
        speeds.append(len(some) / (time.perf_counter() - begins))
        if done >= BACKED_UP > done - len(some):
            yield from _backed_up(table, folder, f"{done:,} records, {of}", again)
        if not at_a_tenth and done >= max(many // 10, BACKED_UP):
            at_a_tenth = _megabytes()
    first, last = (statistics.median(some) for some in (speeds[:3], speeds[-3:]))
    yield _line(f"import at the end, {of}", round(last), "records/s", 3_000)
    # This one does not hang on the machine.
    yield {
        "name": f"import at the end beside the beginning, {of}",
        "value": round(last / first, 2),
        "unit": "times",
        "peer": f"{round(first):,} at first",
        "ratio": round(last / first, 2),
    }
    if at_a_tenth and done > at_a_tenth:
        yield {
            "name": f"memory of the import beside {BACKED_UP:,} of them, {of}",
            "value": _megabytes(),
            "unit": "MB",
            "peer": f"{at_a_tenth} MB then",
            "ratio": round(_megabytes() / at_a_tenth, 2),
        }
    _show(table, min(SHOWN, many // 10))


def _rows() -> Iterator[str]:
    """The real records again and again, each time with a number of its own."""
    source, number = _source(), 10_000_000
    read: Callable[..., Any] = gzip.open if source.suffix == ".gz" else open
    while True:
        with read(source, "rt", encoding="utf-8") as file:
            for line in file:
                number += 1
                yield json.dumps(json.loads(line) | {"irn": number})


def _backed_up(table: Table, folder: Path, of: str, again: str) -> Iterator[Result]:
    begins = time.perf_counter()
    back_up(table.store, folder / "all.zip", now=table.later())
    seconds = time.perf_counter() - begins
    yield _line(f"backup of {of}", round(seconds, 1), "s", 60)
    begins = time.perf_counter()
    restore(
        again,
        folder / "all.zip",
        since=Since(is_lost=True),
        destinations=table.settings.policies,
        keys=KEYS,
        now=table.later(),
    )
    seconds = time.perf_counter() - begins
    yield _line(f"restore of {of}", round(seconds, 1), "s", 60)


def _show(table: Table, many: int) -> None:
    """A person says of so many that they concern nobody, and yes."""
    ready = select(tables.questions.c.record_id).where(
        tables.questions.c.rule == "concern-not-known"
    )
    with table.store.reading() as db:
        ids = list(db.scalars(ready.distinct().limit(many)))
    for some in _portions(ids):
        _all_at_once(table, some, [_concern_nobody(id) for id in some])
        _all_at_once(table, some, _approved(table, some))
    renew_all(table.store, now=table.later())  # as the worker does within a minute


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER))


def _all_at_once(
    table: Table, ids: Sequence[str], said: Sequence[Sequence[_Said]]
) -> None:
    """What is said one by one at the desk, in one transaction for all of them."""
    by = table.actors["ilse"]
    with table.store.reading() as db:
        lengths = {id: length_of(db, id) for id in ids}
    notes = [
        Note(
            record=id,
            seen=lengths[id],
            step=step,
            by=SOFTWARE if isinstance(step, Proposed) else by,
            text=text,
        )
        for id, steps in zip(ids, said, strict=True)
        for step, text in steps
    ]
    note(table.store, notes, now=table.later())


def _concern_nobody(id: str) -> list[_Said]:
    return [(ConcernAnswered(concern="nobody", parties=()), None)]


def _approved(table: Table, ids: Sequence[str]) -> list[list[_Said]]:
    store, now, by = table.store, table.later(), table.actors["ilse"]
    with store.reading() as db:
        facts, found = facts_of(db, ids), find_records(db, ids)
    said: list[list[_Said]] = []
    for id in ids:
        after = decision_after(
            store, facts[id], WIKI, Yes(informed=True), by=by, now=now
        )
        approval = Approved(
            destination=WIKI,
            content_hash=found[id].content_hash or "",
            units_hash="u",
            units={},
            rulebook=after.rulebook,
            visibility=after.visibility.word,
            answers=(),
        )
        yes = answered(Says.YES, WIKI, by, Yes(informed=True), now, units_hash="u")
        proposed = Proposed(destination=WIKI, units_hash="u")
        opens = [(proposed, f"Page {id}"), (approval, None)] if is_clear(after) else []
        said.append([(yes, None), *opens])
    return said


def _pages(table: Table, of: str) -> Iterator[Result]:
    with table.store.reading() as db:
        shown = list(
            db.scalars(
                select(tables.views.c.record_id)
                .where(tables.views.c.shown.is_not(None))
                .limit(SAMPLES)
            )
        )
    pages = {
        "the queue": ("ilse", ["/queue"]),
        "a record at the desk": ("ilse", [f"/desk/{id}" for id in shown]),
        "a record": ("visitor", [f"/r/{id}" for id in shown]),
        "the public list": ("visitor", [f"/records?after={id}" for id in shown]),
        "a search": ("visitor", [f"/records?q={word}" for word in WORDS]),
    }
    for name, (who, paths) in pages.items():
        yield from _page(table, f"{name}, {of}", who, paths)


WORDS = ("untitled", "print", "paper", "robert", "silver", "vase", "18", "zzz")


def _page(table: Table, name: str, who: str, paths: list[str]) -> Iterator[Result]:
    person, times = table.person(who), []
    person.opens(paths[0])
    for number in range(SAMPLES):
        begins = time.perf_counter()
        answer = person.opens(paths[number % len(paths)])
        times.append((time.perf_counter() - begins) * 1000)
        assert answer.status_code == 200
    asked = _asked(table, lambda: person.opens(paths[0]))
    slow = statistics.quantiles(times, n=20)[-1]
    yield _line(f"{name}, p95", round(slow, 1), "ms", AT_MOST)
    yield _line(f"{name}, queries", asked, "queries", QUERIES)


def _asked(table: Table, act: Callable[[], object]) -> int:
    said: list[str] = []

    def hear(*args: Any) -> None:
        said.append(args[2])

    event.listen(table.store._engine, "before_cursor_execute", hear)
    act()
    event.remove(table.store._engine, "before_cursor_execute", hear)
    return sum(one.lstrip().startswith(("SELECT", "UPDATE", "INSERT")) for one in said)


def _worked_out(table: Table, of: str) -> Iterator[Result]:
    """What stands, worked out anew: another quality of the place, and other rules.

    Of the first all stays to be seen, and is made again. By other rules nothing is,
    until somebody agreed to it under them: that alone is found out.
    """
    store = table.store
    store.destinations = tuple(
        replace(one, label=f"{one.label}, once more") for one in store.destinations
    )
    yield _renewed(table, f"of another place, {of}")
    store.rulebook = Rulebook.of(store.rulebook.rules[:-1])
    yield _renewed(table, f"by other rules, {of}")


def _renewed(table: Table, of: str) -> Result:
    """What stands is kept, and nothing else: the rate is over these."""
    begins = time.perf_counter()
    done = renew_all(table.store, now=table.later())
    speed = done / (time.perf_counter() - begins)
    return _line(f"views of {done:,} {of}", round(speed), "records/s", 1_667)


def _line(name: str, value: float, unit: str, beside: float) -> Result:
    is_rate = unit.endswith("/s")
    return {
        "name": f"{name}{' (the slice that ships)' if _source() == SLICE else ''}",
        "value": value,
        "unit": unit,
        "peer": f"at {'least' if is_rate else 'most'} {beside:,}",
        "ratio": round(value / beside, 2),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(list(run(sys.argv[1], int(sys.argv[2])))))
