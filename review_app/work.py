"""The work of the background: what waits, what is under way, what was not done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base.accounts import names_of_accounts
from knowledge_base.communities import names_of
from knowledge_base.exchange.later import cancel_import, jobs_for, share_of
from knowledge_base.jobs import CANCELLED, WAITING, Job, NoSuchJob
from knowledge_base.lists_in_force import lists_in_force
from knowledge_base.work import NOT_DONE
from review_app.doors import looking
from review_app.errors import Answer, cover
from review_app.forms import line
from review_app.guests import account
from review_app.room import room

blueprint = Blueprint("work", __name__, url_prefix="/work")

STATES = ("running", "waiting", "failed", "done", "refused", "cancelled")
LATE = timedelta(minutes=10)  # a worker that runs is never so far behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One job; `since` is None for what the clock asks for, `share` of a hundred."""

    id: str
    kind: str
    state: str
    rows: int
    share: int
    due: datetime | None
    since: datetime | None
    owner: str
    said: str

    @property
    def may_be_cancelled(self) -> bool:
        return self.since is not None and self.due is not None


@blueprint.get("")
def everything() -> str:
    """What the clock asks for, and the imports of the houses that she works for."""
    now = room().now()
    with looking() as db:
        jobs = jobs_for(db, account())
        names = names_of_accounts(db, [job.owner for job in jobs if job.owner])
        unreadable = lists_in_force(db).lists.unreadable
        parties = names_of(db) if unreadable else {}
    lines = [_line(job, names.get(job.owner or "", ""), now=now) for job in jobs]
    return render_template(
        "work/everything.html",
        of_the_clock=[one for one in lines if one.since is None],
        asked_for=_newest_first(lines),
        unreadable=sorted((parties.get(id, ""), id) for id in unreadable),
        is_nobody_there=_is_nobody_there(jobs, now=now),
        said=request.args.get("said", ""),
    )


@blueprint.post("/cancel")
def cancel() -> Response | Answer:
    """Stops an import of her house; what came in stays."""
    try:
        cancel_import(room().store, line("job"), by=account(), now=room().now())
    except NoSuchJob:
        return cover()
    return redirect(url_for("work.everything", said="work-cancelled"), code=303)


def _newest_first(lines: list[Line]) -> list[Line]:
    asked = [(one.since, one) for one in lines if one.since is not None]
    return [one for _, one in sorted(asked, key=lambda pair: pair[0], reverse=True)]


def _line(job: Job, owner: str, *, now: datetime) -> Line:
    asked_at = job.arguments.get("asked_at")
    return Line(
        id=job.id,
        kind=job.kind,
        state=_state(job, now=now),
        rows=job.done,
        share=share_of(job) if job.owner else 0,
        due=job.due_at if job.state == WAITING else None,
        since=None if asked_at is None else datetime.fromisoformat(asked_at),
        owner=owner,
        said=job.arguments.get("said", ""),
    )


def _state(job: Job, *, now: datetime) -> str:
    """One of `STATES`, in the words of the page."""
    if job.state == CANCELLED:
        return "cancelled"
    if job.state != WAITING:
        return job.outcome
    if job.leased_until is not None and job.leased_until > now:
        return "running"
    return "failed" if job.outcome == NOT_DONE else "waiting"


def _is_nobody_there(jobs: tuple[Job, ...], *, now: datetime) -> bool:
    """Whether what is due has been left for longer than any worker would leave it."""
    clocks = [job for job in jobs if job.owner is None]
    late = [job for job in clocks if job.due_at + LATE < now and job.worker is None]
    return bool(late) or not clocks
