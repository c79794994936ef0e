"""One way for every act on a record: load, check, one call, back to the page.

An institution gives a reason from the closed list; a community is never asked for
one. A form that is behind the record is told so, and what was typed is kept.
"""

from collections.abc import Callable

from flask import redirect, url_for
from werkzeug.wrappers import Response

from knowledge_base.journeys import NotPossible
from knowledge_base.pages import TitleTaken
from knowledge_base.reasons import reasons_for
from knowledge_base.steps import Actor, Voice
from knowledge_base.views import DeskView
from knowledge_base.workflow import Stale
from review_app.desk import open_desk, voice_at
from review_app.errors import Answer, cover
from review_app.forms import Problem, line, number
from review_app.guests import account
from review_app.record import show

Act = Callable[[DeskView, Actor, int], str | None]


class CannotBeDone(Exception):
    """Something in the form has to be put right first; nothing was written."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(field, message)


def act(id: str, form: str, take: Act, *, reason: str = "") -> Response | str | Answer:
    """Takes the act and goes back to the record; `form` names what was sent.

    `take` gets the desk view, the actor and the history length the person saw; it
    returns the message for the page, or None for the form's own. `reason` names the
    list an institution chooses from.
    """
    view = open_desk(id, account())
    if view.is_covered:
        return cover()
    seen = number("seen")
    by = voice_at(view, account(), line("party"), line("reason"))
    if not _has_reason(by, reason or form):
        return show(id, Problem(f"{form}-reason", "reason-needed"), form=form, code=422)
    try:
        said = take(view, by, seen) or f"{form}-done"
    except CannotBeDone as wrong:
        return show(id, wrong.problem, form=form, code=422)
    except (Stale, TitleTaken, NotPossible):
        return show(id, form=form, stale_since=seen, code=409)
    return redirect(url_for("record.page", id=id, said=said), code=303)


def _has_reason(by: Actor, form: str) -> bool:
    if by.voice is not Voice.INSTITUTION:
        return True
    return by.reason in {why.code for why in reasons_for(form)}
