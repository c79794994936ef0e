"""How a person of a community comes to her own place, without anybody's leave here.

She makes her half and keeps it; its mark goes into the letter or is read out at the
meeting; when the mark has been written down, she joins with her half. Where somebody
of the institution is signed in nobody does either: it would not be her own half.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base.community_keys import NotTheKey
from knowledge_base.invitations import NoInvitation, SameHands, join, make_half
from knowledge_base.names import MixedName, NotAName, unturned
from knowledge_base.projection import AlreadyKnown
from knowledge_base.sign_ins import sign_in
from review_app.errors import sign_out_first
from review_app.forms import Problem, line
from review_app.guests import address_mark, guest, may_try, seat
from review_app.room import room

blueprint = Blueprint("joining", __name__, url_prefix="/join")
LONGEST_NAME = 80

Shown = str | tuple[str, int] | Response


@blueprint.route("", methods=["GET", "POST"])
def half() -> Shown:
    """Says how it goes; the button makes a half, shown this once and kept nowhere."""
    if request.method == "POST" and _is_of_the_institution():
        return sign_out_first()
    made = make_half() if request.method == "POST" else None
    return render_template("joining/half.html", made=made)


@blueprint.route("/enter", methods=["GET", "POST"])
def enter() -> Shown:
    """With her half and a name of her own choice she joins her community."""
    if request.method == "GET":
        return _form()
    if _is_of_the_institution():
        return sign_out_first()
    if not may_try("join", address_mark(), most=10, minutes=60):
        abort(429)
    name, secret = line("name", longest=LONGEST_NAME), line("half")
    problems = _problems(name, secret)
    if problems:
        return _form(*problems, name=name), 422
    try:
        id = join(
            room().store,
            secret,
            name=name,
            now=room().now(),
            beside=_beside(),
            key=line("key"),
        )
    except NoInvitation:
        return _form(Problem("half", "half-fits-nothing"), name=name), 422
    except NotAName:
        return _form(Problem("name", "name-unseen"), name=unturned(name)), 422
    except MixedName:
        return _form(Problem("name", "name-mixed"), name=name), 422
    except AlreadyKnown:
        # Her half fits, so the name it is: nobody else is told which are taken.
        return _form(Problem("name", "name-taken"), name=name), 422
    except NotTheKey:
        return _form(Problem("key", "key-fits-nothing"), name=name), 422
    except SameHands:
        return sign_out_first()
    answer = redirect(url_for("auth.own", said="joined"), code=303)
    seat(answer, sign_in(room().store, id, now=room().now()), name=name)
    return answer


def _is_of_the_institution() -> bool:
    who = guest().account
    return who is not None and bool(who.roles)


def _beside() -> str | None:
    who = guest().account
    return None if who is None else who.id


def _problems(name: str, secret: str) -> tuple[Problem, ...]:
    found = []
    if not secret:
        found.append(Problem("half", "half-needed"))
    if not name:
        found.append(Problem("name", "name-needed"))
    return tuple(found)


def _form(*problems: Problem, name: str = "") -> str:
    return render_template("joining/enter.html", problems=problems, name=name)
