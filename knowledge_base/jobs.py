"""Jobs: what the worker is to do, taken by lease, so that no two write the same.

A job is taken by raising its fence where nobody raised it since it was read. Whatever
a worker then writes of it is written only while that fence stands. A lease that lies
much further ahead than any of ours was made by another clock, and is not believed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from knowledge_base.identity import new_id
from knowledge_base.store import Store
from knowledge_base.sweeping import sweep
from knowledge_base.tables import jobs
from policies.errors import WithcareError

LEASE = timedelta(seconds=60)
# Whoever looks at the clock and then waits for the store finds leases that are younger
# than what she saw: they run out a little more than a lease after it.
LONGEST_LEASE = 2 * LEASE
LONGEST_WAIT = timedelta(hours=1)  # no job of ours is due again later than that
MOST_AT_ONCE = 20
KEPT_FOR = timedelta(days=90)  # then nobody reads any more what became of a job
WAITING, ENDED, CANCELLED = "waiting", "done", "cancelled"


class LeaseLost(WithcareError):
    """Somebody else is at the job by now, or it was cancelled; nothing was written."""

    def __init__(self, job: str) -> None:
        self.job = job
        super().__init__(f"The job {job} is not this worker's any more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`owner` is an account id, None where the clock asks; `done` counts records.

    `worker` is None while nobody is at it, `ended_at` while it waits; `reached` is how
    far the kind has come, in its own words; `outcome` is "" until it was tried, then
    "done", "not-done", or, of what somebody asked for and will never come about,
    "refused".
    """

    id: str
    kind: str
    owner: str | None
    arguments: Mapping[str, Any]
    state: str
    due_at: datetime
    worker: str | None
    leased_until: datetime | None
    fence: int
    reached: str
    done: int
    outcome: str
    ended_at: datetime | None


