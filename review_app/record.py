"""A record's page: what was found, what anyone would see, what was said so far."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request

from knowledge_base.communities import Community
from knowledge_base.reasons import reasons_for
from knowledge_base.views import DeskView
from policies.facts import ARCHIVIST, NOT_WRITTEN_YET
from policies.labels import registry
from review_app import desk as desks
from review_app.desk import open_desk
from review_app.errors import Answer, cover
from review_app.forms import Problem
from review_app.guests import account
from review_app.proposals import called
from review_app.questions import question
from review_app.told import tell

blueprint = Blueprint("record", __name__)
# What a flag can be raised against, in plain words: each has a message of its own.
POLICIES = (
    NOT_WRITTEN_YET,
    "hint-words-remains",
    "hint-words-sacred",
    "hint-people-named",
    "hint-place-given",
    "concern-named",
    "label:tk/attribution",
    "label:tk/seasonal",
    "label:tk/family",
    "label:tk/secret_sacred",
)


@blueprint.get("/desk/<id>")
def page(id: str) -> str | Answer:
    """The record on her desk; to everybody else the neutral cover."""
    return show(id, meanwhile=_meanwhile())


def _meanwhile() -> tuple[int, int] | None:
    """The steps that had come before her answer was taken: after this, up to that."""
    since, before = request.args.get("since", ""), request.args.get("before", "")
    if not all(x.isascii() and x.isdecimal() and len(x) < 10 for x in (since, before)):
        return None
    return int(since), int(before)


def show(
    id: str,
    *problems: Problem,
    form: str = "",
    stale_since: int | None = None,
    meanwhile: tuple[int, int] | None = None,
    code: int = 200,
) -> str | Answer:
    """The page; with what was wrong in which form, and what she had typed there.

    `stale_since` is the history length she had seen: what came after it is shown
    first, so that she can decide anew. `meanwhile`: what came between her looking
    and her answer, which was taken all the same.
    """
    view = open_desk(id)
    if view.is_covered:
        return cover()
    html = render_template(
        "record/page.html",
        **_content(view),
        **_choices(view),
        problems=problems,
        form=form,
        typed=request.form if form else {},
        stale_since=stale_since,
        meanwhile=meanwhile,
        said=request.args.get("said", ""),
    )
    return html if code == 200 else (html, code)


def _content(view: DeskView) -> Mapping[str, Any]:
    by = desks.voice_at(view, account(), request.values.get("party", ""))
    towards = desks.towards(view, by)
    shown = towards[0].shown if towards else None
    return {
        "desk": view,
        "title": desks.title_of(view),
        "kind": desks.kind_of(view),
        "by": by,
        "is_institution": by.party is None,
        "only_tightens": by.party in view.only_tightens,
        "towards": towards,
        "rows": desks.rows(view, shown),
        "shown": shown,
        "questions": desks.merged(tuple(q for x in towards for q in x.questions)),
        "told": tell(view.names, view.history),
        "question": question,
        "called": called,
    }


def _choices(view: DeskView) -> Mapping[str, Any]:
    """What the forms offer: communities, seasons, labels, notices, reasons."""
    mine = account().communities
    near = _near(view)
    return {
        "communities": near,
        "askable": _askable(view, near),
        "seasons": [x for one in view.parties if one.id in mine for x in one.seasons],
        "labels": tuple(registry().labels.values()),
        "notices": tuple(registry().notices.values()),
        "policies": POLICIES,
        "reasons": reasons_for,
    }


def _near(view: DeskView) -> list[Community]:
    """The communities she can name here: all for an archivist; for a steward her own,
    their parts and whole, those concerned with this very record, and those whose
    private list asks about it.
    """
    if ARCHIVIST in view.answers_for:
        return list(view.parties)
    mine = account().communities
    wholes = {one.part_of for one in view.parties if one.id in mine}
    named = {*view.known.concern.parties, *view.known.listed_by, *mine, *wholes}
    return [x for x in view.parties if x.id in named or x.part_of in mine]


def _askable(view: DeskView, near: list[Community]) -> list[Community]:
    """Whom she may ask: a steward asks the parts and the whole of her own.

    And whose private list asks about the record, who may not see it otherwise.
    """
    mine = account().communities
    if ARCHIVIST in view.answers_for:
        return near
    wholes = {one.part_of for one in near if one.id in mine}
    others = [one for one in near if one.id not in mine]
    wholes |= view.known.listed_by
    return [one for one in others if one.part_of in mine or one.id in wholes]
