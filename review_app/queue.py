"""What waits for this person, each question once, and what she has answered."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from knowledge_base.accounts import Account
from knowledge_base.history import journeys_of
from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.queue import (
    PAGE,
    Filter,
    answered_for,
    collections_for,
    counts_for,
    held_by,
    waiting_for,
)
from review_app.desk import open_desk, title_of
from review_app.forms import chosen
from review_app.guests import account
from review_app.languages import said_in
from review_app.questions import Words, alike, question, said_once
from review_app.room import room

blueprint = Blueprint("queue", __name__)


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
    what, who, store = _filter(), account(), room().store
    with store.reading() as db:
        found = waiting_for(db, who, what, limit=PAGE + 1)
        collections = collections_for(db, who)
    page = found[:PAGE]
    states: dict[str, tuple[State, ...]] = {}
    for one in page:
        states[one.record] = (*states.get(one.record, ()), one.state)
    asked = {one.record: one.asked for one in page}
    lines = [_line(id, states[id], asked[id]) for id in states]
    return render_template(
        "queue/waiting.html",
        lines=[one for one in lines if one is not None],
        piles=_piles(who),
        collections=_named(collections),
        kinds=_kinds(),
        states=State,
        what=what,
        chosen=_chosen(what),
        next_after=page[-1].record if len(found) > PAGE else None,
    )


@blueprint.get("/queue/answered")
def answered() -> str:
    """The records of which she, or another steward of hers, has said something."""
    after = chosen("after")
    with room().store.reading() as db:
        found = answered_for(db, account(), after=after, limit=PAGE + 1)
        states = {
            id: tuple(one.state for one in journeys_of(db, id)) for id in found[:PAGE]
        }
    lines = [_line(id, of, ()) for id, of in states.items()]
    return render_template(
        "queue/answered.html",
        lines=[one for one in lines if one is not None],
        next_after=found[PAGE - 1] if len(found) > PAGE else None,
    )


def _piles(who: Account) -> list[Pile]:
    """Each question once; rules that ask it in the same words are one pile."""
    with room().store.reading() as db:
        counts = {one.rule: one.records for one in counts_for(db, who)}
        together: dict[Words, tuple[str, ...]] = {}
        for rule in counts:
            words = question(rule)
            together[words] = (*together.get(words, ()), rule)
        return [
            # A record that two of the rules hold counts once.
            Pile(x, words, held_by(db, who, x) if len(x) > 1 else counts[x[0]])
            for words, x in together.items()
        ]


def _line(id: str, states: tuple[State, ...], asked: tuple[str, ...]) -> Line | None:
    """None where the record is on the list but not for her eyes."""
    desk = open_desk(id, account())
    if desk.is_covered:
        return None
    kind = said_in(dict(shipped_kinds()[desk.kind].label))[0]
    return Line(
        id=id,
        title=title_of(desk),
        kind=kind,
        states=states,
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


def _named(collections: tuple[str, ...]) -> list[tuple[str, str]]:
    """(id, title) of those collections whose title she may read."""
    desks = [open_desk(id, account()) for id in collections]
    return [(one.record, title_of(one)) for one in desks if not one.is_covered]


def _kinds() -> list[tuple[str, str]]:
    return [(k, said_in(dict(v.label))[0]) for k, v in shipped_kinds().items()]
