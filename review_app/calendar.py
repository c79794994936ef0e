"""What is coming: what the next days will change, of what is on this person's desk."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Blueprint, Response, render_template, request

from knowledge_base.chain import head_of
from knowledge_base.coming import DAYS, PAGE, Coming, What, coming_for
from knowledge_base.queue import tallies_for
from review_app.desk import kind_of, title_of
from review_app.doors import looking
from review_app.forms import chosen
from review_app.guests import account
from review_app.languages import said_in
from review_app.room import room

blueprint = Blueprint("calendar", __name__)

CHOICES = (7, 30, DAYS, 366)
MOST_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record that a day changes, as her desk shows it, and all that changes it."""

    id: str
    title: str
    kind: str
    what: tuple[What, ...]


@blueprint.get("/coming")
def coming() -> str:
    """What is coming, day by day, a page at a time."""
    days = _days()
    with looking() as db:
        found = coming_for(
            db,
            room().store,
            account(),
            now=room().now(),
            days=days,
            after=chosen("after") or "",
            limit=PAGE,
        )
        _, head = head_of(db)
    return render_template(
        "calendar/coming.html",
        by_day=_by_day(found.lines),
        days=days,
        choices=CHOICES,
        next_after=found.after,
        to_keep=_line_to_keep(head),
    )


@blueprint.get("/digest.txt")
def digest() -> Response:
    """What waits, what is coming, and a line that proves the history, as a file."""
    store, now = room().store, room().now()
    with looking() as db:
        who = account()
        waiting = sum(number for _, _, number in tallies_for(db, who).numbers)
        found = coming_for(db, store, who, now=now, limit=MOST_LINES)
        _, head = head_of(db)
    said = render_template(
        "calendar/digest.txt",
        name=_in_one_line(who.name),
        on=now.date(),
        waiting=waiting,
        by_day=_by_day(found.lines),
        in_one_line=_in_one_line,
        to_keep=_line_to_keep(head),
    )
    sent = Response(said, content_type="text/plain; charset=utf-8")
    sent.headers.set("Content-Disposition", "attachment", filename="digest.txt")
    return sent


def _line_to_keep(head: str) -> str | None:
    """Of the head under a key: by the head itself a step could be guessed, and by its
    number how much is going on at other people's desks.
    """
    markers = room().store.markers
    return None if markers is None else markers.line_to_keep(head)


def _in_one_line(text: str) -> str:
    """Without what breaks a line or turns it: a title must not pose as ours."""
    kept = (one for one in text if unicodedata.category(one) not in _BREAKS)
    return " ".join("".join(kept).split())[:200]


_BREAKS = {"Cc", "Cf", "Zl", "Zp"}


def _days() -> int:
    """How far ahead, of the few choices that the page offers."""
    offered = {str(one): one for one in CHOICES}
    return offered.get(request.args.get("days", ""), DAYS)


def _by_day(found: Sequence[Coming]) -> list[tuple[date, list[Line]]]:
    days = groupby(found, lambda one: one.day)
    return [(day, _lines(list(of_the_day))) for day, of_the_day in days]


def _lines(found: Sequence[Coming]) -> list[Line]:
    records = groupby(found, lambda one: one.desk.record)
    return [_line(list(of_a_record)) for _, of_a_record in records]


def _line(found: Sequence[Coming]) -> Line:
    desk = found[0].desk
    what = [one.what for one in found]
    # What anyone sees changes by what else the day moves: then that is said alone.
    said = [one for one in what if one is not What.VIEW_ENDS] or what
    return Line(
        id=desk.record,
        title=title_of(desk),
        kind=said_in(dict(kind_of(desk).label))[0],
        what=tuple(said),
    )
