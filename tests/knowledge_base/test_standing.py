"""Who may take which step; and that nobody who runs the software can be a steward."""

from dataclasses import replace

import pytest

from knowledge_base import answers, approving, steps
from knowledge_base.accounts import add_account, suspend_account
from knowledge_base.communities import (
    add_community,
    confirm,
    stewards_of,
    suspend,
    turn_season,
)
from knowledge_base.identity import new_id
from knowledge_base.invitations import (
    NoInvitation,
    NoSuchCommunity,
    NotAMark,
    SameHands,
    join,
    make_half,
    record_invitation,
)
from knowledge_base.links import make_link
from knowledge_base.notes import Note
from knowledge_base.rights import Forbidden, Role
from knowledge_base.steps import ANYONE, SOFTWARE, Actor, Step, Voice
from knowledge_base.workflow import note
from policies.purposes import Purpose
from tests.knowledge_base.conftest import START, World, seat_steward, wish


def all_roles(world: World) -> str:
    """An account with every role that can be given."""
    roles = tuple((role, "") for role in Role)
    return add_account(world.store, "every", roles, by=world.operator, now=START)


def of(account: str, voice: Voice, party: str | None = None) -> Actor:
    return Actor(voice, account=account, party=party, reason="own-collection")


def community_steps(world: World, account: str) -> list[tuple[str, Step]]:
    """Every step with which somebody might make, mend or be a steward."""
    invitation = new_id()
    return [
        (
            world.people,
            steps.StewardJoined(
                account=account, invitation=invitation, waits_for_second=False
            ),
        ),
        (world.people, steps.StewardConfirmed(account=account)),
        (world.people, steps.SeasonNamed(season=new_id(), name="x")),
        (world.people, steps.StewardLeft(account=world.steward.account or "")),
        (account, steps.RoleGiven(role="steward", institution="")),
        (world.steward.account or "", steps.LinkMade(purpose="sign-in")),
        (world.steward.account or "", steps.AccountReset()),
        (world.steward.account or "", steps.PasswordSet()),
        (world.steward.account or "", steps.SignedOutEverywhere()),
        (world.steward.account or "", steps.RoleGiven(role="viewer", institution="")),
    ]


@pytest.mark.parametrize("voice", list(Voice))
def test_an_operator_with_every_role_takes_no_step_towards_a_steward(
    world: World, voice: Voice
) -> None:
    account = all_roles(world)
    with world.store.reading() as db:
        before = stewards_of(db, world.people)
    signs = None if voice in (Voice.SOFTWARE, Voice.ANYONE) else account
    by = Actor(voice, account=signs, party=world.people, reason="own-collection")
    for record, step in community_steps(world, account):
        seen = world.length(record) or _account_length(world, record)
        with pytest.raises(Forbidden):
            note(
                world.store,
                [Note(record=record, seen=seen, step=step, by=by)],
                now=world.later(),
            )
    with world.store.reading() as db:
        assert stewards_of(db, world.people) == before


def _account_length(world: World, account: str) -> int:
    from knowledge_base.accounts import find_account

    with world.store.reading() as db:
        found = find_account(db, id=account)
    return 0 if found is None else found.length


def test_nobody_but_the_steward_opens_a_way_to_her_account(world: World) -> None:
    steward = world.steward.account or ""
    for voice in (Voice.OPERATOR, Voice.SOFTWARE):
        signs = world.operator.account if voice is Voice.OPERATOR else None
        with pytest.raises(Forbidden):
            make_link(
                world.store, steward, by=Actor(voice, account=signs), now=world.now
            )


def test_a_half_that_fits_no_invitation_opens_nothing(world: World) -> None:
    with pytest.raises(NoInvitation):
        join(world.store, make_half().secret, name="stranger", now=world.later())


