"""Labels, put on and taken off by a community; notices, by an institution."""

from flask import Blueprint
from werkzeug.wrappers import Response

from knowledge_base import labelling
from knowledge_base.communities import seasons_of
from knowledge_base.labelling import LabelWords
from knowledge_base.steps import Actor
from knowledge_base.views import DeskView
from policies.labels import registry
from review_app.acting import CannotBeDone, act
from review_app.errors import Answer
from review_app.forms import is_seen, line, text
from review_app.room import room

blueprint = Blueprint("labels", __name__, url_prefix="/desk/<id>")

Shown = Response | str | Answer


@blueprint.post("/label")
def apply(id: str) -> Shown:
    return act(id, "label", _apply)


def _apply(desk: DeskView, by: Actor, seen: int) -> None:
    if not is_seen(line("attribution")):
        raise CannotBeDone("label-attribution", "name-unseen")
    labelling.apply_label(
        room().store,
        desk.record,
        _chosen(),
        LabelWords(
            text=text("text"), attribution=line("attribution"), season=_season(by)
        ),
        seen=seen,
        by=by,
        now=room().now(),
    )


def _chosen() -> tuple[str, str]:
    family, _, type = line("label").partition("/")
    if registry().find_label(family, type) is None:
        raise CannotBeDone("label-label", "choose-one")
    return family, type


def _season(by: Actor) -> str | None:
    wanted = line("season")
    if not wanted:
        return None
    with room().store.reading() as db:
        own = {one.id for one in seasons_of(db, by.party or "")}
    if wanted not in own:
        raise CannotBeDone("label-season", "choose-one")
    return wanted


@blueprint.post("/label/remove")
def remove(id: str) -> Shown:
    return act(id, "unlabel", _remove)


def _remove(desk: DeskView, by: Actor, seen: int) -> None:
    family, _, type = line("label").partition("/")
    labelling.remove_label(
        room().store, desk.record, (family, type), seen=seen, by=by, now=room().now()
    )


@blueprint.post("/notice")
def notice(id: str) -> Shown:
    return act(id, "notice", _notice, reason="label")


def _notice(desk: DeskView, by: Actor, seen: int) -> None:
    type = line("notice")
    if registry().find_notice(type) is None:
        raise CannotBeDone("notice-notice", "choose-one")
    labelling.apply_notice(
        room().store, desk.record, type, seen=seen, by=by, now=room().now()
    )


@blueprint.post("/notice/remove")
def take_notice(id: str) -> Shown:
    return act(id, "unnotice", _take_notice, reason="label")


def _take_notice(desk: DeskView, by: Actor, seen: int) -> None:
    labelling.remove_notice(
        room().store, desk.record, line("notice"), seen=seen, by=by, now=room().now()
    )
