"""What waits for this person, each question once, and what she has answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.queue import (
    PAGE,
    Filter,
    Tallies,
    answered_for,
    tallies_for,
    waiting_for,
)
from knowledge_base.views import DeskView, desk_views
from review_app.desk import title_of
from review_app.doors import looking
from review_app.forms import chosen
from review_app.guests import account
from review_app.languages import said_in
from review_app.questions import Words, alike, question, said_once
from review_app.room import room

blueprint = Blueprint("queue", __name__)

MOST_OFFERED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record of the list as her desk shows it, with the states of its journeys."""

    id: str
    title: str
    kind: str
    states: tuple[State, ...]
    asked: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Pile:
    """A question, the rules that ask it so, and how many records it holds for her."""

    rules: tuple[str, ...]
    words: Words
    records: int


@blueprint.get("/queue")
def waiting() -> str:
    """The records that wait for her, oldest number first, a page at a time."""
    what, store = _filter(), room().store
    with looking() as db:
        who = account()
        found = waiting_for(db, store, who, what, limit=PAGE + 1)
        tallies = tallies_for(db, who)
        offered = _offered(tallies, what)
        ids = (*(one.record for one in found), *offered)
        desks = desk_views(db, store, ids, who, on=room().today(), for_a_list=True)
    page = found[:PAGE]
    return render_template(
        "queue/waiting.html",
        lines=lines_of([(desks[one.record], one.asked) for one in page]),
        piles=_piles(tallies),
        collections=_named([desks[id] for id in offered]),
        offers_most=MOST_OFFERED if len(tallies.collections()) > MOST_OFFERED else 0,
        kinds=_kinds(),
        states=State,
        what=what,
        chosen=_chosen(what),
        said=request.args.get("said", ""),
        next_after=page[-1].record if len(found) > PAGE else None,
    )


@blueprint.get("/queue/answered")
def answered() -> str:
    """The records of which she, or another steward of hers, has said something."""
    after, store = chosen("after"), room().store
    with looking() as db:
        who = account()
        found = answered_for(db, who, after=after, limit=PAGE + 1)
        on = room().today()
        desks = desk_views(db, store, found, who, on=on, for_a_list=True)
    page = found[:PAGE]
    return render_template(
        "queue/answered.html",
        lines=lines_of([(desks[id], ()) for id in page]),
        next_after=page[-1] if len(found) > PAGE else None,
    )


def _offered(tallies: Tallies, what: Filter) -> tuple[str, ...]:
    """The collections to choose from: each is opened, and a page opens no more."""
    fullest = tallies.collections()[:MOST_OFFERED]
    if what.collection is None or what.collection in fullest:
        return fullest
    return (*fullest, what.collection)


def _piles(tallies: Tallies) -> list[Pile]:
    """Each question once; rules that ask it in the same words are one pile."""
    together: dict[Words, tuple[str, ...]] = {}
    for one in tallies.counts():
        words = question(one.rule)
        together[words] = (*together.get(words, ()), one.rule)
    # A record that two of the rules hold counts once.
    return [Pile(x, words, tallies.held_by(x)) for words, x in together.items()]


def lines_of(desks: Sequence[tuple[DeskView, tuple[str, ...]]]) -> list[Line]:
    """A line for each; what is on the list but not for her eyes has none."""
    return [_line(desk, asked) for desk, asked in desks if not desk.is_covered]


def _line(desk: DeskView, asked: tuple[str, ...]) -> Line:
    return Line(
        id=desk.record,
        title=title_of(desk),
        kind=said_in(dict(shipped_kinds()[desk.kind].label))[0],
        states=tuple(dict.fromkeys(one.journey.state for one in desk.prospects)),
        asked=said_once(asked),
    )


def _filter() -> Filter:
    states = {state.value: state for state in State}
    given = request.args
    asked = chosen("question")
    return Filter(
        collection=chosen("collection"),
        kind=given.get("kind") if given.get("kind") in shipped_kinds() else None,
        rules=alike(asked) if asked else (),
        state=states.get(given.get("state", "")),
        after=chosen("after"),
    )


def _chosen(what: Filter) -> dict[str, str]:
    """The filter as the next page's address carries it."""
    pairs = {
        "collection": what.collection,
        "kind": what.kind,
        "question": what.rules[0] if what.rules else None,
        "state": None if what.state is None else what.state.value,
    }
    return {name: value for name, value in pairs.items() if value is not None}


def _named(desks: Sequence[DeskView]) -> list[tuple[str, str]]:
    """(id, title) of those collections whose title she may read."""
    return [(one.record, title_of(one)) for one in desks if not one.is_covered]


def _kinds() -> list[tuple[str, str]]:
    return [(k, said_in(dict(v.label))[0]) for k, v in shipped_kinds().items()]
