"""What is kept of a view, looked at after every act of a random history."""

from datetime import timedelta

from knowledge_base.kept_views import renew_all
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.test_kept_views import kept, listed, live
from tests.soak.subject import STORES, Round, Subject
from tests.soak.subjects.histories import Play, act, begin

ACTS = 25


def play(round: Round) -> None:
    world = make_world(round.address())
    try:
        life = begin(round, world)
        for _ in round.many(ACTS):
            act(life)
            _look(life)
            now = world.now
            world.now += timedelta(days=round.chance.choice([-1, 1, 4, 31, 200]))
            _look(life)
            world.now = now
        renew_all(world.store, now=world.now)
        for record in life.records:
            same = kept(world, record) == live(world, record)
            round.expect(same, "worked out anew, it is not what would be seen now")
    finally:
        world.store.close()


def _look(on: Play) -> None:
    """Whatever is kept and shown is what would be worked out on this day."""
    world = on.world
    for record in on.records:
        found = kept(world, record)
        is_true = found is None or found == live(world, record)
        on.round.expect(is_true, f"stale on record {on.records.index(record)}")
    _list(on, world)


def _list(on: Play, world: World) -> None:
    may = {record for record in on.records if live(world, record) is not None}
    on.round.expect(set(listed(world)) <= may, "a list shows what may not be seen")


SUBJECT = Subject(
    name="kept-views",
    promise=(
        "Whatever happens, and whenever, a kept view is what would be worked out now,"
        " or it is not shown; lists and counts show no more than that."
    ),
    invariants=(2, 4),
    places=STORES,
    play=play,
    notices=(),
)
