"""Who may enter which room: the one table of the app, and its one doorkeeper.

A route that is not in the table is closed for everybody. What somebody may do once
inside is not decided here but by `knowledge_base.standing`, step by step.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum

from flask import Flask, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from knowledge_base.accounts import Account
from knowledge_base.rights import Role
from knowledge_base.store import Reading
from review_app.errors import signed_out
from review_app.forms import comes_from_here
from review_app.guests import (
    begin_moment,
    end_moment,
    guest,
    keep_in_use,
    one_moment,
)


class Door(Enum):
    """Whom a door lets in; each names the people and nothing else."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    DESK = "an archivist or a steward who may answer today"
    WATCH = "an archivist, or a steward who answers or is among the first who wait"
    ARCHIVIST = "an archivist"
    HOUSE = "an archivist or an operator"
    STEWARD = "a steward who may answer today"
    WRITERS = "an archivist, an operator, or a steward who may answer today"
    COMMUNITIES = "an archivist, an operator, a steward who answers or waits"
    MEMBERS = "a steward who answers or waits"
    KEEPERS = "an operator, or a steward who may answer today"
    OPERATOR = "an operator"


def _is_archivist(who: Account) -> bool:
    return who.has_role(Role.ARCHIVIST)


def _is_operator(who: Account) -> bool:
    return who.has_role(Role.OPERATOR)


def _is_steward(who: Account) -> bool:
    return bool(who.communities)


def _watches(who: Account) -> bool:
    """In a place that never opened one may say no before one is confirmed."""
    return _is_steward(who) or any(one.only_tightens for one in who.stewarding)


def _waits(who: Account) -> bool:
    return any(one.state == "waiting" for one in who.stewarding)


_OPENS: Mapping[Door, Callable[[Account], bool]] = {
    Door.ANYONE: lambda who: True,
    Door.SIGNED_IN: lambda who: True,
    Door.DESK: lambda who: _is_archivist(who) or _is_steward(who),
    Door.WATCH: lambda who: _is_archivist(who) or _watches(who),
    Door.ARCHIVIST: _is_archivist,
    Door.HOUSE: lambda who: _is_archivist(who) or _is_operator(who),
    Door.STEWARD: _is_steward,
    Door.WRITERS: lambda who: (
        _is_archivist(who) or _is_operator(who) or _is_steward(who)
    ),
    Door.COMMUNITIES: lambda who: (
        _is_archivist(who) or _is_operator(who) or _is_steward(who) or _waits(who)
    ),
    Door.MEMBERS: lambda who: _is_steward(who) or _waits(who),
    Door.KEEPERS: lambda who: _is_operator(who) or _is_steward(who),
    Door.OPERATOR: _is_operator,
}

DOORS: Mapping[str, Door] = {
    "static": Door.ANYONE,
    "public.welcome": Door.ANYONE,
    "public.record": Door.ANYONE,
    "shared.records": Door.ANYONE,
    "public.choose_language": Door.ANYONE,
    "reports.write": Door.ANYONE,
    "reports.receipt": Door.ANYONE,
    "auth.sign_in": Door.ANYONE,
    "auth.link": Door.ANYONE,
    "auth.use": Door.ANYONE,
    "auth.sign_out": Door.ANYONE,
    "auth.own": Door.SIGNED_IN,
    "auth.password": Door.SIGNED_IN,
    "auth.own_link": Door.SIGNED_IN,
    "auth.leave": Door.SIGNED_IN,
    "auth.end": Door.SIGNED_IN,
    "auth.sign_out_everywhere": Door.SIGNED_IN,
    "joining.half": Door.ANYONE,
    "joining.enter": Door.ANYONE,
    "queue.waiting": Door.WATCH,
    "queue.answered": Door.DESK,
    "calendar.coming": Door.DESK,
    "calendar.digest": Door.DESK,
    "searching.look": Door.WATCH,
    "record.page": Door.WATCH,
    "answers.approve": Door.DESK,
    "answers.refuse": Door.WATCH,
    "answers.not_now": Door.DESK,
    "answers.ask": Door.DESK,
    "answers.withdraw": Door.WATCH,
    "answers.concern": Door.ARCHIVIST,
    "answers.not_ours": Door.STEWARD,
    "words.give": Door.STEWARD,
    "flags.raise_one": Door.WATCH,
    "flags.settle": Door.DESK,
    "labels.apply": Door.STEWARD,
    "labels.remove": Door.STEWARD,
    "labels.notice": Door.ARCHIVIST,
    "labels.take_notice": Door.ARCHIVIST,
    "communities.everyone": Door.COMMUNITIES,
    "communities.one": Door.COMMUNITIES,
    "inviting.invite": Door.WRITERS,  # in a present community its stewards
    "inviting.take_back": Door.WRITERS,
    "inviting.one_is_enough": Door.HOUSE,
    "communities.confirm": Door.MEMBERS,  # the first two confirm each other
    "communities.suspend": Door.KEEPERS,
    "communities.lift": Door.STEWARD,
    "communities.new_key": Door.STEWARD,
    "communities.name_season": Door.STEWARD,
    "communities.turn_season": Door.STEWARD,
    "communities.date_season": Door.STEWARD,
    "lists.own": Door.STEWARD,
    "lists.give": Door.STEWARD,
    "work.everything": Door.HOUSE,
    "work.cancel": Door.HOUSE,
    "accounts.everyone": Door.OPERATOR,
    "accounts.one": Door.OPERATOR,
    "accounts.add": Door.OPERATOR,
    "accounts.give_role": Door.OPERATOR,
    "accounts.take_role": Door.OPERATOR,
    "accounts.link": Door.OPERATOR,
    "accounts.reset": Door.OPERATOR,
    "accounts.suspend": Door.OPERATOR,
}


def may_enter(door: Door, who: Account | None) -> bool:
    """Whether the door opens; who is None for a visitor without a sign-in."""
    if who is None:
        return door is Door.ANYONE
    return _OPENS[door](who)


def keep_the_doors(app: Flask) -> None:
    """Sets the doorkeeper before every view of the app."""
    app.before_request(_keep)
    app.after_request(keep_in_use)
    app.teardown_request(end_moment)


@contextmanager
def looking() -> Iterator[Reading]:
    """What is shown to whoever asks is read in here, and she was looked up in it.

    Where the door is not hers any more by then, she is answered as at the door.
    """
    with one_moment() as db:
        refused = _turned_away(DOORS[request.endpoint or ""])
        if refused is not None:
            abort(refused)
        yield db


def _keep() -> Response | None:
    if request.endpoint is None:
        return None  # no such address: Flask says so
    door = DOORS.get(request.endpoint)
    if door is None:
        abort(404)
    if door is Door.ANYONE:
        return None
    if request.method in ("GET", "HEAD"):
        begin_moment()
    return _turned_away(door)


def _turned_away(door: Door) -> Response | None:
    who = guest().account
    if may_enter(door, who):
        return None
    if who is not None:
        abort(403)
    if request.method == "POST" and comes_from_here():
        return make_response(signed_out())
    return redirect(url_for("auth.sign_in", next=_back()), code=303)


def _back() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
