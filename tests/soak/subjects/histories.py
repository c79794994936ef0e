"""Random histories: whatever people and programs try, in whatever order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import select

from knowledge_base import answers, approving, flags, steps, tables
from knowledge_base.answers import Yes
from knowledge_base.chain import verify
from knowledge_base.communities import add_community, date_season
from knowledge_base.gate import decision_of, facts_of
from knowledge_base.history import history_of, journeys_of
from knowledge_base.identity import new_id
from knowledge_base.journeys import State
from knowledge_base.notes import Note
from knowledge_base.rights import RIGHTS
from knowledge_base.steps import ANYONE, SOFTWARE, Actor, Step, Voice
from knowledge_base.tightening import tighten
from knowledge_base.workflow import note
from policies.errors import WithcareError
from policies.facts import ARCHIVIST
from policies.visibility import Visibility
from tests.knowledge_base.conftest import (
    WIKI,
    World,
    intended,
    make_world,
    saved,
    seat_steward,
)
from tests.soak.any_step import any_step
from tests.soak.journey_model import Journey
from tests.soak.subject import STORES, Round, Subject

ACTS = 60
VISIBLE = (Visibility.FULL, Visibility.FULL, Visibility.REDACTED, Visibility.STUB)


@dataclass
class Play:
    """A collection, records in it and beside it, and everybody who may act on them."""

    round: Round
    world: World
    collection: str
    items: tuple[str, ...]
    people: dict[str, Actor]
    parties: tuple[str, ...]
    modelled: dict[str, Journey] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    season: str | None = None

    def speaker(self, party: str) -> Actor:
        """Who answers for that party."""
        by = {one.party: one for one in self.people.values() if one is not SOFTWARE}
        return self.world.archivist if party == ARCHIVIST else by[party]

    @property
    def records(self) -> tuple[str, ...]:
        return (self.collection, *self.items)


def play(round: Round) -> None:
    world = make_world(round.address())
    try:
        set_up = begin(round, world)
        for _ in round.many(ACTS):
            act(set_up)
        with world.store.reading() as db:
            audit = verify(db)
        round.expect(audit.holds, f"the chain is broken: {audit.broken}")
    finally:
        world.store.close()


def begin(round: Round, world: World) -> Play:
    by, now = world.operator, world.later()
    others = add_community(world.store, {"name": ("Ombral",)}, by=by, now=now)
    whole, now = world.people, world.later()
    part = add_community(
        world.store, {"name": ("Larkmender",)}, by=by, now=now, part_of=whole
    )
    stranger = Actor(Voice.COMMUNITY, account=new_id(), party=whole)
    people = {
        "stranger": stranger,
        "archivist as steward": replace(stranger, account=world.archivist.account),
        "archivist": world.archivist,
        "operator": world.operator,
        "steward": world.steward,
        "steward of others": seat_steward(world, others, "brindle"),
        "steward of a part": seat_steward(world, part, "mirabet"),
        "software": SOFTWARE,
        "anyone": ANYONE,
    }
    collection = world.collection(towards=(WIKI,))
    inside = [world.item_in(collection) for _ in range(2)]
    culture = {"culture": "Zephrindle (invented)"}
    items = (*inside, world.item(), world.item_in(None, culture))
    set_up = Play(round, world, collection, items, people, (whole, others, part))
    stewards = [people[name] for name in sorted(people) if name.startswith("steward")]
    speaks_for = {one.account or "": one.party or "" for one in stewards}
    for record in set_up.records:
        set_up.modelled[record] = Journey(speaks_for=speaks_for)
        set_up.lengths[record] = 0
        _look(set_up, record)
    return set_up


def act(on: Play) -> None:
    """One person or program tries one thing; then all is looked at."""
    chance = on.round.chance
    record = chance.choice(on.records)
    who = chance.choice(_LIKELY * 3 + sorted(on.people))
    name, tries = chance.choice(_ACTS)
    on.round.tell(f"{who}: {name} on record {on.records.index(record)}")
    lengths = _lengths(on)
    try:
        tries(on, record, on.people[who])
    except WithcareError as refused:
        on.round.told[-1] += f": {type(refused).__name__}"
        # What was refused in the second half of an act leaves the first half whole.
        is_whole = name in _OF_TWO_HALVES or _lengths(on) == lengths
        on.round.expect(is_whole, f"{name} was refused, and something was written")
    for one, length in _lengths(on).items():
        if length != on.lengths[one]:
            _look(on, one)


def _lengths(on: Play) -> dict[str, int]:
    """How long each history is; the collection's first."""
    table = tables.records.c
    query = select(table.id, table.length).where(table.id.in_(on.records))
    with on.world.store.reading() as db:
        found = {row.id: row.length for row in db.execute(query)}
    return {one: found[one] for one in on.records}


