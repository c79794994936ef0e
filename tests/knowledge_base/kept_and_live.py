"""Compares what is kept and served with what would be worked out at that moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.calendar_days import civil_days
from knowledge_base.kept_views import (
    KEPT_FOR,
    count_shown,
    kept_view,
    kept_views,
    list_shown,
)
from knowledge_base.public import Standing, standing_view, standing_views
from knowledge_base.search import find_shown
from knowledge_base.tokens import has_words
from policies.purposes import Purpose
from policies.view import PublicView
from tests.knowledge_base.conftest import WIKI, World

WORD = "boat"  # every record that these tests make is called so
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Served:
    """By record: what is listed, and what is found by the word; and what is counted."""

    listed: Mapping[str, PublicView]
    found: Mapping[str, PublicView]
    count: int


def live(world: World, record: str) -> PublicView | None:
    with world.store.reading() as db:
        on = civil_days(world.now).closing
        return standing_view(db, world.store, record, WIKI, on=on)


def wrong_now(world: World, watched: Iterable[str], *, all_there: bool) -> list[str]:
    """What is served otherwise than it would be worked out now, each in words.

    `all_there`: nothing may be missing; else what is not served yet is only hidden.
    """
    store, on = world.store, civil_days(world.now).closing
    wrong = []
    with store.reading() as db:
        ids = tuple(db.scalars(select(tables.records.c.id)))
        stand = standing_views(db, store, ids, KEPT_FOR, on=on)
        for place in store.destinations:
            now, kept = _live(stand, place.id), _kept(db, world, place.id)
            wrong += _differences("listed", kept.listed, now.listed, all_there)
            wrong += _differences("found", kept.found, now.found, all_there)
            if kept.count != len(kept.listed):
                wrong.append(f"{kept.count} counted, {len(kept.listed)} listed")
            for id in watched:
                wrong += _alone(db, world, place.id, id, now.listed, all_there)
    return wrong


def _alone(
    db: Connection,
    world: World,
    place: str,
    id: str,
    now: Mapping[str, PublicView],
    all_there: bool,
) -> list[str]:
    """Read by itself, in both ways that there are."""
    store, on = world.store, civil_days(world.now).closing
    one = kept_view(db, store, id, place, on=on)
    kept = {} if one is None else {id: one}
    wanted = {id: now[id]} if id in now else {}
    wrong = _differences("read", kept, wanted, all_there)
    if (one is not None) is not (one in kept_views(db, store, id, on=on)):
        wrong.append(f"{id} is read in one way and not in the other")
    return wrong


def _live(stand: Iterable[Standing], place: str) -> Served:
    of = {
        purpose: {
            one.record.id: one.view
            for one in stand
            if (one.destination, one.purpose) == (place, purpose)
            if one.view is not None
        }
        for purpose in KEPT_FOR
    }
    listed, searched = of[Purpose.SHOW], of[Purpose.INDEX]
    found = {
        id: view
        for id, view in listed.items()
        if id in searched and _says(searched[id], WORD)
    }
    return Served(listed, found, len(listed))


def _says(view: PublicView, word: str) -> bool:
    return has_words((value for one in view.fields for value in one.values), word)


def _kept(db: Connection, world: World, place: str) -> Served:
    store, on = world.store, civil_days(world.now).closing
    listed = list_shown(db, store, place, on=on, limit=MANY).views
    found = find_shown(db, store, place, WORD, on=on, limit=MANY).views
    return Served(
        listed={view.record: view for view in listed},
        found={view.record: view for view in found},
        count=count_shown(db, store, place, on=on),
    )


def _differences(
    how: str,
    kept: Mapping[str, PublicView],
    now: Mapping[str, PublicView],
    all_there: bool,
) -> list[str]:
    stale = [id for id, view in kept.items() if now.get(id) != view]
    missing = [id for id in now if id not in kept] if all_there else []
    return [f"{id} is {how}, and stale" for id in stale] + [
        f"{id} is not {how}, and may be" for id in missing
    ]