def test_a_half_works_once(world: World) -> None:
    half = make_half()
    record_invitation(
        world.store,
        world.people,
        mark=half.mark,
        evidence="(invented)",
        by=world.steward,
        now=world.later(),
    )
    join(world.store, half.secret, name="first", now=world.later())
    with pytest.raises(NoInvitation):
        join(world.store, half.secret, name="again", now=world.later())


def test_an_archivist_does_not_speak_for_a_people(world: World) -> None:
    record = world.item()
    answered = steps.Answered(
        party=world.people,
        says="yes",
        destination="*",
        purposes=(),
        visibility="full",
        since=START.date(),
    )
    with pytest.raises(Forbidden):
        world.take(record, answered, by=world.archivist)


def test_the_wider_does_not_speak_for_the_narrower(world: World) -> None:
    family = new_id()
    record = world.item()
    world.concern(record, "named", world.people)
    answered = steps.Answered(
        party=family,
        says="yes",
        destination="*",
        purposes=(),
        visibility="full",
        since=START.date(),
    )
    with pytest.raises(Forbidden):
        world.take(record, answered, by=world.steward)


def test_only_the_community_puts_on_its_label(world: World) -> None:
    record = world.item()
    label = steps.LabelApplied(
        family="tk", type="attribution", community=world.people, text_hash=""
    )
    for by in (world.archivist, world.operator, SOFTWARE, ANYONE):
        with pytest.raises(Forbidden):
            world.take(record, label, by=by)
    world.take(record, label, by=world.steward)


