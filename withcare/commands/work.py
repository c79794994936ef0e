"""`withcare work`: what is done in the background, by as many workers as one likes."""

import os
import platform
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click
from click.exceptions import Exit

from knowledge_base.clearing import LEFT_TO_SOMEBODY, is_left_to_somebody
from knowledge_base.columns import mended
from knowledge_base.exchange.later import cancel_import, jobs_for, share_of
from knowledge_base.faults import StoreFault
from knowledge_base.jobs import ENDED, WAITING, Job, all_jobs
from knowledge_base.store import Store
from knowledge_base.work import ASKED_FOR, CANCELLED, KINDS, NOT_DONE, REFUSED
from knowledge_base.work import work as do_what_is_due
from withcare.exit_codes import ExitCode
from withcare.opening import account_named, acts_as, open_store, right_now

LOOK_EVERY = 5.0  # seconds


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option(
    "--only",
    type=click.Choice([*KINDS, *ASKED_FOR]),
    help="Only this kind of work.",
)
@click.option(
    "--list", "lists", is_flag=True, help="Show how far the work is, and end."
)
@click.option(
    "--cancel", metavar="JOB", help="Cancel an import that was left to it, and end."
)
@acts_as
def work(
    once: bool, only: str | None, lists: bool, cancel: str | None, acting: str | None
) -> None:
    """Do the work of the background: dates due, questions, views, imports.

    It waits for what falls due until it is stopped. Several may run, on several
    machines; one that is killed is replaced by another within a minute. It holds no
    key of a wiki.
    """
    store = open_store()
    if lists:
        _list(store, acting)
        return
    if cancel is not None:
        _cancel(store, cancel, acting)
        return
    with _stop_when_asked() as stop:
        _work(store, only, stop, once=once)


def _list(store: Store, acting: str | None) -> None:
    """Of an import, why it was refused is read by its own house alone: that can name
    a path or a people."""
    who = None if acting is None else account_named(store, acting)
    with store.reading() as db:
        jobs = all_jobs(db) if who is None else jobs_for(db, who)
        is_left = is_left_to_somebody(db)
    for job in jobs:
        named = job.kind if job.owner is None else f"{job.kind} {job.id}"
        click.echo(f"{named}: {_how_far(job, tells_why=who is not None)}")
    if is_left:
        click.echo(LEFT_TO_SOMEBODY)


def _how_far(job: Job, *, tells_why: bool) -> str:
    if job.state != WAITING:
        said = job.arguments.get("said")
        why = mended(said) if said and tells_why else "add --as ACCOUNT to read why"
        ended = job.outcome if job.state == ENDED else job.state
        return f"{ended}, {job.done} rows" + (f": {why}" if said else "")
    at_it = "somebody is at it" if job.worker else f"due {job.due_at:%H:%M} UTC"
    if job.owner is None:
        return f"{job.outcome or 'not tried yet'}, {at_it}"
    since = job.arguments["asked_at"][:16].replace("T", " ")
    share = f", {share_of(job)} %" if job.reached else ""
    return f"{job.done} rows{share}, asked for {since} UTC, {at_it}"


def _cancel(store: Store, id: str, acting: str | None) -> None:
    job = cancel_import(store, id, by=account_named(store, acting), now=right_now())
    click.echo(
        f"Cancelled. The {job.done} rows that were looked at stay in; to go on with "
        "them, import the file again."
        if job.done
        else "Cancelled, before anything was told to be in."
    )


def _work(store: Store, only: str | None, stop: threading.Event, *, once: bool) -> None:
    worker = f"{platform.node()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
    is_behind, is_first = False, True
    while not stop.is_set():
        try:
            is_behind = _round(store, worker, only, stop, is_first=is_first)
            is_first = False
        except StoreFault as fault:
            if once:
                raise
            click.echo(f"withcare: {fault}", err=True)
        if once:
            break
        stop.wait(LOOK_EVERY)
    if once and is_behind:
        raise Exit(ExitCode.NEEDS_A_PERSON)


def _round(
    store: Store,
    worker: str,
    only: str | None,
    stop: threading.Event,
    *,
    is_first: bool,
) -> bool:
    """Whether something that is due could not be done."""
    is_behind = False
    turns = do_what_is_due(
        store,
        worker=worker,
        clock=right_now,
        only=only,
        is_stopped=stop.is_set,
        is_first=is_first,
    )
    for turn in turns:
        if turn.done:
            click.echo(f"{turn.kind}: {turn.done} records")
        if turn.outcome == CANCELLED:
            click.echo(f"{turn.kind}: cancelled")
        if turn.outcome == REFUSED:
            # Why can name a path or a people: that stands on the page of the work.
            click.echo(f"{turn.kind}: refused; see the page Work", err=True)
            is_behind = True
        if turn.outcome == NOT_DONE:
            click.echo(f"{turn.kind}: not done, tried again in a minute", err=True)
            is_behind = True
    return is_behind


@contextmanager
def _stop_when_asked() -> Iterator[threading.Event]:
    """SIGTERM and Ctrl-C end it between two portions, with nothing left half done."""
    stop = threading.Event()
    asked = (signal.SIGTERM, signal.SIGINT)
    before = {one: signal.signal(one, lambda *_: stop.set()) for one in asked}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
