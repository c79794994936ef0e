"""Files that bring again what was taken back, through every door of an import."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from knowledge_base import steps
from knowledge_base.history import journeys_of
from knowledge_base.journeys import State
from knowledge_base.records import Record, get_record
from knowledge_base.tables import records
from policies.errors import WithcareError
from tests.knowledge_base.conftest import World, make_world
from tests.knowledge_base.exchange.conftest import importer, item, write_lines
from tests.soak.subject import STORES, Round, Subject

ACTS = 25
THINGS = 5
STANDS = frozenset({State.APPROVED, State.PUBLISHING, State.PUBLISHED})


@dataclass
class Play:
    """Three sources of the same things, and to which of them a people said no."""

    round: Round
    world: World
    collections: tuple[str, ...]
    taken_back: dict[str, frozenset[str]] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)  # withdrawn, as they were
    made: int = 0


def play(round: Round) -> None:
    world = make_world(round.address(), round.keys())
    try:
        collections = tuple(world.collection() for _ in range(3))
        on = Play(round, world, collections)
        for _ in round.many(ACTS):
            name, act = round.chance.choice(_ACTS)
            round.tell(name)
            try:
                act(on)
            except WithcareError as refused:
                round.told[-1] += f": {type(refused).__name__}"
            _look(on)
    finally:
        world.store.close()


def _all(on: Play) -> list[Record]:
    """Every item, in the order in which they came in."""
    query = select(records.c.id).where(records.c.kind == "item")
    with on.world.store.reading() as db:
        ids = db.scalars(query.order_by(records.c.received_at, records.c.identifier))
        return [get_record(db, id) for id in ids.all()]


def _look(on: Play) -> None:
    found = _all(on)
    numbers = [(one.collection, one.identifier) for one in found]
    on.round.expect(len(numbers) == len(set(numbers)), "a record came in twice")
    for one in found:
        before = on.taken_back.get(one.identifier)
        if before is None or one.id in before:
            continue
        with on.world.store.reading() as db:
            states = {journey.state for journey in journeys_of(db, one.id)}
        what = f"{one.identifier} was taken back, and is {sorted(states)}"
        on.round.expect(not states & STANDS, what)
    for one in found:
        if one.id in on.kept:
            same = one.content == on.kept[one.id]
            on.round.expect(same, f"{one.identifier} was told anew, or has words again")


def _import(on: Play) -> None:
    """Some rows, some of them changed, in any order; sometimes cut in the middle."""
    chance = on.round.chance
    numbers = chance.sample(range(THINGS), chance.randint(1, THINGS))
    rows = [item(n, date=str(chance.choice([1930, 1931]))) for n in numbers]
    on.made += 1
    path = write_lines(on.round.folder / f"{on.made}.jsonl", rows)
    where = chance.randrange(len(on.collections))
    more: dict[str, Any] = {"collection": on.collections[where]}
    on.round.told[-1] += f" {numbers} into collection {where}"
    take_in = importer(on.world)
    if chance.random() < 0.3:
        take_in(path, **more, dry_run=True)
    if chance.random() < 0.4:
        take_in(path, **more, limit=chance.randint(1, len(rows)))
        on.round.told[-1] += ", cut and gone on with"
    take_in(path, **more)
    if chance.random() < 0.3:
        take_in(path, **more)


def _some(on: Play) -> Record | None:
    found = _all(on)
    return on.round.chance.choice(found) if found else None


def _say_no(on: Play) -> None:
    """The people say that it is theirs, and no to it."""
    one = _some(on)
    if one is None:
        return
    world, how = on.world, on.round.chance.choice(["refuse", "withdraw", "erase"])
    on.round.told[-1] += f" to {one.identifier}: {how}"
    world.concern(one.id, "named", world.people)
    if how == "refuse":
        world.refuse(one.id, world.steward)
    else:
        world.withdraw(one.id, world.steward)
    # What came in from elsewhere before it is another record, about which they may
    # say what they like: this no is about this record, and about what comes after.
    others = frozenset(x.id for x in _all(on) if x.id != one.id)
    on.taken_back[one.identifier] = on.taken_back.get(one.identifier, others) & others
    if how == "erase":
        world.take(one.id, steps.Erased(), by=world.steward)
    if how != "refuse":
        on.kept[one.id] = {} if how == "erase" else one.content


def _try_to_show(on: Play) -> None:
    """The archivist does all that she can to have it shown."""
    one = _some(on)
    if one is None:
        return
    on.round.told[-1] += f" {one.identifier}"
    for act in _EFFORTS:
        try:
            act(on.world, one.id)
        except WithcareError as refused:
            on.round.told[-1] += f", {type(refused).__name__}"


_EFFORTS: tuple[Callable[[World, str], object], ...] = (
    lambda world, id: world.concern(id, "nobody"),
    lambda world, id: world.approve(id, world.archivist),
    lambda world, id: world.publish(id),
)

_ACTS: tuple[tuple[str, Callable[[Play], None]], ...] = (
    *(("a file comes in", _import),) * 4,
    *(("the people say no", _say_no),) * 2,
    *(("the archivist wants to show", _try_to_show),) * 5,
)

SUBJECT = Subject(
    name="comes-back",
    promise=(
        "Whatever files bring it again, from whichever source and however often, what"
        " a people said no to is not shown without its word, and what was erased has"
        " no words again."
    ),
    invariants=(6, 15),
    places=STORES,
    play=play,
    notices=("A withdrawn record does not come back with its source",),
)
