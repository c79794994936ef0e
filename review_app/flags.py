"""Flags: something here may be sensitive. It holds at once, until it is answered."""

import re
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint
from werkzeug.wrappers import Response

from knowledge_base import flags
from knowledge_base.communities import communities
from knowledge_base.flags import FlagAgainst
from knowledge_base.steps import Actor
from knowledge_base.views import DeskView
from review_app.acting import CannotBeDone, act
from review_app.errors import Answer
from review_app.forms import is_ticked, line, number, text
from review_app.record import POLICIES
from review_app.room import room

blueprint = Blueprint("flags", __name__, url_prefix="/desk/<id>")

Shown = Response | str | Answer
Span = tuple[int | None, int | None]  # of characters; None: the whole field
NOWHERE: Span = (None, None)
MOST_PLACES = 20  # each has to be settled by somebody


@blueprint.post("/flag")
def raise_one(id: str) -> Shown:
    """Holds the record, a field of it, or exact words in a field."""
    return act(id, "flag", _flag, shows_less=True)


def _flag(desk: DeskView, by: Actor, seen: int) -> str:
    against, field = line("against"), line("field")
    if against not in POLICIES:
        raise CannotBeDone("flag-against", "choose-one")
    is_behind = number("seen") < desk.length
    if field and field not in desk.content:
        if not is_behind:
            raise CannotBeDone("flag-field", "choose-field")
        field = ""  # it is gone since she looked: the whole record is held
    spans = _spans(desk, field, is_behind=is_behind)
    what = FlagAgainst(
        against=against,
        party=_who_answers(),
        is_grave=is_ticked("grave"),
        field=field or None,
        note=text("note"),
    )
    places = [replace(what, start=start, end=end) for start, end in spans]
    flags.flag_each(
        room().store, desk.record, places, seen=seen, by=by, now=room().now()
    )
    return "flag-grave-done" if what.is_grave else "flag-done"


def _spans(desk: DeskView, field: str, *, is_behind: bool) -> Sequence[Span]:
    """Each place of the quoted words, counted over the values on one line each.

    A word that stands there twice may be sensitive twice. Where the words are gone
    since she looked, or are too many, the whole field is held, not nothing.
    """
    quoted = text("quote")
    if not quoted or (is_behind and quoted not in _whole(desk, field)):
        return (NOWHERE,)
    if not field:
        raise CannotBeDone("flag-field", "quote-needs-field")
    found = [
        (at.start(), at.start() + len(quoted))
        for at in re.finditer(f"(?={re.escape(quoted)})", _whole(desk, field))
    ]
    if not found:
        raise CannotBeDone("flag-quote", "quote-not-found")
    return found if len(found) <= MOST_PLACES else (NOWHERE,)


def _whole(desk: DeskView, field: str) -> str:
    return "\n".join(desk.content.get(field, ()))


def _who_answers() -> str | None:
    """A community chosen to answer; None: all those concerned, else the archivist."""
    wanted = line("answered_by")
    if not wanted:
        return None
    with room().store.reading() as db:
        known = {one.id for one in communities(db)}
    if wanted not in known:
        raise CannotBeDone("flag-answered_by", "choose-whom")
    return wanted


@blueprint.post("/settle")
def settle(id: str) -> Shown:
    """Says that a flag is settled; what may be shown is said by the answers."""
    return act(id, "settle", _settle)


def _settle(desk: DeskView, by: Actor, seen: int) -> None:
    flags.settle_flag(
        room().store, desk.record, line("flag"), seen=seen, by=by, now=room().now()
    )
