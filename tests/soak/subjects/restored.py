"""A backup of any moment is restored, whatever was taken back after it."""

from dataclasses import dataclass

from knowledge_base.backups import Since, back_up, restore
from knowledge_base.chain import verify
from knowledge_base.history import history_of
from knowledge_base.journeys import State
from knowledge_base.keys import Keyring
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import read_key
from knowledge_base.records import get_record
from knowledge_base.store import Store
from policies.errors import WithcareError
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, World, make_world
from tests.knowledge_base.test_kept_views import kept, listed
from tests.soak.subject import STORES, Round, Subject
from tests.soak.subjects.histories import Play, act, begin

BEFORE, AFTER = 30, 6
TAKEN_BACK = frozenset({"withdrawal-asked", "refused", "erased"})
STANDS = frozenset({State.APPROVED, State.PUBLISHING, State.PUBLISHED})


@dataclass(frozen=True)
class Then:
    """What the backup knows: how long each history was, and what anyone could see."""

    lengths: dict[str, int]
    seen: dict[str, object]


def play(round: Round) -> None:
    book = MarkerBook(round.folder / "markers.jsonl", read_key(round.folder / "keys"))
    keys = round.keys()
    world = make_world(round.address(), keys)
    world.store.markers = book
    try:
        on = begin(round, world)
        for _ in round.many(BEFORE):
            act(on)
        then = Then(
            lengths={one: world.length(one) for one in on.records},
            seen={one: kept(world, one) for one in on.records},
        )
        round.tell("a backup")
        back_up(world.store, round.folder / "old.zip", now=world.later())
        for _ in round.many(AFTER):
            act(on)
            _take_back(on)
        _restore(on, then, book, keys)
    finally:
        world.store.close()


def _take_back(on: Play) -> None:
    """Somebody who has answered for it, or looks after it, and often what is seen."""
    world, chance = on.world, on.round.chance
    seen = [one for one in on.records if kept(world, one) is not None]
    record = chance.choice(seen or on.records)
    by = chance.choice([world.archivist, world.steward])
    name, takes = chance.choice(
        [("refuse", world.refuse), ("withdraw", world.withdraw)]
    )
    on.round.tell(f"{by.voice}: {name} on record {on.records.index(record)}")
    try:
        takes(record, by)
    except WithcareError as refused:
        on.round.told[-1] += f": {type(refused).__name__}"


def _restore(on: Play, then: Then, book: MarkerBook, keys: Keyring | None) -> None:
    url, now = on.round.address(), on.world.later()
    on.round.tell("it is restored")
    restore(
        url,
        on.round.folder / "old.zip",
        since=Since(book=book),
        destinations=(OWN_WIKI,),
        keys=keys,
        now=now,
    )
    rulebook = Rulebook.shipped()
    store = Store.open(url, rulebook=rulebook, destinations=(OWN_WIKI,), keys=keys)
    try:
        _compare(on, then, World(store, now=now))
    finally:
        store.close()


def _compare(on: Play, then: Then, again: World) -> None:
    with again.store.reading() as db:
        on.round.expect(verify(db).holds, "the restored chain is broken")
    shown = set(listed(again))
    for number, record in enumerate(on.records):
        since = _since(on, then, record)
        seen = kept(again, record)
        same = seen is None or seen == then.seen[record]
        on.round.expect(same, f"record {number} shows what the backup did not")
        if since & TAKEN_BACK:
            _require_gone(on, again, record, is_shown=record in shown)
        if "erased" in since:
            with again.store.reading() as db:
                words = get_record(db, record).content
            on.round.expect(not words, f"record {number} has words again")
        _try_to_publish(on, again, record)


def _since(on: Play, then: Then, record: str) -> set[str]:
    """The kinds of what was written about it after the backup."""
    with on.world.store.reading() as db:
        entries = history_of(db, record)[then.lengths[record] :]
    return {entry.step.kind for entry in entries}


def _require_gone(on: Play, again: World, record: str, *, is_shown: bool) -> None:
    number, state = on.records.index(record), again.state(record)
    stood = f"record {number} was taken back since, and is {state}"
    on.round.expect(state not in STANDS, stood)
    is_seen = is_shown or kept(again, record) is not None
    on.round.expect(not is_seen, f"record {number} was taken back since, and is seen")


def _try_to_publish(on: Play, again: World, record: str) -> None:
    """Nothing is saved on a wiki before the two were compared."""
    before = again.length(record)
    try:
        again.publish(record)
    except WithcareError:
        on.round.expect(again.length(record) == before, "refused, and written")
        return
    on.round.expect(False, "it was saved before store and wiki were compared")


SUBJECT = Subject(
    name="restored",
    promise=(
        "A backup of any moment comes back without what was refused, withdrawn or"
        " erased after it, shows nothing else than it showed then, and saves nothing"
        " before store and wiki were compared."
    ),
    invariants=(14, 15),
    places=STORES,
    play=play,
    notices=("A restored store learns what was taken back since",),
)
