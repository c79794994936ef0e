"""What an institution or a community writes down of whom it named, and takes back.

The rooms of `communities`, where something is written; who may write stands in
`knowledge_base.seats`.
"""

from dataclasses import replace

from flask import Blueprint

from knowledge_base.invitations import (
    NotAMark,
    record_invitation,
    record_one_is_enough,
    take_back_invitation,
)
from knowledge_base.reasons import is_reason_for
from knowledge_base.rights import Role
from knowledge_base.seats import OtherHands
from knowledge_base.steps import Actor, Voice
from review_app.communities import (
    Shown,
    back,
    exists,
    may_open,
    of_community,
    show,
)
from review_app.errors import cover
from review_app.forms import Problem, line, text
from review_app.guests import account
from review_app.matters import matters_written
from review_app.room import room

blueprint = Blueprint("inviting", __name__, url_prefix="/communities")


@blueprint.post("/<id>/invite")
def invite(id: str) -> Shown:
    """Writes down that the community named the holder of this mark."""
    if not exists(id) or not may_open(id):
        return cover()
    by, evidence = _who_invites(id), text("evidence")
    if not evidence:
        return show(id, Problem("invite-evidence", "evidence-needed"), code=422)
    if by.voice is not Voice.COMMUNITY and not is_reason_for("invite", by.reason):
        return show(id, Problem("invite-reason", "reason-needed"), code=422)
    matters = matters_written(id)
    if isinstance(matters, Problem):
        return show(id, matters, code=422)
    try:
        record_invitation(
            room().store,
            id,
            mark=line("mark"),
            evidence=evidence,
            by=by,
            now=room().now(),
            matters=matters,
        )
    except NotAMark:
        return show(id, Problem("invite-mark", "mark-not-read"), code=422)
    except OtherHands:
        return show(id, Problem("invite-mark", "other-hands"), code=403)
    return back(id, "invite-done")


@blueprint.post("/<id>/take-back")
def take_back(id: str) -> Shown:
    """What was written down wrongly opens nothing any more."""
    if not exists(id) or not may_open(id):
        return cover()
    by = _who_invites(id)
    if by.voice is not Voice.COMMUNITY:
        by = replace(by, reason="mistake")
    take_back_invitation(room().store, id, line("invitation"), by=by, now=room().now())
    return back(id, "take-back-done")


@blueprint.post("/<id>/one-is-enough")
def one_is_enough(id: str) -> Shown:
    """Writes down that the community wishes no second person for its first steward."""
    if not exists(id) or not may_open(id):
        return cover()
    by, evidence = _of_the_house(), text("wish")
    if not evidence:
        return show(id, Problem("wish-wish", "evidence-needed"), code=422)
    if not is_reason_for("invite", by.reason):
        return show(id, Problem("wish-reason", "reason-needed"), code=422)
    try:
        record_one_is_enough(
            room().store, id, evidence=evidence, by=by, now=room().now()
        )
    except OtherHands:
        return show(id, Problem("wish-wish", "other-hands"), code=403)
    return back(id, "wish-done")


def _who_invites(id: str) -> Actor:
    """A steward writes for her own community, and is asked for no reason."""
    if id in account().communities:
        return of_community(id)
    return _of_the_house()


def _of_the_house() -> Actor:
    is_archivist = account().has_role(Role.ARCHIVIST)
    voice = Voice.INSTITUTION if is_archivist else Voice.OPERATOR
    return Actor(voice, account=account().id, reason=line("reason"))
