"""The search at the desk: by words that may not be public, of what she may read.

What she looks for is sent as a form: an address is kept by browsers, by servers on the
way and in logs, and the word may be one that nobody else is to read.
"""

from flask import Blueprint, render_template, request

from knowledge_base.columns import KEY_LENGTH
from knowledge_base.search import DeskPage, find_at_desk
from knowledge_base.tokens import looked_for
from review_app.doors import looking
from review_app.forms import LONGEST_LINE
from review_app.guests import account
from review_app.queue import lines_of
from review_app.room import room

blueprint = Blueprint("searching", __name__)


@blueprint.route("/search", methods=["GET", "POST"])
def look() -> str:
    """The field, and below it what on her desk has these words; a page at a time."""
    words = " ".join(request.form.get("words", "").split())[:LONGEST_LINE]
    page = _page(words, request.form.get("after", "")[:KEY_LENGTH])
    return render_template(
        "searching/found.html",
        words=words,
        lines=lines_of([(view, ()) for view in page.views]),
        when_empty=_when_empty(words),
        next_after=page.after,
    )


def _page(words: str, after: str) -> DeskPage:
    store, on = room().store, room().today()
    with looking() as db:
        return find_at_desk(db, store, account(), words, on=on, after=after)


def _when_empty(words: str) -> str:
    return "desk-search-none" if looked_for(words) else "desk-search-begin"
