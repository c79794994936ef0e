"""What those concerned answer: yes, no, not now, ask another, take it back."""

from datetime import date

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from knowledge_base import answers, approving
from knowledge_base.answers import Yes
from knowledge_base.approving import Complete
from knowledge_base.communities import communities
from knowledge_base.protections import may_leave_out
from knowledge_base.steps import Actor
from knowledge_base.views import DeskView
from knowledge_base.workflow import Stale
from review_app.acting import CannotBeDone, act
from review_app.desk import open_desk, towards
from review_app.errors import Answer
from review_app.forms import line, text
from review_app.room import room

blueprint = Blueprint("answers", __name__, url_prefix="/desk/<id>")

Shown = Response | str | Answer


@blueprint.post("/approve")
def approve(id: str) -> Shown:
    """A yes to exactly the units she saw; anything else is a form that is behind."""
    return act(id, "approve", _approve)


def _approve(desk: DeskView, by: Actor, seen: int) -> str:
    destination = line("destination")
    here = next((x for x in towards(desk, by) if x.id == destination), None)
    if here is None or here.proposal is None or not here.may_say_yes:
        raise CannotBeDone("approve", "cannot-say-yes")
    if not here.proposal.is_shown(
        units_hash=line("units_hash"), title_hash=line("title_hash")
    ):
        raise Stale(desk.record, seen, desk.length)
    if not here.was_told(line("stays")):
        raise Stale(desk.record, seen, desk.length)
    yes = Yes(informed=True, visibility=here.level, until=_until(by))
    answered = approving.approve(
        room().store,
        desk.record,
        destination,
        seen=here.proposal.seen(seen),
        by=by,
        now=room().now(),
        yes=yes,
    )
    return "approve-done" if isinstance(answered, Complete) else "approve-waits"


def _until(by: Actor) -> date | None:
    """The first day on which the yes no longer holds; None where it has no end."""
    written = line("until")
    if not written:
        return None
    try:
        until = date.fromisoformat(written)
    except ValueError:
        raise CannotBeDone("approve-until", "date-not-read") from None
    if until <= room().today():
        raise CannotBeDone("approve-until", "date-is-past")
    return until


@blueprint.post("/refuse")
def refuse(id: str) -> Shown:
    return act(id, "refuse", _refuse, shows_less=True)


def _refuse(desk: DeskView, by: Actor, seen: int) -> None:
    answers.refuse(
        room().store,
        desk.record,
        seen=seen,
        by=by,
        now=room().now(),
        note_text=text("note"),
    )


@blueprint.post("/not-now")
def not_now(id: str) -> Shown:
    return act(id, "not-now", _not_now)


def _not_now(desk: DeskView, by: Actor, seen: int) -> None:
    answers.not_now(room().store, desk.record, seen=seen, by=by, now=room().now())


@blueprint.post("/ask")
def ask(id: str) -> Shown:
    return act(id, "ask", _ask)


def _ask(desk: DeskView, by: Actor, seen: int) -> None:
    party = line("whom")
    if party not in _known_communities():
        raise CannotBeDone("ask-whom", "choose-whom")
    answers.ask(
        room().store,
        desk.record,
        party,
        seen=seen,
        by=by,
        now=room().now(),
        note_text=text("note"),
    )


@blueprint.post("/not-ours")
def not_ours(id: str) -> Shown:
    """What her community's list found is not its own; it may be no matter of hers."""
    done = act(id, "not-ours", _not_ours)
    if isinstance(done, Response) and open_desk(id).is_covered:
        return redirect(url_for("queue.waiting", said="not-ours-done"), code=303)
    return done


def _not_ours(desk: DeskView, by: Actor, seen: int) -> None:
    if not desk.known.numbers_of(by.party or ""):
        raise Stale(desk.record, seen, desk.length)
    answers.not_ours(room().store, desk.record, seen=seen, by=by, now=room().now())


@blueprint.post("/withdraw")
def withdraw(id: str) -> Shown:
    return act(id, "withdraw", _withdraw, shows_less=True)


def _withdraw(desk: DeskView, by: Actor, seen: int) -> None:
    answers.withdraw(
        room().store,
        desk.record,
        seen=seen,
        by=by,
        now=room().now(),
        note_text=text("note"),
    )


@blueprint.post("/concern")
def concern(id: str) -> Shown:
    return act(id, "concern", _concern)


def _concern(desk: DeskView, by: Actor, seen: int) -> None:
    answer = line("concern")
    parties = tuple(sorted(_known_communities() & set(request.form.getlist("parties"))))
    if answer not in ("nobody", "named", "not-known"):
        raise CannotBeDone("concern-concern", "choose-one")
    if answer == "named" and not parties:
        raise CannotBeDone("concern-parties", "choose-whom")
    parties = parties if answer == "named" else ()
    left_out = set(desk.known.concern.parties) - set(parties)
    if left_out and by.party is None and not may_leave_out(answer, by.reason):
        raise CannotBeDone("concern-reason", "reason-to-leave-out")
    answers.say_who_is_concerned(
        room().store,
        desk.record,
        answer,
        parties,
        seen=seen,
        by=by,
        now=room().now(),
    )


def _known_communities() -> set[str]:
    with room().store.reading() as db:
        return {one.id for one in communities(db)}
