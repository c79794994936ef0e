"""A first opening takes more than one pair of hands, whatever roles they hold."""

import pytest

from knowledge_base import steps
from knowledge_base.accounts import add_account, find_account
from knowledge_base.communities import add_community, confirm, stewards_of, suspend
from knowledge_base.identity import new_id
from knowledge_base.invitations import (
    Half,
    join,
    make_half,
    record_invitation,
    record_one_is_enough,
)
from knowledge_base.notes import Note
from knowledge_base.openings import opened_lately
from knowledge_base.rights import Forbidden, Role
from knowledge_base.seats import OtherHands
from knowledge_base.steps import Actor, Voice
from knowledge_base.views import desk_view
from knowledge_base.workflow import note
from policies.purposes import Purpose
from tests.knowledge_base.conftest import START, World
from tests.knowledge_base.test_matters import OF_A_RECORD, says


@pytest.fixture
def place(world: World) -> str:
    """A community that is named, and nobody of it is here."""
    return add_community(
        world.store,
        {"name": ("Ombral (invented)",)},
        by=world.operator,
        now=world.later(),
    )


def every(world: World) -> Actor:
    """An account with every role, in the voice that asks for the least."""
    roles = tuple((role, "") for role in Role)
    id = add_account(world.store, "every", roles, by=world.operator, now=START)
    return Actor(Voice.OPERATOR, account=id, reason="letter-or-meeting")


def writes(world: World, place: str, by: Actor) -> Half:
    half = make_half()
    record_invitation(
        world.store,
        place,
        mark=half.mark,
        evidence="(invented)",
        by=by,
        now=world.later(),
    )
    return half


def wishes(world: World, place: str, by: Actor, evidence: str = "(invented)") -> None:
    record_one_is_enough(
        world.store, place, evidence=evidence, by=by, now=world.later()
    )


def joins(world: World, place: str, half: Half, name: str) -> Actor:
    id = join(world.store, half.secret, name=name, now=world.later())
    return Actor(Voice.COMMUNITY, account=id, party=place)


def confirms(world: World, place: str, by: Actor, whom: Actor) -> None:
    confirm(world.store, place, whom.account or "", by=by, now=world.later())


def states(world: World, place: str) -> list[str]:
    with world.store.reading() as db:
        return sorted(one.state for one in stewards_of(db, place))


@pytest.mark.parametrize("voice", [Voice.OPERATOR, Voice.INSTITUTION])
def test_one_account_does_not_write_both_invitations_down(
    world: World, place: str, voice: Voice
) -> None:
    alone = every(world)
    writes(world, place, alone)
    other_voice = Actor(voice, account=alone.account, reason="letter-or-meeting")
    with pytest.raises(OtherHands):
        writes(world, place, other_voice)
    with pytest.raises(OtherHands):
        wishes(world, place, other_voice)


def test_one_account_does_not_write_the_wish_and_the_invitation(
    world: World, place: str
) -> None:
    alone = every(world)
    wishes(world, place, alone)
    with pytest.raises(OtherHands):
        writes(world, place, alone)


def test_two_accounts_and_two_persons_open_a_place(world: World, place: str) -> None:
    one = joins(world, place, writes(world, place, world.operator), "one")
    two = joins(world, place, writes(world, place, world.archivist), "two")
    assert states(world, place) == ["waiting", "waiting"]
    confirms(world, place, one, two)
    confirms(world, place, two, one)
    assert states(world, place) == ["active", "active"]


def test_a_wish_and_an_invitation_of_two_accounts_open_a_place(
    world: World, place: str
) -> None:
    wishes(world, place, world.archivist)
    joins(world, place, writes(world, place, world.operator), "one")
    assert states(world, place) == ["active"]


def together(world: World, place: str, by: Actor, *taken: steps.Step) -> None:
    """In one breath, so that no check sees the one when it looks at the other."""
    notes = [
        Note(
            record=place, seen=world.length(place), step=step, by=by, text="(invented)"
        )
        for step in taken
    ]
    note(world.store, notes, now=world.later())


def invitation(half: Half) -> steps.InvitationRecorded:
    return steps.InvitationRecorded(
        invitation=new_id(), half_mark=half.mark, matters=("*",), days=60
    )


def test_two_by_one_account_in_one_breath_confirm_nobody(
    world: World, place: str
) -> None:
    halves = (make_half(), make_half())
    together(world, place, every(world), *map(invitation, halves))
    one, two = (joins(world, place, x, x.mark) for x in halves)
    with pytest.raises(Forbidden, match="two accounts"):
        confirms(world, place, one, two)
    assert states(world, place) == ["waiting", "waiting"]


def test_a_wish_by_the_same_account_in_one_breath_lets_nobody_answer(
    world: World, place: str
) -> None:
    half = make_half()
    together(world, place, every(world), steps.OneIsEnough(), invitation(half))
    joins(world, place, half, "one")
    assert states(world, place) == ["waiting"]


def test_that_one_is_enough_is_a_step_of_its_own_with_evidence(
    world: World, place: str
) -> None:
    with pytest.raises(Forbidden, match="step of its own"):
        world.take(
            place,
            steps.CommunityAdded(part_of=None, needs_second=False),
            by=world.operator,
        )
    for nothing in ("", "  \n"):
        with pytest.raises(Forbidden, match="evidence"):
            wishes(world, place, world.archivist, nothing)


