"""What is kept of a view, looked at after every act of a random history."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from knowledge_base.kept_views import renew_all
from knowledge_base.settings import Settings
from review_app import create_app
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.test_kept_views import kept, listed, live
from tests.review_app.table import OWN_WIKI
from tests.soak.subject import STORES, Round, Subject
from tests.soak.subjects.histories import Play, act, begin

ACTS = 20


def play(round: Round) -> None:
    world = make_world(round.address())
    try:
        life = begin(round, world)
        anyone = _visitor(round, world)
        _share(life)
        for _ in round.many(ACTS):
            act(life)
            _look(life, anyone)
            now = world.now
            world.now += timedelta(days=round.chance.choice([-1, 1, 4, 31, 200]))
            _look(life, anyone)
            world.now = now
        _take_back(life, anyone)
        renew_all(world.store, now=world.now)
        for record in life.records:
            same = kept(world, record) == live(world, record)
            round.expect(same, "worked out anew, it is not what would be seen now")
    finally:
        world.store.close()


def _share(life: Play) -> None:
    """Something is shared to begin with, so that it can be taken back."""
    world = life.world
    for record in life.items[-2:]:
        world.concern(record, "nobody")
        world.approve(record, world.archivist)


def _take_back(life: Play, anyone: FlaskClient) -> None:
    """Of what is still shared then, one way or the other."""
    world = life.world
    for record in life.items[-2:]:
        if live(world, record) is not None:
            take = life.round.chance.choice((world.refuse, world.withdraw))
            life.round.tell(f"taken back: record {life.records.index(record)}")
            take(record, world.archivist)
            _look(life, anyone)


def _visitor(round: Round, world: World) -> FlaskClient:
    """Somebody without an account at the review table, on the day it is there."""
    settings = Settings(
        home=round.folder, destinations=(OWN_WIKI,), review_address="http://localhost"
    )
    return create_app(world.store, settings, clock=lambda: world.now).test_client()


def _look(on: Play, anyone: FlaskClient) -> None:
    """Whatever is kept and shown is what would be worked out on this day."""
    world = on.world
    for record in on.records:
        found = kept(world, record)
        is_true = found is None or found == live(world, record)
        on.round.expect(is_true, f"stale on record {on.records.index(record)}")
    _list(on, world, anyone)


def _list(on: Play, world: World, anyone: FlaskClient) -> None:
    may = {record for record in on.records if live(world, record) is not None}
    on.round.expect(set(listed(world)) <= may, "a list shows what may not be seen")
    address = on.round.chance.choice(("/records", "/records?q=boat"))
    shown = set(re.findall(r'href="/r/([^"]+)"', anyone.get(address).text))
    on.round.expect(shown <= may, f"{address} shows what may not be seen")
    is_whole = "?" in address or shown == set(listed(world))
    on.round.expect(is_whole, f"{address} does not list what is kept")


SUBJECT = Subject(
    name="kept-views",
    promise=(
        "Whatever happens, and whenever, a kept view is what would be worked out now,"
        " or it is not shown; lists and counts show no more than that."
    ),
    invariants=(2, 4),
    places=STORES,
    play=play,
    notices=("What is kept counts no more after a no or a withdrawal",),
)
