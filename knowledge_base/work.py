"""The worker: takes jobs, does them by portions, and writes down how far it has come.

Each portion is short, ends its own transactions, and may be done twice. Between two of
them the lease is renewed; a worker that lost it stops there. Whatever goes wrong in one
job leaves the others alone, and the job is tried again.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from knowledge_base.asking import ask_a_portion, ask_members
from knowledge_base.calendar_days import civil_days
from knowledge_base.clearing import clear_erased
from knowledge_base.dates_due import see_to_dates
from knowledge_base.desk_words import mark_stale
from knowledge_base.exchange import later as import_later
from knowledge_base.jobs import (
    Job,
    LeaseLost,
    come_to,
    find_job,
    finish,
    let_go,
    set_out,
    take,
)
from knowledge_base.kept_views import renew_stale
from knowledge_base.looking_through import look_through
from knowledge_base.store import Store
from knowledge_base.tightening import tighten_these
from policies.errors import WithcareError

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=1)
DONE, NOT_DONE, REFUSED, CANCELLED = "done", "not-done", "refused", "cancelled"

Clock = Callable[[], datetime]
Portion = Callable[[Store, str, datetime], tuple[int, str]]
"""(store, how far it had come, now) -> (how many records, how far; "": all is done)."""


def _dates(store: Store, reached: str, now: datetime) -> tuple[int, str]:
    return see_to_dates(store, reached, now=now)


def _questions(store: Store, reached: str, now: datetime) -> tuple[int, str]:
    return ask_a_portion(store, reached, now=now)


def _members(store: Store, reached: str, now: datetime) -> tuple[int, str]:
    # A large collection is closed in here where less of it may stand than before.
    return ask_members(store, now=now, first=partial(tighten_these, store, now=now))


def _views(store: Store, reached: str, now: datetime) -> tuple[int, str]:
    # Who renews a view past its day takes the trace of it away: what has to be closed
    # by then is closed first, whoever of two workers is quicker.
    day = civil_days(now).closing.isoformat()
    part, _, how_far = reached.partition(" ")
    if (part, how_far) != ("views", day):
        some, after = see_to_dates(store, how_far if part == "dates" else "", now=now)
        if after:
            return some, f"dates {after}"
    renewed = renew_stale(store, now=now)
    return renewed, f"views {day}" if renewed else ""


def _words(store: Store, reached: str, now: datetime) -> tuple[int, str]:
    marked = mark_stale(store, now=now)
    return marked, "words" if marked else ""


def _lists(store: Store, reached: str, now: datetime) -> tuple[int, str]:
    return look_through(store, now=now)


def _erased(store: Store, reached: str, now: datetime) -> tuple[int, str]:
    return clear_erased(store, reached)


KINDS: Mapping[str, Portion] = {
    "dates": _dates,
    "questions": _questions,
    "members": _members,
    "views": _views,
    "words": _words,
    "lists": _lists,
    "erased": _erased,
}
"""What the clock asks for, again and again; a new kind of work is one line here."""


ASKED_FOR = (import_later.KIND,)
"""What people ask for, once."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one job: `done` counts records; `said` is what to do about it.

    `outcome` is DONE or NOT_DONE; of what people ask for also REFUSED or CANCELLED.
    """

    kind: str
    done: int
    outcome: str
    said: str = ""


def work(
    store: Store,
    *,
    worker: str,
    clock: Clock,
    only: str | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
    is_first: bool = True,
) -> Iterator[Turn]:
    """Does what is due, job by job, and says what became of each; ends with the last.

    No job is taken twice: where one takes longer than another waits, there would be no
    last; and two whose clocks differ by more than a lease would take the same one from
    each other for ever. `is_stopped` is asked between two portions; what was begun is
    left to another. `is_first`: whether this worker has yet to see that the jobs of the
    clock are there; they stay.
    """
    kinds = (*KINDS, *ASKED_FOR) if only is None else (only,)
    if is_first:
        set_out(store, [one for one in kinds if one in KINDS], now=clock())
    had: set[str] = set()
    while not is_stopped():
        job = take(store, kinds, worker=worker, now=clock(), without=had)
        if job is None:
            return
        had.add(job.id)
        yield _do(store, job, clock=clock, is_stopped=is_stopped)


def _do(
    store: Store, job: Job, *, clock: Clock, is_stopped: Callable[[], bool]
) -> Turn:
    try:
        if job.kind in ASKED_FOR:
            return _do_what_was_asked(store, job, clock=clock, is_stopped=is_stopped)
        done, reached = _by_portions(store, job, clock=clock, is_stopped=is_stopped)
        # What was stopped half-way is due at once, for whoever comes next.
        due = clock() if reached else clock() + AGAIN_AFTER
        let_go(store, job, outcome=DONE, due_at=due, reached=reached)
        return Turn(job.kind, done, DONE)
    except LeaseLost:
        if _was_cancelled(store, job):
            return Turn(job.kind, 0, CANCELLED)
        log.warning("job %s: another worker has taken it over", job.id)
    except WithcareError as error:
        log.warning("job %s is tried again: %s", job.id, error)
        _try_again(store, job, clock=clock)
    except Exception:  # the outermost loop: one job must not keep the others waiting
        log.exception("job %s met a fault of ours and is tried again", job.id)
        _try_again(store, job, clock=clock)
    return Turn(job.kind, 0, NOT_DONE)


def _do_what_was_asked(
    store: Store, job: Job, *, clock: Clock, is_stopped: Callable[[], bool]
) -> Turn:
    """One turn of it; what would be refused again is not tried again."""
    try:
        rows, reached = import_later.import_asked_for(
            store, job, clock=clock, is_stopped=is_stopped
        )
    except WithcareError as error:
        if not import_later.is_for_good(error):
            raise
        said, now = str(error), clock()
        finish(store, job, outcome=REFUSED, done=job.done, said=said, now=now)
        return Turn(job.kind, 0, REFUSED, said)
    if reached:
        come_to(store, job, reached, rows, now=clock())
        let_go(store, job, outcome="", due_at=clock(), reached=reached)
    else:
        finish(store, job, outcome=DONE, done=rows, now=clock())
    return Turn(job.kind, rows - job.done, DONE)


def _was_cancelled(store: Store, job: Job) -> bool:
    with store.reading() as db:
        found = find_job(db, job.id)
    return found is not None and found.state == CANCELLED


def _by_portions(
    store: Store, job: Job, *, clock: Clock, is_stopped: Callable[[], bool]
) -> tuple[int, str]:
    done, reached = 0, job.reached
    while True:
        some, reached = KINDS[job.kind](store, reached, clock())
        done += some
        if not reached or is_stopped():
            return done, reached
        come_to(store, job, reached, job.done + done, now=clock())


def _try_again(store: Store, job: Job, *, clock: Clock) -> None:
    """Where the store is away its lease runs out by itself."""
    try:
        let_go(store, job, outcome=NOT_DONE, due_at=clock() + AGAIN_AFTER)
    except WithcareError as error:
        log.warning("job %s waits until its lease has run out: %s", job.id, error)
