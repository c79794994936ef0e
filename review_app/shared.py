"""The list of what anyone may read, and the search in it."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, render_template, request

from knowledge_base.kept_views import Page, count_shown, kept_view, list_shown
from knowledge_base.kinds import shipped_kinds
from knowledge_base.search import find_shown
from policies.view import PublicView
from review_app.forms import LONGEST_LINE, chosen
from review_app.languages import said_in
from review_app.room import room

blueprint = Blueprint("shared", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record of the list; `holds` where it is a collection, to look into."""

    id: str
    title: str
    kind: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to list: at which place, of which collection, with which words."""

    place: str
    collection: str | None
    words: str

    def again(self) -> dict[str, str]:
        """The same wish as the end of an address, without what was not wished."""
        named = {"place": self.place, "collection": self.collection, "q": self.words}
        first = room().settings.destinations[0].id
        return {
            name: value
            for name, value in named.items()
            if value and (name, value) != ("place", first)
        }


@blueprint.get("/records")
def records() -> str:
    """What is shared at one place, a page at a time; or what of it has these words."""
    wish = _wish()
    if wish is None:
        return render_template("shared/records.html", wish=None, lines=[])
    on, store = room().today(), room().store
    with store.reading() as db:
        many = count_shown(db, store, wish.place, on=on, collection=wish.collection)
        above = kept_view(db, store, wish.collection or "", wish.place, on=on)
    page = _page(wish)
    return render_template(
        "shared/records.html",
        wish=wish,
        lines=[_line(view) for view in page.views],
        many=many,
        above=above and above.title,
        places=room().settings.destinations,
        next_after=page.after,
    )


def _page(wish: Wish) -> Page:
    store, on, after = room().store, room().today(), chosen("after") or ""
    look = partial(find_shown, text=wish.words) if wish.words else list_shown
    with store.reading() as db:
        return look(
            db, store, wish.place, on=on, collection=wish.collection, after=after
        )


def _wish() -> Wish | None:
    """None where no place is named in the settings: then nothing is shared."""
    known = [one.id for one in room().settings.destinations]
    if not known:
        return None
    place = chosen("place")
    return Wish(
        place=place if place in known else known[0],
        collection=chosen("collection"),
        words=" ".join(request.args.get("q", "").split())[:LONGEST_LINE],
    )


def _line(view: PublicView) -> Line:
    kind = shipped_kinds()[view.kind]
    return Line(
        id=view.record,
        title=view.title,
        kind=said_in(dict(kind.label), kind.kind)[0],
        holds=view.kind == "collection",
    )
