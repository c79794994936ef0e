"""What anyone may read: the welcome, and of a record what its people have approved."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from knowledge_base.accounts import Account
from knowledge_base.communities import names_of
from knowledge_base.kept_views import kept_views
from knowledge_base.kinds import KindField, shipped_kinds
from knowledge_base.openings import Opening, opened_lately
from knowledge_base.queue import tallies_for
from knowledge_base.reasons import reasons
from knowledge_base.store import Reading
from policies.view import PublicView, ShownField
from review_app.communities import may_read_of
from review_app.doors import DOORS, looking, may_enter
from review_app.errors import Answer, cover
from review_app.forms import line, safe_path
from review_app.guests import guest
from review_app.languages import COOKIE, said_in
from review_app.room import room
from review_app.wording import TAG

blueprint = Blueprint("public", __name__)
LATELY = timedelta(days=90)
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Shown:
    """One field under its label, as anyone may see it."""

    label: str
    label_language: str
    field: ShownField


@blueprint.get("/")
def welcome() -> str:
    """What this is and where to go; who is signed in finds her work named first."""
    with looking() as db:
        who = guest().account
        waiting = 0 if who is None else _waiting(db, who)
        opened = _opened_lately(db, who)
    return render_template(
        "public/welcome.html",
        waiting=waiting,
        has_desk=who is not None and may_enter(DOORS["queue.waiting"], who),
        opened=opened,
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """A place that opened; who may not open its page is told no name of it."""

    opening: Opening
    name: str | None
    reasons: tuple[str, ...]


def _opened_lately(db: Reading, who: Account | None) -> list[Opened]:
    found = opened_lately(db, since=room().now() - LATELY)
    names = names_of(db)
    return [
        Opened(
            opening=one,
            name=names.get(one.community) if may_read_of(who, one.community) else None,
            reasons=_reasons(one),
        )
        for one in found
    ]


def _reasons(one: Opening) -> tuple[str, ...]:
    """Each kind of evidence once, in words; nothing where a command gave none."""
    codes = dict.fromkeys(why.reason for why in one.written if why.reason)
    known = reasons()
    return tuple(said_in(dict(known[x].label))[0] for x in codes if x in known)


def _waiting(db: Reading, who: Account) -> int:
    return sum(one.records for one in tallies_for(db, who).counts())


@blueprint.get("/r/<id>")
def record(id: str) -> str | Answer:
    """The record where something of it is shown anywhere; else the neutral cover.

    Restricted and absent take the same way and ask the same queries.
    """
    with room().store.reading() as db:
        found = kept_views(db, room().store, id, on=room().today())
    view = max(found, key=lambda one: one.visibility, default=None)
    if view is None:
        return cover()
    return render_template("public/record.html", view=view, rows=shown_rows(view))


def shown_rows(view: PublicView) -> list[Shown]:
    labels = {one.name: one for one in shipped_kinds()[view.kind].fields}
    return [_shown(labels[one.name], one) for one in view.fields]


def _shown(kind_field: KindField, field: ShownField) -> Shown:
    label, language = said_in(dict(kind_field.label), kind_field.name)
    return Shown(label, language, field)


@blueprint.post("/language")
def choose_language() -> Response:
    """Keeps the chosen language in the browser; nothing is written here."""
    back = safe_path(line("back", longest=1000), url_for("public.welcome"))
    answer = redirect(back, code=303)
    chosen = line("language")
    if TAG.fullmatch(chosen):
        answer.set_cookie(
            COOKIE,
            chosen,
            max_age=A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=room().is_https,
        )
    return answer