class NoSuchJob(WithcareError):
    """There is no such job, or none that this account may cancel: the same words."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such job here that could be cancelled: `withcare work --list` "
            "names those that wait."
        )


def ask_for(
    store: Store, kind: str, arguments: Mapping[str, Any], *, owner: str, now: datetime
) -> str:
    """Writes down what somebody asks the worker to do, once; returns the job's id.

    It takes a few along that ended long ago: the path in one may name a people.
    """
    row = _new(new_id(), kind, now=now)
    row |= {"owner": owner, "arguments": dict(arguments)}
    ended = jobs.c.ended_at <= now - KEPT_FOR
    with store.writing() as db:
        sweep(db, jobs.c.id, ended)
        db.execute(insert(jobs).values(**row))
    id: str = row["id"]
    return id


def find_job(db: Connection, id: str) -> Job | None:
    row = db.execute(select(jobs).where(jobs.c.id == id)).first()
    return None if row is None else _job(row)


def cancel(store: Store, id: str, *, now: datetime) -> None:
    """Ends what somebody asked for; whoever is at it stops at its next portion.

    Raises `NoSuchJob` where it has ended, and for what the clock asks for.
    """
    mine = (jobs.c.id == id) & jobs.c.owner.is_not(None)
    ended = {"state": CANCELLED, "worker": None, "leased_until": None, "ended_at": now}
    with store.writing() as db:
        query = update(jobs).where(mine, jobs.c.state == WAITING).values(**ended)
        if db.execute(query).rowcount != 1:
            raise NoSuchJob


def set_out(store: Store, kinds: Iterable[str], *, now: datetime) -> None:
    """Writes down the job of each of these kinds that never ends, where it is not."""
    with store.reading() as db:
        there = set(db.scalars(select(jobs.c.id)))
    for kind in kinds:
        if kind not in there:
            _set_out(store, kind, now=now)


def _set_out(store: Store, kind: str, *, now: datetime) -> None:
    try:
        with store.writing() as db:
            db.execute(insert(jobs).values(**_new(kind, kind, now=now)))
    except IntegrityError:
        return  # another worker wrote it down at the same moment


def _new(id: str, kind: str, *, now: datetime) -> dict[str, Any]:
    return {
        "id": id,
        "kind": kind,
        "owner": None,
        "arguments": {},
        "state": WAITING,
        "due_at": now,
        "fence": 0,
        "reached": "",
        "done": 0,
        "outcome": "",
    }


def all_jobs(db: Connection) -> tuple[Job, ...]:
    """Every job, by kind; without a word of any record."""
    found = db.execute(select(jobs).order_by(jobs.c.kind, jobs.c.id))
    return tuple(_job(row) for row in found)


def take(
    store: Store,
    kinds: Iterable[str],
    *,
    worker: str,
    now: datetime,
    without: Collection[str] = (),
) -> Job | None:
    """The job that is due longest, with a lease for this worker; None: there is none.

    Where others are quicker it takes the next one. `without`: the ids of jobs that are
    left to others.
    """
    with store.reading() as db:
        due = [_job(row) for row in _due(db, kinds, without, now=now)]
    for job in due:
        taken = {
            "worker": worker,
            "leased_until": now + LEASE,
            "fence": job.fence + 1,
        }
        unchanged = (jobs.c.fence == job.fence) & (jobs.c.state == WAITING)
        with store.writing() as db:
            changed = db.execute(
                update(jobs).where(jobs.c.id == job.id, unchanged).values(**taken)
            )
        if changed.rowcount == 1:
            with store.reading() as db:
                mine = db.execute(select(jobs).where(jobs.c.id == job.id)).one()
            return _job(mine) if mine.fence == job.fence + 1 else None
    return None


def _due(
    db: Connection, kinds: Iterable[str], without: Collection[str], *, now: datetime
) -> list[Row[Any]]:
    """Due and nobody at it; what another clock put off for too long is due as well."""
    is_due = or_(jobs.c.due_at <= now, jobs.c.due_at > now + LONGEST_WAIT)
    nobody = or_(
        jobs.c.leased_until.is_(None),
        jobs.c.leased_until <= now,
        jobs.c.leased_until > now + LONGEST_LEASE,
    )
    wanted = jobs.c.kind.in_(sorted(kinds)) & jobs.c.id.not_in(sorted(without))
    query = select(jobs).where(jobs.c.state == WAITING, wanted, is_due, nobody)
    return list(db.execute(query.order_by(jobs.c.due_at).limit(MOST_AT_ONCE)))


def come_to(store: Store, job: Job, reached: str, done: int, *, now: datetime) -> None:
    """Writes down how far it has come, and holds on to it for as long again.

    Raises `LeaseLost`.
    """
    values = {"reached": reached, "done": done, "leased_until": now + LEASE}
    _write(store, job, values)


def let_go(
    store: Store, job: Job, *, outcome: str, due_at: datetime, reached: str = ""
) -> None:
    """Nobody is at it any more, and it is due again then; raises `LeaseLost`."""
    values = {
        "worker": None,
        "leased_until": None,
        "due_at": due_at,
        "outcome": outcome,
        "reached": reached,
    }
    _write(store, job, values)


def finish(
    store: Store, job: Job, *, outcome: str, done: int, now: datetime, said: str = ""
) -> None:
    """What somebody asked for has ended; raises `LeaseLost`.

    `said` is what its owner has to know, without a word of any record.
    """
    values = {
        "state": ENDED,
        "ended_at": now,
        "worker": None,
        "leased_until": None,
        "outcome": outcome,
        "done": done,
        "arguments": {**job.arguments, "said": said},
    }
    _write(store, job, values)


def _write(store: Store, job: Job, values: Mapping[str, Any]) -> None:
    mine = (jobs.c.id == job.id) & (jobs.c.fence == job.fence)
    with store.writing() as db:
        query = update(jobs).where(mine, jobs.c.state == WAITING).values(**values)
        if db.execute(query).rowcount != 1:
            raise LeaseLost(job.id)


def _job(row: Row[Any]) -> Job:
    return Job(**row._mapping)
