"""A community's own words: tried on first, then kept, or approved with a yes."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from knowledge_base import answers
from knowledge_base.answers import Yes
from knowledge_base.approving import Complete, approve
from knowledge_base.steps import Actor
from knowledge_base.views import DeskView
from knowledge_base.workflow import Stale
from policies.view import OwnWords
from review_app.acting import CannotBeDone, act
from review_app.desk import Towards, kind_of, open_desk, title_of, towards, voice_at
from review_app.errors import Answer, cover
from review_app.forms import Problem, is_seen, line, number, text
from review_app.guests import account
from review_app.language_names import OTHER
from review_app.proposals import called
from review_app.record import show
from review_app.room import room
from review_app.wording import TAG

blueprint = Blueprint("words", __name__, url_prefix="/desk/<id>")

Shown = Response | str | Answer


@blueprint.post("/words")
def give(id: str) -> Shown:
    """Shows how it would look; or keeps the words; or approves with them."""
    match request.form.get("do"):
        case "keep":
            return act(id, "words", _keep)
        case "approve":
            return act(id, "words", _approve)
        case _:
            return _try_on(id)


def _try_on(id: str) -> Shown:
    view = open_desk(id)
    if view.is_covered:
        return cover()
    by = voice_at(view, account(), line("party"))
    try:
        words = _read(view, by)
    except CannotBeDone as wrong:
        return show(id, wrong.problem, form="words", code=422)
    return render_template(
        "record/words.html",
        desk=view,
        title=title_of(view),
        kind=kind_of(view),
        called=called,
        words=words,
        by=by,
        towards=towards(view, by, words=(words,)),
        seen=number("seen"),
    )


def _read(desk: DeskView, by: Actor) -> OwnWords:
    fields = {one.name for one in kind_of(desk).fields if one.public}
    language = line(_language_field().removeprefix("words-"))
    problem = None
    if line("field") not in fields:
        problem = Problem("words-field", "choose-field")
    elif not text("words"):
        problem = Problem("words-words", "words-needed")
    elif not TAG.fullmatch(language):
        problem = Problem(_language_field(), "language-not-read")
    elif not line("signed"):
        problem = Problem("words-signed", "signed-needed")
    elif not is_seen(line("signed")):
        problem = Problem("words-signed", "name-unseen")
    if problem is not None:
        raise CannotBeDone(problem.field, problem.message)
    return OwnWords(
        party=by.party or "",
        signed=line("signed"),
        field=line("field"),
        text=text("words"),
        language=language,
        instead=request.form.get("place") == "instead",
    )


def _language_field() -> str:
    """Where her language stands: in the list, or beside it where it is not there."""
    is_other = line("language") == OTHER
    return "words-other_language" if is_other else "words-language"


def _keep(desk: DeskView, by: Actor, seen: int) -> str:
    answers.give_words(
        room().store,
        desk.record,
        _read(desk, by),
        seen=seen,
        by=by,
        now=room().now(),
    )
    return "words-kept"


def _approve(desk: DeskView, by: Actor, seen: int) -> str:
    words = _read(desk, by)
    here = _here(desk, by, words)
    if here.proposal is None:
        raise CannotBeDone("words", "cannot-say-yes")
    if not here.proposal.is_shown(
        units_hash=line("units_hash"), title_hash=line("title_hash")
    ):
        raise Stale(desk.record, seen, desk.length)
    if not here.was_told(line("stays")):
        raise Stale(desk.record, seen, desk.length)
    answered = approve(
        room().store,
        desk.record,
        here.id,
        seen=here.proposal.seen(seen),
        by=by,
        now=room().now(),
        yes=Yes(informed=True, visibility=here.level),
        words=answers.own_words(desk.record, words, seen=seen, by=by),
    )
    return "approve-done" if isinstance(answered, Complete) else "approve-waits"


def _here(desk: DeskView, by: Actor, words: OwnWords) -> Towards:
    for one in towards(desk, by, words=(words,)):
        if one.id == line("destination") and one.may_say_yes:
            return one
    raise CannotBeDone("words", "cannot-say-yes")
