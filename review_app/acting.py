"""One way for every act on a record: load, check, one call, back to the page.

An institution gives a reason from the closed list; a community is never asked for
one. A form that is behind the record is told so, and what was typed is kept. What
shows less (a no, a withdrawal, a flag) is never told to come back: it is taken as the
record stands, and the page says what had changed meanwhile.
"""

from collections.abc import Callable

from flask import redirect, url_for
from werkzeug.wrappers import Response

from knowledge_base.journeys import NotPossible
from knowledge_base.looked_through import NotLookedThrough
from knowledge_base.pages import TitleTaken
from knowledge_base.reasons import is_reason_for
from knowledge_base.steps import Actor, Voice
from knowledge_base.views import DeskView
from knowledge_base.workflow import Stale
from review_app.desk import open_desk, voice_at
from review_app.errors import Answer, cover
from review_app.forms import Problem, line, number
from review_app.guests import account
from review_app.record import show

TRIES = 5  # where the record moves on between our looking and our writing
Act = Callable[[DeskView, Actor, int], str | None]


class CannotBeDone(Exception):
    """Something in the form has to be put right first; nothing was written."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(field, message)


def act(
    id: str, form: str, take: Act, *, reason: str = "", shows_less: bool = False
) -> Response | str | Answer:
    """Takes the act and goes back to the record; `form` names what was sent.

    `take` gets the desk view, the actor and the history length the person saw; it
    returns the message for the page, or None for the form's own. `reason` names the
    list an institution chooses from. `shows_less`: it holds however far the record
    has moved on.
    """
    view = open_desk(id)
    if view.is_covered:
        return cover()
    seen = number("seen")
    by = voice_at(view, account(), line("party"), line("reason"))
    if not _has_reason(by, reason or form):
        return show(id, Problem(f"{form}-reason", "reason-needed"), form=form, code=422)
    at_once = shows_less and (by.party or "") == line("party")
    try:
        said, before = (
            _at_once(view, by, take) if at_once else (take(view, by, seen), seen)
        )
    except CannotBeDone as wrong:
        return show(id, wrong.problem, form=form, code=422)
    except NotLookedThrough:
        problem = Problem(form, "not-looked-through")
        return show(id, problem, form=form, code=409)
    except (Stale, TitleTaken, NotPossible):
        return show(id, form=form, stale_since=seen, code=409)
    said = said or f"{form}-done"
    back = url_for("record.page", id=id, said=said)
    if before > seen:
        back = url_for("record.page", id=id, said=said, since=seen, before=before)
    return redirect(back, code=303)


def _at_once(view: DeskView, by: Actor, take: Act) -> tuple[str | None, int]:
    """Takes the act as the record stands; what it said, and how long the history was.

    Somebody faster, even the bot, does not undo a no: it is tried again.
    """
    for left in reversed(range(TRIES)):
        try:
            return take(view, by, view.length), view.length
        except Stale:
            newer = open_desk(view.record)
            if not left or by.party and by.party not in newer.answers_for:
                raise
            view = newer
    raise AssertionError("the last try returns or raises")


def _has_reason(by: Actor, form: str) -> bool:
    if by.voice is not Voice.INSTITUTION:
        return True
    return is_reason_for(form, by.reason)
