"""A community's own list of words, for those who answer for everything there.

Everybody else, whoever runs the machine included, is shown what is shown where
there is no such page.
"""

from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base.communities import communities
from knowledge_base.looked_through import is_all_looked_through
from knowledge_base.steps import Actor, Voice
from knowledge_base.word_lists import asked_by_list, give_list, own_list
from knowledge_base.workflow import Stale
from policies.word_lists import LONGEST, MOST_WORDS, ListFault, read_lines
from review_app.doors import looking
from review_app.errors import Answer, cover
from review_app.forms import Problem, number, text
from review_app.guests import account
from review_app.room import room

blueprint = Blueprint("lists", __name__, url_prefix="/communities/<id>/words")

FIELD = "list-words"
LONGEST_TYPED = 2 * MOST_WORDS * (LONGEST + 1)
"""Twice the longest list: what is too long is told by line, and shown as she typed it.
"""
MOST_BYTES = LONGEST_TYPED * 12  # of a letter sent in a form, of any script
TOLD = 20  # of faults at a time

Shown = Response | str | Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that has to be put right, as she typed it."""

    number: int
    what: str
    typed: str = field(repr=False)


def make_room_for_a_list() -> None:
    """The longest list is longer than any other form may be.

    Nobody who may not give one is past the doors, which were kept before.
    """
    if request.endpoint == "lists.give":
        request.max_content_length = request.max_form_memory_size = MOST_BYTES


@blueprint.get("")
def own(id: str) -> Shown:
    return _show(id)


@blueprint.post("")
def give(id: str) -> Shown:
    """The words that stand from now on; nothing is kept while a line has a fault."""
    if not account().is_for_everything(id):
        return cover()
    typed = text("words", longest=LONGEST_TYPED)
    words, faults = read_lines(typed)
    if faults:
        return _show(id, Problem(FIELD, "list-has-faults"), faults=faults, code=422)
    by, now = Actor(Voice.COMMUNITY, account=account().id, party=id), room().now()
    seen = number("replaces")
    try:
        give_list(room().store, id, words, replaces=seen, by=by, now=now)
    except Stale:
        return _show(id, Problem(FIELD, "list-moved"), code=409)
    return redirect(url_for("lists.own", id=id, said="list-given"), code=303)


def _show(
    id: str, *problems: Problem, faults: tuple[ListFault, ...] = (), code: int = 200
) -> Shown:
    with looking() as db:
        # Asked first: how long it takes to open a list tells how long the list is.
        if not account().is_for_everything(id):
            return cover()
        known = {one.id: one for one in communities(db)}
        stands, asked = own_list(db, id), asked_by_list(db, id)
        is_done = is_all_looked_through(db, id)
    if id not in known:
        return cover()
    typed = text("words", longest=LONGEST_TYPED)
    html = render_template(
        "communities/words.html",
        community=known[id],
        stands=stands,
        asked=asked,
        is_done=is_done,
        problems=problems,
        lines=_lines(typed, faults[:TOLD]),
        lines_more=len(faults[TOLD:]),
        written=typed if problems else stands.lines,
        most=MOST_WORDS,
        longest=LONGEST,
        said=request.args.get("said", ""),
    )
    return html if code == 200 else (html, code)


def _lines(typed: str, faults: tuple[ListFault, ...]) -> list[Line]:
    lines = typed.splitlines()
    return [
        Line(number=one.line, what=one.what, typed=lines[one.line - 1][: LONGEST + 1])
        for one in faults
    ]
