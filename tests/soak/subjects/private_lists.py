"""A community lists words and takes them out, while records come, change and go out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select, update

from knowledge_base import answers, steps, tables
from knowledge_base.identity import new_id
from knowledge_base.journeys import STANDING, State
from knowledge_base.keys import HOUSE, Keyring
from knowledge_base.kinds import shipped_kinds
from knowledge_base.lists_in_force import lists_in_force
from knowledge_base.looked_through import is_all_looked_through
from knowledge_base.looking_through import look_through
from knowledge_base.made_ready import make_ready
from knowledge_base.notes import Note
from knowledge_base.receiving import Arrival, arriving, screening
from knowledge_base.records import get_record
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store
from knowledge_base.word_lists import give_list, own_list
from knowledge_base.workflow import note
from policies.errors import WithcareError
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World, make_sealed_world
from tests.soak.subject import MASTER, STORES, Round, Subject

ACTS = 60
WORDS = ("quillox", "zanthem", "vorple", "面具", "mirrow dell")
NOWHERE = "harrowfen"  # on every list, and in no record
OTHERS = ("boat", "house", "kettle")
OPEN = (*STANDING, State.PUBLISHING)


@dataclass
class Play:
    """The records with what they say, and what the community said of each of them."""

    round: Round
    world: World
    url: str
    listed: frozenset[str] = frozenset()
    lost: dict[str, bytes] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    agreed: set[str] = field(default_factory=set)
    agreed_once: set[str] = field(default_factory=set)
    not_theirs: dict[str, frozenset[str]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)

    def asks(self, record: str) -> frozenset[str]:
        """The words of the list in it, of which the community said nothing yet."""
        if record in self.agreed:
            return frozenset()
        stands = frozenset(one for one in self.listed if one in self.titles[record])
        return stands - self.not_theirs.get(record, frozenset())


def play(round: Round) -> None:
    url = round.address()
    world = make_sealed_world(url, MASTER)
    on = Play(round, world, url)
    try:
        for _ in range(4):
            _comes_in(on, "")
        for _ in round.many(ACTS):
            _act(on)
        _in_the_end(on)
    finally:
        world.store.close()


def _act(on: Play) -> None:
    name, tries = on.round.chance.choice(_ACTS)
    record = on.round.chance.choice(sorted(on.titles))
    on.round.tell(f"{name}: {on.titles[record]!r}")
    try:
        tries(on, record)
    except WithcareError as refused:
        on.round.told[-1] += f" ({type(refused).__name__})"
    _look(on)


def _look(on: Play) -> None:
    """Nothing goes further towards a page in which an unanswered word stands."""
    table = tables.journeys.c
    with on.world.store.reading() as db:
        rows = db.execute(select(table.record_id, table.state)).all()
    for id, state in ((row.record_id, State(row.state)) for row in rows):
        is_news = state is not on.states.get(id)
        opens = state in (State.APPROVED, State.PUBLISHING)
        if is_news and opens and on.states.get(id) is not State.PUBLISHING:
            on.round.expect(not on.asks(id), f"{state} over {sorted(on.asks(id))}")
        on.states[id] = state


def _in_the_end(on: Play) -> None:
    """All is looked through; then nothing stands over an unanswered word."""
    if on.lost:
        _key_is_found(on, "")
    _drain(on)
    _look(on)
    # A page to which it once said yes stands as it was, whatever its source says now.
    for id in sorted(on.titles.keys() - on.agreed_once):
        stands = on.states[id] in OPEN and bool(on.asks(id))
        on.round.expect(not stands, f"{on.states[id]} over {sorted(on.asks(id))}")
    with on.world.store.reading() as db:
        rows = [
            repr(tuple(row))
            for table in tables.metadata.sorted_tables
            for row in db.execute(select(table))
        ]
    told = [row for row in rows if NOWHERE in row]
    on.round.expect(not told, "a word of a list stands in the store in the clear")


def _is_done(on: Play) -> bool:
    with on.world.store.reading() as db:
        was = select(tables.word_lists.c.was_unreadable)
        return is_all_looked_through(db) and not any(db.scalars(was))


# --- what may happen


def _title(on: Play) -> str:
    some = on.round.chance.sample((*WORDS, *OTHERS), on.round.chance.randint(1, 3))
    return f"A {', '.join(some)}"


def _comes_in(on: Play, _: str) -> None:
    title = _title(on)
    record = on.world.item(title=title)
    on.titles[record] = title


def _says_otherwise(on: Play, record: str) -> None:
    title = _title(on)
    with on.world.store.reading() as db:
        before, in_force = get_record(db, record), lists_in_force(db)
    kind = shipped_kinds()[before.kind]
    ready = make_ready(kind, {**before.content, "title": (title,)})
    changed = steps.ContentChanged(
        content_hash=ready.content_hash, fields=("title",), concerns=False
    )
    screened = screening(on.world.store, kind, ready, in_force)
    seen = before.length
    notes = [
        Note(record=record, seen=seen, step=changed, by=SOFTWARE, text=ready.text),
        Note(record=record, seen=seen, step=screened, by=SOFTWARE),
    ]
    note(on.world.store, notes, now=on.world.later())
    on.titles[record] = title
    on.agreed.discard(record)
    on.not_theirs.pop(record, None)


def _gives_a_list(on: Play, _: str) -> None:
    chosen = on.round.chance.sample(WORDS, on.round.chance.randint(0, len(WORDS)))
    _give(on, frozenset(chosen))


def _give(on: Play, chosen: frozenset[str]) -> None:
    with on.world.store.reading() as db:
        replaces = own_list(db, on.world.people).step
    by, now = on.world.steward, on.world.later()
    words = (*sorted(chosen), NOWHERE)
    give_list(on.world.store, on.world.people, words, replaces=replaces, by=by, now=now)
    # A word that stood on an earlier list and comes back asks anew, or was spared.
    on.listed = chosen
    on.round.tell(f"the list is now {sorted(chosen)}")


def _list_in_between(on: Play, _: str) -> None:
    """Whoever is about to say yes, or to save, has not seen what was given just now."""
    word = on.round.chance.choice(WORDS)
    _give(on, on.listed - {word})
    _drain(on)
    record = on.world.item(title=f"A {word}")
    on.titles[record] = f"A {word}"
    on.world.concern(record, "nobody")
    if on.round.chance.random() < 0.5:
        on.world.approve(record, on.world.archivist)
        _look(on)
    _give(on, on.listed | {word})
    if on.states.get(record) is State.APPROVED:
        on.world.publish(record)
    else:
        on.world.approve(record, on.world.archivist)


def _comes_in_late(on: Play, _: str) -> None:
    """It was looked at before the list was given, and written after all were."""
    word, id = on.round.chance.choice(WORDS), new_id()
    _give(on, on.listed - {word})
    with on.world.store.reading() as db:
        before = lists_in_force(db)
    kind = shipped_kinds()["item"]
    content = {
        "title": (f"A {word}",),
        "maker": ("Somebody (invented)",),
        "licence_metadata": ("cc0-1.0",),
    }
    arrival = Arrival(
        kind=kind,
        ready=make_ready(kind, content),
        source="soak",
        identifier=id,
        towards=(WIKI,),
    )
    store = on.world.store
    notes = arriving(store, [(id, arrival)], by=SOFTWARE, in_force=before)
    _give(on, on.listed | {word})
    _drain(on)
    note(store, notes, now=on.world.later())
    on.titles[id] = f"A {word}"
    on.world.concern(id, "nobody")
    on.world.approve(id, on.world.archivist)


def _drain(on: Play) -> None:
    while not _is_done(on) and not on.lost:
        look_through(on.world.store, now=on.world.later())


def _worker(on: Play, _: str) -> None:
    """So far and no further: it is killed after a portion or two."""
    for _portion in range(on.round.chance.randint(1, 3)):
        limit = on.round.chance.randint(1, 3)
        look_through(on.world.store, now=on.world.later(), limit=limit)


def _concerns_nobody(on: Play, record: str) -> None:
    on.world.concern(record, "nobody")


def _concerns_them(on: Play, record: str) -> None:
    on.world.concern(record, "named", on.world.people)


def _archivist_says_yes(on: Play, record: str) -> None:
    on.world.approve(record, on.world.archivist)


def _community_says_yes(on: Play, record: str) -> None:
    # Said before it is known: an approval that it completes is seen right after.
    on.agreed.add(record)
    on.agreed_once.add(record)
    on.world.approve(record, on.world.steward)


def _not_ours(on: Play, record: str) -> None:
    with on.world.store.reading() as db:
        length = get_record(db, record).length
    by, now = on.world.steward, on.world.later()
    answers.not_ours(on.world.store, record, seen=length, by=by, now=now)
    stands = frozenset(one for one in WORDS if one in on.titles[record])
    on.not_theirs[record] = on.not_theirs.get(record, frozenset()) | stands


def _bot(on: Play, record: str) -> None:
    on.world.publish(record)


def _key_is_lost(on: Play, _: str) -> None:
    """That of the list, or that of what records say: one of them opens still."""
    table = tables.data_keys
    party = on.round.chance.choice((on.world.people, HOUSE))
    with on.world.store.writing() as db:
        there = db.scalars(select(table.c.party).where(table.c.wrapped.is_not(None)))
        if on.lost or {on.world.people, HOUSE} - set(there):
            return
        mine = table.c.party == party
        kept = {x.id: x.wrapped for x in db.execute(select(table).where(mine))}
        db.execute(update(table).where(mine).values(wrapped=None))
    on.lost = {id: key for id, key in kept.items() if key is not None}
    _open_anew(on)


def _key_is_found(on: Play, _: str) -> None:
    table = tables.data_keys
    with on.world.store.writing() as db:
        for id, wrapped in on.lost.items():
            db.execute(update(table).where(table.c.id == id).values(wrapped=wrapped))
    on.lost = {}
    _open_anew(on)


def _open_anew(on: Play) -> None:
    """A program that was started since: it has looked up no key yet."""
    on.world.store.close()
    on.world.store = Store.open(
        on.url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        keys=Keyring(MASTER),
    )


_ACTS: tuple[tuple[str, Callable[[Play, str], None]], ...] = (
    *(("a record comes in", _comes_in),) * 2,
    *(("it says something else", _says_otherwise),) * 2,
    *(("gives a list", _gives_a_list),) * 3,
    *(("a list in between", _list_in_between),) * 2,
    ("it comes in late", _comes_in_late),
    *(("the worker", _worker),) * 6,
    *(("concerns nobody", _concerns_nobody),) * 4,
    ("concerns them", _concerns_them),
    *(("the archivist says yes", _archivist_says_yes),) * 6,
    *(("the community says yes", _community_says_yes),) * 2,
    *(("not ours", _not_ours),) * 2,
    *(("the bot", _bot),) * 5,
    ("the key is lost", _key_is_lost),
    ("the key is found", _key_is_found),
)

SUBJECT = Subject(
    name="private-lists",
    promise=(
        "Nothing is approved or saved over a word that stands on a community's private"
        " list and of which that community said nothing, whenever the list is given and"
        " wherever the worker died; and the store never says a word of it."
    ),
    invariants=(2, 4, 12),
    places=STORES,
    play=play,
    notices=(
        "Nothing new is approved before it was looked at with the lists that stand",
        "What was looked at with a list of before does not come in",
    ),
)