def _look(on: Play, record: str) -> None:
    """Follows what was written since, and compares where the journey stands."""
    with on.world.store.reading() as db:
        entries = history_of(db, record)[on.lengths[record] :]
        (journey,) = journeys_of(db, record)
    model = on.modelled[record]
    above: frozenset[str] = frozenset()
    if record in on.items[:2]:
        above = frozenset(on.modelled[on.collection].noes)
    for entry in entries:
        for wrong in model.follow(entry, above):
            on.round.expect(False, f"record {on.records.index(record)}: {wrong}")
    on.lengths[record] += len(entries)
    on.round.expect(
        journey.state.value == model.state,
        f"the journey is {journey.state}, by its history it is {model.state}",
    )
    _nothing_over_a_no(on, record, model.noes | above)
    for one in on.items[:2] if record == on.collection else ():
        if one in on.modelled:
            _nothing_over_a_no(on, one, on.modelled[one].noes | model.noes)


def _nothing_over_a_no(on: Play, record: str, noes: set[str] | frozenset[str]) -> None:
    with on.world.store.reading() as db:
        on_day = on.world.now.date()
        decision = decision_of(db, on.world.store, record, WIKI, on=on_day)
    shown = decision.visibility is not Visibility.NONE
    on.round.expect(not (noes and shown), f"{decision.visibility} over a no")


# --- what may be tried


def _approve(on: Play, record: str, by: Actor) -> None:
    days = on.round.chance.choice([None, None, 3, 30])
    until = None if days is None else on.world.now.date() + timedelta(days=days)
    yes = Yes(
        informed=on.round.chance.random() < 0.9,
        visibility=on.round.chance.choice(VISIBLE),
        until=until,
    )
    seen, now = on.world.seen(record), on.world.later()
    approving.approve(on.world.store, record, WIKI, seen=seen, by=by, now=now, yes=yes)


def _refuse(on: Play, record: str, by: Actor) -> None:
    on.world.refuse(record, by)


def _not_now(on: Play, record: str, by: Actor) -> None:
    seen, now = on.world.length(record), on.world.later()
    answers.not_now(on.world.store, record, seen=seen, by=by, now=now)


def _withdraw(on: Play, record: str, by: Actor) -> None:
    """It wins: those who answered a record, or said no to it, can always ask for it."""
    on.world.withdraw(record, by)
    state = on.world.state(record).value
    settled = state in ("withdrawing", "withdrawn", "erased")
    on.round.expect(settled, f"a withdrawal left the record {state}")


def _concern(on: Play, record: str, by: Actor) -> None:
    chance = on.round.chance
    answer = chance.choice(["nobody", "named", "not-known"])
    some = chance.sample(on.parties, chance.randint(1, 2)) if answer == "named" else ()
    step = steps.ConcernAnswered(concern=answer, parties=tuple(some))
    on.world.take(record, step, by=by)
    tighten(on.world.store, (record,), now=on.world.later())


def _flag(on: Play, record: str, by: Actor) -> None:
    what = flags.FlagAgainst(
        against="not-written-yet", is_grave=on.round.chance.random() < 0.5
    )
    seen, now = on.world.length(record), on.world.later()
    flags.flag(on.world.store, record, what, seen=seen, by=by, now=now)


def _settle(on: Play, record: str, by: Actor) -> None:
    with on.world.store.reading() as db:
        held = facts_of(db, (record,))[record].flags or ()
    for one in list(held)[:1]:
        seen, now = on.world.length(record), on.world.later()
        flags.settle_flag(on.world.store, record, one.id, seen=seen, by=by, now=now)


def _tighten(on: Play, record: str, by: Actor) -> None:
    tighten(on.world.store, on.records, now=on.world.later())


def _days_pass(on: Play, record: str, by: Actor) -> None:
    on.world.now += timedelta(days=on.round.chance.choice([1, 5, 40]))


def _label_for_a_season(on: Play, record: str, by: Actor) -> None:
    if on.season is None:
        on.season = on.world.season()
    on.world.label(record, "seasonal", season=on.season)
    tighten(on.world.store, (record,), now=on.world.later())


def _turn_the_season(on: Play, record: str, by: Actor) -> None:
    if on.season is not None:
        on.world.turn(on.season, is_open=on.round.chance.random() < 0.5)


