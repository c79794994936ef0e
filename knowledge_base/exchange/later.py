"""An import that the worker does: how far it is, cancelled, and gone on with.

The job holds where the file stands, its fingerprint and how it is to be read, and no
word of it: the file stays where it is until the worker has read it, and is refused if
it is another by then. What came in stays also where the import is cancelled, and
whoever is killed in it is followed by another.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from knowledge_base.accounts import Account
from knowledge_base.columns import storable
from knowledge_base.exchange.batches import ImportUnderWay
from knowledge_base.exchange.elsewhere import ReadingEnded
from knowledge_base.exchange.importing import import_file
from knowledge_base.exchange.mappings import mapping_named
from knowledge_base.exchange.report import Done, ImportReport
from knowledge_base.exchange.shape import Format, Told
from knowledge_base.faults import StoreFault
from knowledge_base.jobs import (
    Job,
    LeaseLost,
    NoSuchJob,
    all_jobs,
    ask_for,
    cancel,
    come_to,
    find_job,
)
from knowledge_base.kinds import kind_named
from knowledge_base.rights import Role
from knowledge_base.sheet import chunks
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from knowledge_base.tables import records
from policies.errors import WithcareError

KIND = "import"
TOLD_EVERY = timedelta(seconds=2)
A_TURN = timedelta(minutes=5)  # then what the clock asks for has its turn

TRIED_AGAIN = (StoreFault, ImportUnderWay, LeaseLost, ReadingEnded)
"""What passes by itself; of whatever else an import is refused for, it stays so."""


class _Pause(Exception):
    """The worker is to stop here; what is in stays, and it goes on from there."""


def import_later(
    store: Store,
    path: Path,
    *,
    collection: str,
    kind: str,
    mapping: str,
    towards: tuple[str, ...],
    told: Told,
    by: Actor,
    now: datetime,
) -> str:
    """Asks the worker to import the file; returns the job's id.

    `mapping` is "auto", the name of a preset or the path of a mapping file. Raises at
    once whatever `import_file` would raise before its first row.
    """
    asked = {
        "file": storable(str(path.resolve())),
        "collection": collection,
        "kind": kind,
        "mapping": _as_named(mapping),
        "towards": list(towards),
        "format": None if told.format is None else told.format.value,
        "encoding": told.encoding,
        "delimiter": told.delimiter,
        "separator": told.separator,
        "reason": by.reason,
        "by_command": by.by_command,
        "asked_at": now.isoformat(),
    }
    job = _as_job(asked, by.account or "")
    seen = _import(store, job, clock=lambda: now, dry_run=True, limit=0)
    asked["batch"] = seen.batch
    return ask_for(store, KIND, asked, owner=by.account or "", now=now)


def _as_named(mapping: str) -> str:
    path = Path(mapping)
    return storable(str(path.resolve())) if path.suffix else mapping


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, and by whom."""

    arguments: Mapping[str, Any]
    owner: str


def _as_job(arguments: Mapping[str, Any], owner: str) -> _Asked:
    return _Asked(arguments, owner)


def import_asked_for(
    store: Store,
    job: Job,
    *,
    clock: Callable[[], datetime],
    is_stopped: Callable[[], bool],
) -> tuple[int, str]:
    """Imports until the end, or as long as a turn lasts: (rows so far, how far it is).

    "" at the end. Raises `LeaseLost` where somebody took it over or cancelled it.
    """
    told = clock()
    # What an earlier turn brought in is passed over first, and is none of this one.
    began: datetime | None = None
    done, reached, is_first = job.done, job.reached, True

    def progress(at: Done) -> None:
        nonlocal told, done, reached, is_first, began
        now = clock()
        done, reached = at.tally.rows, f"{at.position} {at.size}"
        if is_first or now - told >= TOLD_EVERY:
            come_to(store, job, reached, done, now=now)
            told, is_first = now, False
        if at.position >= at.size:
            return
        if job.done < done:
            began = began or now
        has_had_its_turn = began is not None and now - began >= A_TURN
        if has_had_its_turn or is_stopped():
            raise _Pause

    try:
        asked = _as_job(job.arguments, job.owner or "")
        _import(store, asked, clock=clock, progress=progress)
    except _Pause:
        return done, reached
    return done, ""


def _import(
    store: Store, asked: _Asked, *, clock: Callable[[], datetime], **how: Any
) -> ImportReport:
    of = asked.arguments
    written = of["format"]
    return import_file(
        store,
        Path(of["file"]),
        collection=of["collection"],
        kind=kind_named(of["kind"]),
        mapping=mapping_named(of["mapping"]),
        towards=tuple(of["towards"]),
        by=Actor(
            Voice.INSTITUTION,
            account=asked.owner,
            reason=of["reason"],
            by_command=of["by_command"],
        ),
        now=clock,
        looked_at=of.get("batch"),  # known once it was looked at to be asked for
        told=Told(
            format=None if written is None else Format(written),
            encoding=of["encoding"],
            delimiter=of["delimiter"],
            separator=of["separator"],
        ),
        **how,
    )


def cancel_import(store: Store, id: str, *, by: Account, now: datetime) -> Job:
    """Cancels it; returns the job as it is now. Raises `NoSuchJob`, which is also for
    an import of another institution."""
    with store.reading() as db:
        job = find_job(db, id)
        if job is None or job.id not in _seen_by(db, (job,), by):
            raise NoSuchJob
    cancel(store, id, now=now)
    with store.reading() as db:
        job = find_job(db, id)
    assert job is not None
    return job


def jobs_for(db: Connection, who: Account) -> tuple[Job, ...]:
    """Every job that the account works for: the clock's, and its house's imports."""
    jobs = all_jobs(db)
    seen = _seen_by(db, jobs, who)
    return tuple(job for job in jobs if job.owner is None or job.id in seen)


def _seen_by(db: Connection, jobs: Iterable[Job], who: Account) -> frozenset[str]:
    """Those of her house, in one query: how many others there are costs nothing."""
    asked = [job for job in jobs if job.kind == KIND]
    above = sorted({job.arguments["collection"] for job in asked})
    whose = select(records.c.id, records.c.institution_id)
    houses = {
        row.id: row.institution_id
        for some in chunks(above)
        for row in db.execute(whose.where(records.c.id.in_(some)))
    }
    roles = (Role.ARCHIVIST, Role.OPERATOR)
    return frozenset(
        job.id
        for job in asked
        if any(
            who.may_work_for(role, houses.get(job.arguments["collection"]))
            for role in roles
        )
    )


def share_of(job: Job) -> int:
    """How much of the file was read, of a hundred."""
    position, _, size = job.reached.partition(" ")
    return 100 * int(position or 0) // max(int(size or 0), 1)


def is_for_good(error: WithcareError) -> bool:
    """Whether trying again would only say the same."""
    return not isinstance(error, TRIED_AGAIN)
