"""Communities: who is present, who waits to be confirmed, which seasons are open.

An institution writes invitations down until a community is present, and from then on
the community does so itself; nobody here appoints, replaces or resets a steward.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from knowledge_base import communities as kb
from knowledge_base.accounts import Account, names_of_accounts
from knowledge_base.communities import Community
from knowledge_base.community_keys import make_key
from knowledge_base.invitations import (
    open_invitations,
    wishes_of,
)
from knowledge_base.names import NotAName
from knowledge_base.reasons import is_reason_for, reasons_for
from knowledge_base.rights import Role
from knowledge_base.season_days import NoSuchZone
from knowledge_base.steps import Actor, Voice
from knowledge_base.stewardship import (
    is_first_opening,
    may_confirm,
    standing_key,
    takes_in,
)
from policies.seasons import NotDays
from review_app.doors import looking
from review_app.errors import Answer, cover
from review_app.forms import Problem, chosen, line
from review_app.guests import account
from review_app.matters import in_words
from review_app.room import room

blueprint = Blueprint("communities", __name__, url_prefix="/communities")

Shown = Response | str | Answer


@blueprint.get("")
def everyone() -> str:
    """The communities she works with: all for an institution, else her own."""
    with looking() as db:
        found = [one for one in kb.communities(db) if may_open(one.id)]
    return render_template("communities/everyone.html", communities=found)


@blueprint.get("/<id>")
def one(id: str) -> Shown:
    return show(id)


def may_read_of(who: Account | None, community: str) -> bool:
    """Whether the community's page, and with it its name, is open to her."""
    if who is None:
        return False
    of_house = who.has_role(Role.ARCHIVIST) or who.has_role(Role.OPERATOR)
    return community in who.communities or waits_in(who, community) or of_house


def may_open(community: str) -> bool:
    return may_read_of(account(), community)


def waits_in(who: Account, community: str) -> bool:
    """Whether she joined the community and a second person has yet to confirm her."""
    held = {one.community: one.state for one in who.stewarding}
    return held.get(community) == "waiting"


def _is_institution() -> bool:
    return account().has_role(Role.ARCHIVIST) or account().has_role(Role.OPERATOR)


def show(id: str, *problems: Problem, code: int = 200, new_key: str = "") -> Shown:
    with looking() as db:
        known = {one.id: one for one in kb.communities(db)}
        stewards = kb.stewards_of(db, id)
        seasons = kb.seasons_of(db, id)
        wish = wishes_of(db, id)
        invited = open_invitations(db, id)
        wrote = [one.actor or "" for one in wish]
        wrote += [one.recorded_by for one in invited]
        names = names_of_accounts(db, [*(one.account for one in stewards), *wrote])
        confirms = may_confirm(db, account().id, id)
        is_first = is_first_opening(db, id)
        key = standing_key(db, id)
    if id not in known or not may_open(id):
        return cover()
    html = render_template(
        "communities/one.html",
        community=known[id],
        known=known,
        parts=_parts(known, id),
        stewards=stewards,
        names=names,
        seasons=seasons if id in account().communities else (),
        is_hers=id in account().communities,
        matters={one.account: in_words(one.matters) for one in stewards},
        may_confirm=confirms,
        may_open=account().is_for_everything(id),
        may_suspend=_may_suspend(id, stewards),
        may_invite=_may_invite(id, stewards),
        is_institution=_is_institution(),
        invitations=invited if _may_invite(id, stewards) else (),
        of_invitation={one.id: in_words(one.matters) for one in invited},
        now=room().now(),
        today=room().today(),
        one_is_enough=wish,
        key=key,
        new_key=new_key,
        keeps_key=confirms and id in account().communities,
        may_write_wish=_is_institution() and is_first and not wish,
        is_operator=account().may_work_for(Role.OPERATOR, None),
        reasons=reasons_for,
        problems=problems,
        typed=request.form,
        said=request.args.get("said", ""),
    )
    return html if code == 200 else (html, code)


def _parts(known: dict[str, Community], id: str) -> list[Community]:
    return [one for one in known.values() if one.part_of == id]


def _may_suspend(id: str, stewards: tuple[kb.Stewarding, ...]) -> set[str]:
    """The accounts she may suspend: an operator all, a steward none above her."""
    if account().may_work_for(Role.OPERATOR, None):
        return {one.account for one in stewards}
    mine = [one for one in stewards if one.account == account().id]
    hers = next((one.matters for one in mine if one.state == "active"), ())
    if id not in account().communities:
        return set()
    return {one.account for one in stewards if takes_in(hers, one.matters)}


def _may_invite(id: str, stewards: tuple[kb.Stewarding, ...]) -> bool:
    """An institution until the community is present, then its own stewards alone."""
    if any(one.state == "active" for one in stewards):
        return id in account().communities
    return _is_institution()


