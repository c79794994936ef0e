"""Accounts of the institution: added and shut out by an operator; a steward's never.

An operator of one institution finds here those who work for it and for no other.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base import accounts as kb
from knowledge_base.accounts import Account, find_account, suspend_account
from knowledge_base.institutions import Institution, institutions
from knowledge_base.links import add_with_link, make_link, reset_account
from knowledge_base.names import MixedName, NotAName, unturned
from knowledge_base.projection import AlreadyKnown
from knowledge_base.reasons import is_reason_for, reasons_for
from knowledge_base.rights import Role
from knowledge_base.steps import Actor, Voice
from review_app.auth import link_address
from review_app.doors import looking
from review_app.errors import Answer, cover
from review_app.forms import Problem, line
from review_app.guests import account
from review_app.room import room

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")
LONGEST_NAME = 80
NO_REASON = "reason-needed"

Shown = Response | str | Answer


@blueprint.get("")
def everyone() -> str:
    """The accounts that hold a role of the institution."""
    return _page()


def _page(
    *problems: Problem, name: str = "", made: tuple[str, str] | None = None
) -> str:
    """`made` is a name and the one-time link for it, shown this once."""
    return _drawn(_listed(), *problems, name=name, made=made)


def _listed() -> dict[str, Any]:
    with looking() as db:
        return {"accounts": kb.accounts_for(db, account()), **_choices()}


def _drawn(
    listed: dict[str, Any],
    *problems: Problem,
    name: str = "",
    made: tuple[str, str] | None = None,
) -> str:
    return render_template(
        "accounts/everyone.html",
        problems=problems,
        name=name,
        made=made,
        said=request.args.get("said", ""),
        **listed,
    )


def _choices() -> dict[str, Any]:
    """The roles and institutions that this operator can give, and how all are named."""
    with looking() as db:
        known = institutions(db)
        return {
            "roles": tuple(Role),
            "houses": [one for one in known if _may_give(one)],
            "for_all": account().may_work_for(Role.OPERATOR, None),
            "house_names": {one.id: one.name for one in known},
        }


def _may_give(house: Institution) -> bool:
    return account().may_work_for(Role.OPERATOR, house.id)


def _operator() -> Actor:
    return Actor(Voice.OPERATOR, account=account().id)


@blueprint.get("/<id>")
def one(id: str) -> Shown:
    """One account: what it is there for, and what an operator can do about it."""
    known = _find(id)
    return cover() if known is None else _one(known)


def _one(known: Account, *problems: Problem, code: int = 200) -> Shown:
    html = render_template(
        "accounts/one.html",
        one=known,
        problems=problems,
        said=request.args.get("said", ""),
        **_choices(),
    )
    return html if code == 200 else (html, code)


def _find(id: str) -> Account | None:
    """The account, where this operator reaches all that it works for; no steward's."""
    with looking() as db:
        found = find_account(db, id=id)
    if found is None or found.stewarding or not account().may_tend(found):
        return None
    return found


def _wanted() -> tuple[Role, str] | Problem:
    """The role and the institution of the form, as far as she can give them."""
    role, house = line("role"), line("institution")
    if role not in {one.value for one in Role}:
        return Problem("role", "no-such-role")
    offered = _choices()
    if house not in {one.id for one in offered["houses"]} and (
        house or not offered["for_all"]
    ):
        return Problem("institution", "no-such-institution")
    return Role(role), house


@blueprint.post("/add")
def add() -> Shown:
    """A new account with one role, and its first way in."""
    name, wanted = line("name", longest=LONGEST_NAME), _wanted()
    if not name:
        return _page(Problem("name", "name-needed")), 422
    if isinstance(wanted, Problem):
        return _page(wanted, name=name), 422
    try:
        secret = add_with_link(
            room().store, name, (wanted,), by=_operator(), now=room().now()
        )
    except NotAName:
        return _page(Problem("name", "name-unseen"), name=unturned(name)), 422
    except MixedName:
        return _page(Problem("name", "name-mixed"), name=name), 422
    except AlreadyKnown:
        return _page(Problem("name", "name-taken"), name=name), 422
    return _page(made=(name, link_address(secret)))


def _ask_to_suspend(known: Account, *problems: Problem) -> str:
    return render_template(
        "accounts/suspend.html", one=known, problems=problems, reasons=reasons_for
    )


@blueprint.post("/<id>/role/give")
def give_role(id: str) -> Shown:
    """One role more, for one institution or for all."""
    known, wanted = _find(id), _wanted()
    if known is None:
        return cover()
    if isinstance(wanted, Problem):
        return _one(known, wanted, code=422)
    if (wanted[0].value, wanted[1]) in known.roles:
        return _one(known, Problem("role", "role-known"), code=422)
    kb.give_role(room().store, id, *wanted, by=_operator(), now=room().now())
    return _back(id, "role-given-done")


@blueprint.post("/<id>/role/take")
def take_role(id: str) -> Shown:
    """Takes one role away, at once; it only tightens."""
    known, held = _find(id), (line("role"), line("institution"))
    if known is None:
        return cover()
    if held not in known.roles:
        return _one(known, Problem("account-roles", "no-such-role"), code=422)
    kb.take_role(
        room().store, id, Role(held[0]), held[1], by=_operator(), now=room().now()
    )
    return _back(id, "role-taken-done")


def _back(id: str, said: str) -> Response:
    """To her page, or to the list where she is none of this operator's any more."""
    if _find(id) is None:
        return redirect(url_for("accounts.everyone", said=said), code=303)
    return redirect(url_for("accounts.one", id=id, said=said), code=303)


@blueprint.post("/<id>/link")
def link(id: str) -> Shown:
    """A new way in for an account of the institution; a steward makes her own."""
    known = _find(id)
    if known is None:
        return cover()
    if known.has_password:
        return _one(known, Problem("way-in", "has-a-way-in"), code=422)
    return _page(made=(known.name, _new_link(id)))


@blueprint.route("/<id>/reset", methods=["GET", "POST"])
def reset(id: str) -> Shown:
    """A new way in for somebody who cannot get in: first it is said what that does."""
    known = _find(id)
    if known is None:
        return cover()
    if request.method == "GET":
        return render_template("accounts/reset.html", one=known)
    # Read before: whoever resets herself is not in here any more, and needs her link.
    listed = _listed()
    secret = reset_account(room().store, id, by=_operator(), now=room().now())
    return _drawn(listed, made=(known.name, link_address(secret)))


def _new_link(id: str) -> str:
    secret = make_link(room().store, id, by=_operator(), now=room().now())
    return link_address(secret)


@blueprint.route("/<id>/suspend", methods=["GET", "POST"])
def suspend(id: str) -> Shown:
    """Shuts an account out at once, when that was asked once more; it only tightens."""
    known, reason = _find(id), line("reason")
    if known is None:
        return cover()
    if request.method == "GET":
        return _ask_to_suspend(known)
    if not is_reason_for("suspend-account", reason):
        return _ask_to_suspend(known, Problem("suspend-account-reason", NO_REASON)), 422
    by = Actor(Voice.OPERATOR, account=account().id, reason=reason)
    suspend_account(room().store, id, by=by, now=room().now())
    return redirect(url_for("accounts.everyone", said="suspend-done"), code=303)