def test_nobody_writes_a_wish_down_for_a_community_that_is_present(
    world: World,
) -> None:
    for by in (world.operator, world.archivist, world.steward):
        with pytest.raises(Forbidden):
            wishes(world, world.people, by)


def test_a_wish_is_for_one_opening(world: World) -> None:
    """The last who answered has left: another alone needs another wish."""
    left = steps.StewardLeft(account=world.steward.account or "")
    world.take(world.people, left, by=world.steward)
    new = joins(world, world.people, writes(world, world.people, world.operator), "new")
    assert states(world, world.people) == ["left", "waiting"]
    with pytest.raises(Forbidden):
        world.take(world.item(), says(world.people, "yes"), by=new)


def test_whoever_is_suspended_before_a_place_opened_does_not_bar_it(
    world: World, place: str
) -> None:
    """Or an operator could keep a community out for good by one suspension."""
    gone = joins(world, place, writes(world, place, world.operator), "gone")
    suspend(
        world.store, place, gone.account or "", by=world.operator, now=world.later()
    )
    one = joins(world, place, writes(world, place, world.operator), "one")
    two = joins(world, place, writes(world, place, world.archivist), "two")
    confirms(world, place, one, two)
    confirms(world, place, two, one)
    assert states(world, place) == ["active", "active", "suspended"]


# --- before a second person has confirmed the first


@pytest.fixture
def first(world: World, place: str) -> Actor:
    return joins(world, place, writes(world, place, world.operator), "first")


def no(party: str, **changed: object) -> steps.Answered:
    said = {
        "party": party,
        "says": "no",
        "destination": "*",
        "purposes": tuple(purpose.value for purpose in Purpose),
        "visibility": "none",
        "since": START.date(),
    }
    return steps.Answered(**(said | changed))  # type: ignore[arg-type]


def test_the_first_says_no_takes_back_and_flags(
    world: World, place: str, first: Actor
) -> None:
    record = world.item()
    world.concern(record, "named", place)
    for step in (
        no(place),
        steps.Held(flag=new_id(), against="not-written-yet", party=None, is_grave=True),
        steps.WithdrawalAsked(party=place),
    ):
        world.take(record, step, by=first)


def test_the_first_takes_no_other_step(world: World, place: str, first: Actor) -> None:
    record, tightens = world.item(), (steps.Refused, steps.Held, steps.WithdrawalAsked)
    world.concern(record, "named", place)
    others = [make(place) for kind, make in OF_A_RECORD.items() if kind not in tightens]
    others += [
        no(place, says="not-now"),
        no(place, destination="own-wiki"),
        no(place, purposes=()),
        steps.Held(flag=new_id(), against="x", party=world.people, is_grave=False),
    ]
    for step in others:
        with pytest.raises(Forbidden):
            world.take(record, step, by=first)
    for step in (
        steps.InvitationRecorded(
            invitation=new_id(), half_mark=make_half().mark, matters=("*",), days=60
        ),
        steps.SeasonNamed(season=new_id(), name="x"),
        steps.StewardSuspended(account=first.account or ""),
        steps.StewardConfirmed(account=first.account or ""),
    ):
        with pytest.raises(Forbidden):
            world.take(place, step, by=first)


def opens(world: World, record: str, by: Actor) -> bool:
    with world.store.reading() as db:
        account = find_account(db, id=by.account or "")
        assert account is not None
        desk = desk_view(db, world.store, record, account, on=world.now.date())
    return not desk.is_covered


def test_the_first_sees_what_concerns_her_people_and_nothing_secret(
    world: World, place: str, first: Actor
) -> None:
    hers, other, secret = world.item(), world.item(), world.item()
    for record in (hers, secret):
        world.concern(record, "named", place, world.people)
    label = steps.LabelApplied(
        family="tk", type="secret_sacred", community=world.people, text_hash=""
    )
    world.take(secret, label, by=world.steward)
    assert [opens(world, x, first) for x in (hers, other, secret)] == [
        True,
        False,
        False,
    ]


def test_a_newcomer_to_a_present_community_sees_and_says_nothing(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    new = joins(world, world.people, writes(world, world.people, world.steward), "new")
    assert not opens(world, record, new)
    with pytest.raises(Forbidden):
        world.take(record, no(world.people), by=new)


# --- for all to look at


def test_a_place_that_opened_is_told_with_who_wrote_it_down(
    world: World, place: str
) -> None:
    with world.store.reading() as db:
        before = opened_lately(db, since=START)
    one = joins(world, place, writes(world, place, world.operator), "one")
    two = joins(world, place, writes(world, place, world.archivist), "two")
    confirms(world, place, one, two)
    with world.store.reading() as db:
        after = opened_lately(db, since=START)
        later = opened_lately(db, since=world.later())
    assert [one.community for one in before] == [world.people]
    assert [one.community for one in after] == [place, world.people]
    assert {x.account for x in after[0].written} == {
        world.operator.account,
        world.archivist.account,
    }
    assert later == ()