def of_community(id: str) -> Actor:
    return Actor(Voice.COMMUNITY, account=account().id, party=id)


def back(id: str, said: str) -> Response:
    return redirect(url_for("communities.one", id=id, said=said), code=303)


def exists(id: str) -> bool:
    with room().store.reading() as db:
        return id in {one.id for one in kb.communities(db)}


@blueprint.post("/<id>/confirm")
def confirm(id: str) -> Shown:
    if not may_open(id):
        return cover()
    kb.confirm(room().store, id, line("steward"), by=of_community(id), now=room().now())
    return back(id, "confirm-done")


@blueprint.route("/<id>/suspend", methods=["GET", "POST"])
def suspend(id: str) -> Shown:
    """The one emergency power over a steward: asked once more; it only tightens."""
    is_asked = request.method == "GET"
    steward = (chosen("steward") or "") if is_asked else line("steward")
    if steward not in _suspendable(id):
        return cover()
    if is_asked:
        return _ask_to_suspend(id, steward)
    by = _who_suspends(id)
    if by.voice is not Voice.COMMUNITY and not is_reason_for("suspend", by.reason):
        problem = Problem("suspend-reason", "reason-needed")
        return _ask_to_suspend(id, steward, problem), 422
    kb.suspend(room().store, id, steward, by=by, now=room().now())
    return back(id, "suspend-done")


def _suspendable(id: str) -> dict[str, str]:
    """Account id -> name, of the seated whom she may suspend."""
    with looking() as db:
        seats = kb.stewards_of(db, id)
        names = names_of_accounts(db, [one.account for one in seats])
    seated = {one.account for one in seats if one.state in ("active", "waiting")}
    return {one: names[one] for one in seated & _may_suspend(id, seats)}


def _who_suspends(id: str) -> Actor:
    """A steward acts for her own community, and is asked for no reason."""
    if id in account().communities:
        return of_community(id)
    return Actor(Voice.OPERATOR, account=account().id, reason=line("reason"))


def _ask_to_suspend(id: str, steward: str, *problems: Problem) -> str:
    return render_template(
        "communities/suspend.html",
        id=id,
        steward=steward,
        name=_suspendable(id)[steward],
        is_hers=id in account().communities,
        problems=problems,
        reasons=reasons_for,
    )


@blueprint.post("/<id>/lift")
def lift(id: str) -> Shown:
    """Another steward of the community lets a suspended one answer again."""
    if id not in account().communities:
        return cover()
    kb.lift_suspension(
        room().store, id, line("steward"), by=of_community(id), now=room().now()
    )
    return back(id, "lift-done")


@blueprint.post("/<id>/key")
def new_key(id: str) -> Shown:
    """A new key of the community's own, shown this once and kept nowhere."""
    if id not in account().communities:
        return cover()
    made = make_key(room().store, id, by=of_community(id), now=room().now())
    return show(id, new_key=made)


@blueprint.post("/<id>/seasons")
def name_season(id: str) -> Shown:
    if id not in account().communities:
        return cover()
    name = line("name", longest=120)
    if not name:
        return show(id, Problem("season-name", "season-name-needed"), code=422)
    try:
        kb.name_season(room().store, id, name, by=of_community(id), now=room().now())
    except NotAName:
        return show(id, Problem("season-name", "name-unseen"), code=422)
    return back(id, "season-named-done")


def _names_season_of_hers(id: str) -> bool:
    """Whether she is of that community, and the form names a season of it."""
    with looking() as db:
        named = {one.id for one in kb.seasons_of(db, id)}
    return id in account().communities and line("season") in named


@blueprint.post("/<id>/season")
def turn_season(id: str) -> Shown:
    """Opens or closes a season; closing acts at once in the store."""
    if not _names_season_of_hers(id):
        return cover()
    is_open = line("turn") == "open"
    kb.turn_season(
        room().store,
        id,
        line("season"),
        is_open=is_open,
        by=of_community(id),
        now=room().now(),
    )
    return back(id, "season-opened" if is_open else "season-closed")


@blueprint.post("/<id>/season-days")
def date_season(id: str) -> Shown:
    """Gives a season its days, or takes them; what it hides from now on is hidden."""
    if not _names_season_of_hers(id):
        return cover()
    opens, closes, zone = line("opens"), line("closes"), line("zone")
    try:
        kb.date_season(
            room().store,
            id,
            line("season"),
            opens=opens,
            closes=closes,
            zone=zone if opens else "",
            by=of_community(id),
            now=room().now(),
        )
    except NotDays:
        return show(id, Problem("season-opens", "season-no-days"), code=422)
    except NoSuchZone:
        return show(id, Problem("season-zone", "season-no-zone"), code=422)
    return back(id, "season-dated" if opens else "season-undated")
