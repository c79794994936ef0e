"""Accounts of the institution: added and shut out by an operator; a steward's never."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base.accounts import (
    Account,
    accounts_with_roles,
    add_account,
    find_account,
    suspend_account,
)
from knowledge_base.links import make_link
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Role
from knowledge_base.steps import Actor, Voice
from review_app.auth import link_address
from review_app.errors import Answer, cover
from review_app.forms import Problem, line
from review_app.guests import account
from review_app.room import room

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts")
LONGEST_NAME = 80

Shown = Response | str | Answer


@blueprint.get("")
def everyone() -> str:
    """The accounts that hold a role of the institution."""
    return _page()


def _page(
    *problems: Problem, name: str = "", made: tuple[str, str] | None = None
) -> str:
    """`made` is a name and the one-time link for it, shown this once."""
    with room().store.reading() as db:
        found = accounts_with_roles(db)
    return render_template(
        "accounts/everyone.html",
        accounts=found,
        roles=tuple(Role),
        problems=problems,
        name=name,
        made=made,
        said=request.args.get("said", ""),
    )


def _operator() -> Actor:
    return Actor(Voice.OPERATOR, account=account().id)


@blueprint.post("/add")
def add() -> Shown:
    """A new account with one role, and its first way in."""
    name, role = line("name", longest=LONGEST_NAME), line("role")
    if not name:
        return _page(Problem("name", "name-needed")), 422
    if role not in {one.value for one in Role}:
        return _page(Problem("role", "no-such-role"), name=name), 422
    try:
        id = add_account(
            room().store, name, ((Role(role), ""),), by=_operator(), now=room().now()
        )
    except AlreadyKnown:
        return _page(Problem("name", "name-taken"), name=name), 422
    return _page(made=(name, _new_link(id)))


@blueprint.post("/<id>/link")
def link(id: str) -> Shown:
    """A new way in for an account of the institution; a steward makes her own."""
    known = _find(id)
    if known is None:
        return cover()
    return _page(made=(known.name, _new_link(id)))


def _find(id: str) -> Account | None:
    with room().store.reading() as db:
        return find_account(db, id=id)


def _new_link(id: str) -> str:
    secret = make_link(room().store, id, by=_operator(), now=room().now())
    return link_address(secret)


@blueprint.post("/<id>/suspend")
def suspend(id: str) -> Shown:
    """Shuts an account out at once; it only tightens."""
    if _find(id) is None:
        return cover()
    suspend_account(room().store, id, by=_operator(), now=room().now())
    return redirect(url_for("accounts.everyone", said="suspend-done"), code=303)