_DAYS = (("", ""), ("02-01", "03-20"), ("11-15", "04-01"), ("2026-03-01", "2026-03-09"))


def _date_the_season(on: Play, record: str, by: Actor) -> None:
    """Its community gives it days, whatever the day is, or takes them away."""
    if on.season is not None:
        opens, closes = on.round.chance.choice(_DAYS)
        date_season(
            on.world.store,
            on.world.people,
            on.season,
            opens=opens,
            closes=closes,
            zone="" if not opens else on.round.chance.choice(["", "Pacific/Auckland"]),
            by=on.world.steward,
            now=on.world.later(),
        )


def _publish(on: Play, record: str, by: Actor) -> None:
    on.world.publish(record)


def _go_on(on: Play, record: str, _: Actor) -> None:
    """The next step on the way to a page, by whoever's it is: else nothing gets far."""
    state = on.world.state(record)
    if state in _BOT:
        on.world.take(record, on.round.chance.choice(_BOT[state])())
        return
    with on.world.store.reading() as db:
        held = facts_of(db, (record,))[record]
        decision = decision_of(db, on.world.store, record, WIKI, on=on.world.now.date())
    asked = {question.to for question in decision.questions}
    asked |= on.modelled[record].noes | {ARCHIVIST}
    by = on.speaker(on.round.chance.choice(sorted(asked)))
    on.round.told[-1] += f" (by {by.voice})"
    if any(question.about == "fact:concerned" for question in decision.questions):
        _concern(on, record, on.world.archivist)
    elif held.flags:
        _settle(on, record, by)
    else:
        _approve(on, record, by)


_BOT: Mapping[State, Sequence[Callable[[], Step]]] = {
    State.APPROVED: (intended,),
    State.PUBLISHING: (
        saved,
        saved,
        lambda: steps.NotSaved(destination=WIKI, outcome="lag", needs_person=False),
    ),
    State.CLOSING: (lambda: steps.StubSaved(destination=WIKI, revision=71),),
    State.WITHDRAWING: (
        lambda: steps.Withdrawn(destination=WIKI, probes=1, still_visible=0),
    ),
}


def _any_note(on: Play, record: str, by: Actor) -> None:
    """A step that nobody's form would send, straight at the one way in."""
    chance = on.round.chance
    step = any_step(chance, on.world, record, on.parties)
    may = [one for one in on.people.values() if one.voice in RIGHTS[type(step)]]
    by = chance.choice([by, *may])
    on.round.told[-1] += f" {_shown(step)} (by {by.voice})"
    seen = on.world.length(record)
    sent = Note(record=record, seen=seen, step=step, by=by)
    note(on.world.store, [sent], now=on.world.later())


def _shown(step: Step) -> str:
    said = {
        name: value
        for name in ("says", "concern", "destination", "visibility", "needs_person")
        if (value := getattr(step, name, None)) is not None
    }
    return f"{step.kind} {said}"


def _stale_note(on: Play, record: str, by: Actor) -> None:
    step = any_step(on.round.chance, on.world, record, on.parties)
    seen = on.world.length(record) - 1
    try:
        sent = Note(record=record, seen=seen, step=step, by=by)
        note(on.world.store, [sent], now=on.world.later())
    except WithcareError:
        return
    on.round.expect(False, f"{step.kind} was written by somebody who saw less")


_LIKELY = ["archivist", "steward", "steward of others"]
_OF_TWO_HALVES = frozenset({"publish", "concern", "go on", "a label for a season"})
_ACTS: tuple[tuple[str, Callable[[Play, str, Actor], None]], ...] = (
    *(("go on", _go_on),) * 20,
    ("concern", _concern),
    *(("approve", _approve),) * 4,
    *(("refuse", _refuse),) * 4,
    ("not now", _not_now),
    ("withdraw", _withdraw),
    ("flag", _flag),
    *(("settle", _settle),) * 2,
    ("tighten", _tighten),
    ("days pass", _days_pass),
    ("a label for a season", _label_for_a_season),
    ("the season turns", _turn_the_season),
    *(("the season gets days", _date_the_season),) * 2,
    *(("publish", _publish),) * 2,
    *(("a note", _any_note),) * 8,
    ("a stale note", _stale_note),
)

SUBJECT = Subject(
    name="histories",
    promise=(
        "Whatever people and programs try, each history is one that the table allows:"
        " nothing is published without a person's approval, a withdrawal wins, nobody"
        " overrules a no, and what is refused leaves nothing behind."
    ),
    invariants=(1, 5, 6),
    places=STORES,
    play=play,
    notices=("An institution does not answer for a community",),
)
