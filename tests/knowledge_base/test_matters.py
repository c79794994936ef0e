"""A steward of one matter has one matter's powers, and sees one matter's records."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from knowledge_base import steps
from knowledge_base.accounts import Account, find_account
from knowledge_base.collections import add_collection
from knowledge_base.communities import confirm, suspend, turn_season
from knowledge_base.identity import new_id
from knowledge_base.invitations import make_half
from knowledge_base.queue import (
    Filter,
    answered_for,
    tallies_for,
    waiting_for,
)
from knowledge_base.receiving import receive
from knowledge_base.rights import RIGHTS, Forbidden
from knowledge_base.steps import SOFTWARE, Actor, Step, Voice
from knowledge_base.views import desk_view
from tests.knowledge_base.conftest import START, WIKI, World, seat_steward

STEWARDS = ("everything", "collection", "record")
RECORDS = ("named", "within", "collection", "elsewhere")
# Which records are whose matter: written out, so that nobody reads it off the code.
HERS = {
    "everything": frozenset(RECORDS),
    "collection": frozenset({"collection", "within"}),
    "record": frozenset({"named"}),
}


@dataclass
class Matters:
    """Three stewards of one people, and four of its records."""

    world: World
    stewards: dict[str, Actor]
    records: dict[str, str]
    season: str

    def account(self, who: str) -> Account:
        with self.world.store.reading() as db:
            found = find_account(db, id=self.stewards[who].account or "")
        assert found is not None
        return found


@pytest.fixture
def matters(world: World) -> Matters:
    return lay(world)


def lay(world: World) -> Matters:
    records = {"collection": _collection(world)}
    for name, above in (
        ("within", records["collection"]),
        ("named", None),
        ("elsewhere", None),
    ):
        records[name] = _item(world, above)
    for id in records.values():
        world.concern(id, "named", world.people)
    stewards = {"everything": world.steward}
    for name in ("collection", "record"):
        id = records["collection" if name == "collection" else "named"]
        stewards[name] = _seated(world, name, (id,))
    return Matters(world, stewards, records, world.season())


def _collection(world: World) -> str:
    return add_collection(
        world.store,
        "boats",
        {"title": ("Boats (invented)",), "licence_metadata": ("cc0-1.0",)},
        by=world.archivist,
        now=world.later(),
        towards=(WIKI,),
    )


def _item(world: World, collection: str | None) -> str:
    return receive(
        world.store,
        "item",
        {"title": ("A boat (invented)",), "licence_metadata": ("cc0-1.0",)},
        by=SOFTWARE,
        now=world.later(),
        collection=collection,
        towards=(WIKI,),
    )


def _seated(world: World, name: str, matters: tuple[str, ...]) -> Actor:
    new = seat_steward(
        world, world.people, name, written_by=world.steward, matters=matters
    )
    confirm(
        world.store,
        world.people,
        new.account or "",
        by=world.steward,
        now=world.later(),
    )
    return new


# --- what she sees


@pytest.mark.parametrize("who", STEWARDS)
def test_her_desk_opens_her_matters_and_no_others(matters: Matters, who: str) -> None:
    assert opened(matters, who) == HERS[who]


@pytest.mark.parametrize("who", STEWARDS)
def test_what_is_secret_is_open_to_those_whose_matter_it_is(
    matters: Matters, who: str
) -> None:
    for id in matters.records.values():
        secret = steps.LabelApplied(
            family="tk",
            type="secret_sacred",
            community=matters.world.people,
            text_hash="",
        )
        matters.world.take(id, secret, by=matters.world.steward)
    assert opened(matters, who) == HERS[who]


def opened(matters: Matters, who: str) -> frozenset[str]:
    account, world = matters.account(who), matters.world
    with world.store.reading() as db:
        views = {
            name: desk_view(db, world.store, id, account, on=world.now.date())
            for name, id in matters.records.items()
        }
    return frozenset(name for name, view in views.items() if not view.is_covered)


@pytest.mark.parametrize("who", STEWARDS)
def test_her_queue_lists_and_counts_her_matters_and_no_others(
    matters: Matters, who: str
) -> None:
    account = matters.account(who)
    hers = {matters.records[name] for name in HERS[who]}
    with matters.world.store.reading() as db:
        waiting = waiting_for(db, matters.world.store, account, Filter())
        counts = tallies_for(db, account).counts()
        held = tallies_for(db, account).held_by(["concern-named"])
        collections = tallies_for(db, account).collections()
    assert {one.record for one in waiting} == hers
    assert all(one.asked for one in waiting)
    assert {one.records for one in counts if one.rule == "concern-named"} == {len(hers)}
    assert held == len(hers)
    within = matters.records["within"] in hers
    assert collections == ((matters.records["collection"],) if within else ())


@pytest.mark.parametrize("who", STEWARDS)
def test_what_was_answered_is_listed_for_her_matters_alone(
    matters: Matters, who: str
) -> None:
    for id in matters.records.values():
        no = says(matters.world.people, "no")
        matters.world.take(id, no, by=matters.world.steward)
    with matters.world.store.reading() as db:
        listed = answered_for(db, matters.account(who))
    assert set(listed) == {matters.records[name] for name in HERS[who]}


def test_a_steward_of_nothing_sees_nothing(world: World) -> None:
    made = lay(world)
    made.stewards["nothing"] = _seated(world, "nothing", ())
    with world.store.reading() as db:
        assert waiting_for(db, world.store, made.account("nothing"), Filter()) == ()
    assert opened(made, "nothing") == frozenset()


# --- what she may do


def says(party: str, word: str) -> steps.Answered:
    return steps.Answered(
        party=party,
        says=word,
        destination="*",
        purposes=(),
        visibility="none",
        since=START.date(),
    )


def _approval() -> dict[str, object]:
    return {
        "destination": WIKI,
        "content_hash": "",
        "units_hash": "u",
        "units": {},
        "rulebook": "x",
        "visibility": "full",
        "answers": (),
    }


# Every step on a record that can be taken in a community's name.
OF_A_RECORD: dict[type[Step], Callable[[str], Step]] = {
    steps.ConcernAnswered: lambda party: steps.ConcernAnswered(
        concern="named", parties=(party,)
    ),
    steps.NotOurs: lambda party: steps.NotOurs(party=party),
    steps.LabelApplied: lambda party: steps.LabelApplied(
        family="tk", type="clan", community=party, text_hash=""
    ),
    steps.LabelRemoved: lambda party: steps.LabelRemoved(
        family="tk", type="clan", community=party
    ),
    steps.WordsGiven: lambda party: steps.WordsGiven(
        party=party, field="title", language="en", instead=True
    ),
    steps.Answered: lambda party: says(party, "yes"),
    steps.Approved: lambda party: steps.Approved(**_approval()),  # type: ignore[arg-type]
    steps.Refused: lambda party: steps.Refused(destination=WIKI, party=party),
    steps.Asked: lambda party: steps.Asked(party=party),
    steps.Held: lambda party: steps.Held(
        flag=new_id(), against="not-written-yet", party=None, is_grave=False
    ),
    steps.FlagAnswered: lambda party: steps.FlagAnswered(flag="none"),
    steps.Reported: lambda party: steps.Reported(
        destination=WIKI, concerns_asker=False, is_grave=False
    ),
    steps.Reopened: lambda party: steps.Reopened(**_approval()),  # type: ignore[arg-type]
    steps.WithdrawalAsked: lambda party: steps.WithdrawalAsked(party=party),
    steps.Erased: lambda party: steps.Erased(),
}
OF_THE_COMMUNITY = {
    steps.InvitationRecorded,
    steps.InvitationTakenBack,
    steps.StewardConfirmed,
    steps.StewardSuspended,
    steps.StewardLeft,
    steps.SuspensionLifted,
    steps.KeyMade,
    steps.WordsListed,
    steps.SeasonNamed,
    steps.SeasonDated,
    steps.SeasonTurned,
}


def test_every_step_in_a_communitys_name_is_walked_here() -> None:
    in_its_name = {kind for kind, voices in RIGHTS.items() if Voice.COMMUNITY in voices}
    assert in_its_name == set(OF_A_RECORD) | OF_THE_COMMUNITY


@pytest.mark.parametrize("who", STEWARDS)
def test_no_step_is_taken_beyond_her_matters(matters: Matters, who: str) -> None:
    world, by = matters.world, matters.stewards[who]
    for name in sorted(set(RECORDS) - HERS[who]):
        for make in OF_A_RECORD.values():
            with pytest.raises(Forbidden, match="another steward's"):
                world.take(matters.records[name], make(world.people), by=by)


@pytest.mark.parametrize("who", STEWARDS)
def test_within_her_matters_she_says_no_flags_and_labels(
    matters: Matters, who: str
) -> None:
    world, by = matters.world, matters.stewards[who]
    for name in sorted(HERS[who]):
        for kind in (steps.Held, steps.LabelApplied, steps.LabelRemoved):
            world.take(matters.records[name], OF_A_RECORD[kind](world.people), by=by)
        world.take(matters.records[name], says(world.people, "no"), by=by)


@pytest.mark.parametrize("who", ["collection", "record"])
def test_the_communitys_own_record_is_not_one_of_her_matters(
    matters: Matters, who: str
) -> None:
    world = matters.world
    for make in OF_A_RECORD.values():
        with pytest.raises(Forbidden, match="another steward's"):
            world.take(world.people, make(world.people), by=matters.stewards[who])


@pytest.mark.parametrize("who", ["collection", "record"])
def test_what_opens_for_all_needs_who_answers_for_everything(
    matters: Matters, who: str
) -> None:
    world, by = matters.world, matters.stewards[who]
    waiting = seat_steward(world, world.people, "new", written_by=world.steward)
    turned = steps.SeasonTurned(season=matters.season, is_open=True)
    for step in (
        turned,
        steps.SeasonNamed(season=new_id(), name="first rain"),
        steps.SeasonDated(season=matters.season, opens="", closes="", zone=""),
        steps.KeyMade(mark="m"),
        steps.WordsListed(next_number=1),
        steps.StewardConfirmed(account=waiting.account or ""),
        steps.StewardSuspended(account=world.steward.account or ""),
        steps.StewardSuspended(account=waiting.account or ""),
    ):
        with pytest.raises(Forbidden):
            world.take(world.people, step, by=by)
    world.take(world.people, turned, by=world.steward)


@pytest.mark.parametrize("who", STEWARDS)
def test_whoever_answers_for_anything_closes_a_season(
    matters: Matters, who: str
) -> None:
    world = matters.world
    turn_season(
        world.store,
        world.people,
        matters.season,
        is_open=False,
        by=matters.stewards[who],
        now=world.later(),
    )


def test_she_suspends_whoever_answers_for_no_more_than_she_does(
    matters: Matters,
) -> None:
    world, by = matters.world, matters.stewards["record"]
    same = _seated(world, "same", (matters.records["named"],))
    suspend(world.store, world.people, same.account or "", by=by, now=world.later())
    for who in ("collection", "everything"):
        account = matters.stewards[who].account or ""
        with pytest.raises(Forbidden, match="more than you do"):
            suspend(world.store, world.people, account, by=by, now=world.later())


def test_who_hands_on_a_matter_hands_on_no_more_than_her_own(matters: Matters) -> None:
    world, by = matters.world, matters.stewards["record"]
    for wanted in (("*",), (matters.records["collection"],)):
        with pytest.raises(Forbidden, match="hands on more"):
            invited(world, by, wanted)
    invited(world, by, (matters.records["named"],))


def invited(world: World, by: Actor, matters: tuple[str, ...]) -> None:
    step = steps.InvitationRecorded(
        invitation=new_id(), half_mark=make_half().mark, matters=matters, days=60
    )
    world.take(world.people, step, by=by)