def test_an_institution_gives_its_reason_and_a_community_needs_none(
    world: World,
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    unreasoned = Actor(Voice.INSTITUTION, account=world.archivist.account)
    with pytest.raises(Forbidden, match="reason"):
        answers.not_now(
            world.store,
            record,
            seen=world.length(record),
            by=unreasoned,
            now=world.later(),
        )
    answers.not_now(
        world.store,
        record,
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )


def test_a_party_that_has_spoken_is_not_taken_off_the_record(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    with pytest.raises(Forbidden, match="stays concerned"):
        world.concern(record, "nobody")


def test_a_suspended_steward_answers_nothing(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    suspend(
        world.store,
        world.people,
        world.steward.account or "",
        by=world.operator,
        now=world.later(),
    )
    with pytest.raises(Forbidden):
        world.approve(record, world.steward)


def test_an_operator_shuts_nobody_out_without_a_reason(world: World) -> None:
    silent = Actor(Voice.OPERATOR, account=world.operator.account)
    steward, ilse = world.steward.account or "", world.archivist.account or ""
    with pytest.raises(Forbidden, match="reason"):
        suspend(world.store, world.people, steward, by=silent, now=world.later())
    with pytest.raises(Forbidden, match="reason"):
        suspend_account(world.store, ilse, by=silent, now=world.later())


def test_suspending_a_steward_clears_no_place_for_another(world: World) -> None:
    suspend(
        world.store,
        world.people,
        world.steward.account or "",
        by=world.operator,
        now=world.later(),
    )
    inserted = seat_steward(world, world.people, "inserted")
    record = world.item()
    world.concern(record, "named", world.people)
    with pytest.raises(Forbidden):
        world.approve(record, inserted)
    with pytest.raises(Forbidden):
        confirm(
            world.store,
            world.people,
            inserted.account or "",
            by=inserted,
            now=world.later(),
        )


def test_where_a_second_person_is_wished_one_waits_for_her(world: World) -> None:
    council = named(world, "Council (invented)")
    first = seat_steward(world, council, "one", one_is_enough=False)
    second = seat_steward(world, council, "two", written_by=world.archivist)
    with world.store.reading() as db:
        assert {s.state for s in stewards_of(db, council)} == {"waiting"}
    with pytest.raises(Forbidden):
        confirm(world.store, council, first.account or "", by=first, now=world.later())
    confirm(world.store, council, first.account or "", by=second, now=world.later())
    with world.store.reading() as db:
        states = {s.account: s.state for s in stewards_of(db, council)}
    assert states == {first.account: "active", second.account: "waiting"}


def test_nobody_is_added_to_a_present_community_without_one_of_its_own(
    world: World,
) -> None:
    """Not even by a half that somebody wrote down before it was present."""
    council = named(world, "Council (invented)")
    early = make_half()
    record_invitation(
        world.store,
        council,
        mark=early.mark,
        evidence="They surely agree (invented)",
        by=world.operator,
        now=world.later(),
    )
    own = seat_steward(world, council, "one", written_by=world.archivist)
    other = seat_steward(world, council, "two", written_by=third(world))
    for one, by in ((own, other), (other, own)):
        confirm(world.store, council, one.account or "", by=by, now=world.later())
    record = world.item()
    world.concern(record, "named", council)

    account = join(world.store, early.secret, name="inserted", now=world.later())

    inserted = Actor(Voice.COMMUNITY, account=account, party=council)
    with pytest.raises(Forbidden):
        world.approve(record, inserted)
    with pytest.raises(Forbidden):
        confirm(world.store, council, account, by=inserted, now=world.later())
    confirm(world.store, council, account, by=own, now=world.later())
    assert world.approve(record, inserted) == approving.Complete()


def test_a_present_community_alone_writes_down_whom_it_names(world: World) -> None:
    for by in (world.operator, world.archivist, stranger(world)):
        with pytest.raises(Forbidden):
            seat_steward(world, world.people, "inserted", written_by=by)
    seat_steward(world, world.people, "next", written_by=world.steward)
    with world.store.reading() as db:
        states = [one.state for one in stewards_of(db, world.people)]
    assert sorted(states) == ["active", "waiting"]


def test_a_steward_hands_on_no_more_than_she_answers_for(world: World) -> None:
    council, one_matter = named(world, "Council (invented)"), new_id()
    half = make_half()
    wish(world, council)
    record_invitation(
        world.store,
        council,
        mark=half.mark,
        evidence="(invented)",
        by=world.operator,
        now=world.later(),
        matters=(one_matter,),
    )
    account = join(world.store, half.secret, name="one", now=world.later())
    by = Actor(Voice.COMMUNITY, account=account, party=council)
    with pytest.raises(Forbidden, match="no more|hands on"):
        seat_steward(world, council, "two", written_by=by)


def test_whoever_wrote_an_invitation_down_does_not_join_by_it(world: World) -> None:
    council, half = named(world, "Council (invented)"), make_half()
    record_invitation(
        world.store,
        council,
        mark=half.mark,
        evidence="(invented)",
        by=world.operator,
        now=world.later(),
    )
    with pytest.raises(SameHands):
        join(
            world.store,
            half.secret,
            name="second-self",
            now=world.later(),
            beside=world.operator.account,
        )


@pytest.mark.parametrize("mark", ["", "zzz", "0000-0000-0000-0000", "g" * 20])
def test_what_is_no_mark_is_not_written_down(world: World, mark: str) -> None:
    with pytest.raises(NotAMark):
        record_invitation(
            world.store,
            world.people,
            mark=mark,
            evidence="(invented)",
            by=world.steward,
            now=world.later(),
        )


def test_an_invitation_is_for_a_community(world: World) -> None:
    for id in ("deadbeef", world.item(), world.operator.account or ""):
        with pytest.raises(NoSuchCommunity):
            record_invitation(
                world.store,
                id,
                mark=make_half().mark,
                evidence="(invented)",
                by=world.operator,
                now=world.later(),
            )


def third(world: World) -> Actor:
    """A third account of the institution."""
    roles = ((Role.OPERATOR, ""),)
    id = add_account(world.store, "otto", roles, by=world.operator, now=world.later())
    return Actor(Voice.OPERATOR, account=id)


def named(world: World, name: str) -> str:
    return add_community(
        world.store, {"name": (name,)}, by=world.operator, now=world.later()
    )


def stranger(world: World) -> Actor:
    """A steward of a people that has nothing to do with anything here."""
    return seat_steward(world, named(world, "Ombral (invented)"), "orla")


def test_no_community_touches_another(world: World) -> None:
    other = stranger(world)
    tamsel = world.steward.account or ""
    season = world.season()
    for step in (
        steps.StewardSuspended(account=tamsel),
        steps.StewardConfirmed(account=tamsel),
        steps.StewardLeft(account=tamsel),
        steps.StewardLeft(account=other.account or ""),
        steps.SeasonNamed(season=new_id(), name="x"),
        steps.SeasonTurned(season=season, is_open=True),
        steps.SeasonDated(season=season, opens="01-01", closes="09-01", zone=""),
        steps.Erased(),
    ):
        with pytest.raises(Forbidden):
            world.take(world.people, step, by=other)
    with pytest.raises(Forbidden):
        turn_season(
            world.store,
            other.party or "",
            season,
            is_open=True,
            by=other,
            now=world.later(),
        )


def test_nobody_leaves_for_another(world: World) -> None:
    second = seat_steward(world, world.people, "two", written_by=world.steward)
    account = second.account or ""
    confirm(world.store, world.people, account, by=world.steward, now=world.later())
    with pytest.raises(Forbidden, match="herself"):
        world.take(
            world.people,
            steps.StewardLeft(account=world.steward.account or ""),
            by=second,
        )
    world.take(world.people, steps.StewardLeft(account=account), by=second)


def test_a_season_is_turned_by_its_own_community_alone(world: World) -> None:
    season = world.season()
    with pytest.raises(Forbidden):
        turn_season(
            world.store,
            world.people,
            season,
            is_open=True,
            by=of(world.operator.account or "", Voice.OPERATOR),
            now=world.later(),
        )
    world.turn(season, is_open=True)


def test_software_makes_the_first_account_and_no_other(world: World) -> None:
    with pytest.raises(Forbidden):
        add_account(world.store, "late", ((Role.OPERATOR, ""),), by=SOFTWARE, now=START)


def test_who_was_shut_out_takes_no_step_in_any_role(world: World) -> None:
    record, other = world.item(), named(world, "Another (invented)")
    waiting = seat_steward(world, other, "orla", one_is_enough=False)
    world.concern(record, "named", world.people, other)
    for one in (world.archivist, world.steward, waiting):
        shut_out(world, one)
    for by, step in (
        (world.archivist, steps.NoticeApplied(type="attribution_incomplete")),
        (world.steward, no(world.people)),
        (waiting, no(other)),
    ):
        with pytest.raises(Forbidden):
            world.take(record, step, by=by)
    shut_out(world, world.operator)
    with pytest.raises(Forbidden):
        shut_out(world, world.archivist)


def shut_out(world: World, one: Actor) -> None:
    account, now = one.account or "", world.later()
    suspend_account(world.store, account, by=world.operator, now=now)


def no(party: str) -> steps.Answered:
    return steps.Answered(
        party=party,
        says="no",
        destination="*",
        purposes=tuple(sorted(purpose.value for purpose in Purpose)),
        visibility="none",
        since=START.date(),
    )


@pytest.mark.parametrize("voice", [Voice.SOFTWARE, Voice.ANYONE, Voice.OPERATOR])
def test_nobody_but_a_person_who_is_asked_answers(world: World, voice: Voice) -> None:
    record = world.item()
    account = None if voice is not Voice.OPERATOR else world.operator.account
    by = Actor(voice, account=account, reason="not-sure")
    for step in (
        replace(no("archivist"), says="yes"),
        no("archivist"),
        no(world.people),
    ):
        with pytest.raises(Forbidden):
            world.take(record, step, by=by)


def test_software_signs_with_nobodys_account(world: World) -> None:
    signed = Actor(Voice.SOFTWARE, account=world.archivist.account)
    with pytest.raises(Forbidden, match="no person's account"):
        world.take(world.item(), steps.Screened(rulebook="r", findings=()), by=signed)
