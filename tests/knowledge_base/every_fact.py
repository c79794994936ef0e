"""Every kind of step, taken on what anyone may see: how what is seen follows.

A kind that is not in the table has no place yet: a test compares it with all there are.
Below it, what changes without a step: the clock, the rules, what is known of a place.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import wraps

from sqlalchemy import select

from knowledge_base import (
    accounts,
    answers,
    communities,
    invitations,
    steps,
    tables,
)
from knowledge_base.columns import canonical
from knowledge_base.community_keys import make_key
from knowledge_base.links import make_link, reset_account
from knowledge_base.lists_in_force import newest_list
from knowledge_base.notes import Note
from knowledge_base.passwords import set_password
from knowledge_base.records import get_record
from knowledge_base.rights import Role
from knowledge_base.sign_ins import sign_out_everywhere
from knowledge_base.steps import ANYONE, SOFTWARE, Actor, SeenFinding, Step, Voice
from knowledge_base.workflow import note
from policies.destinations import Destination
from policies.facts import Says
from policies.truth import Truth
from policies.view import OwnWords
from tests.knowledge_base.conftest import (
    OWN_WIKI,
    WIKI,
    World,
    intended,
    saved,
    seat_steward,
    wish,
)
from tests.knowledge_base.test_word_lists import give, looked_through

ELSEWHERE = replace(OWN_WIKI, id="other-wiki", label="Another wiki")
LISTED = "quilloxin"  # an invented word


class Leads(StrEnum):
    """How what anyone may see of the record follows."""

    SAME = "the same is seen"
    OTHER = "something else is seen"
    GONE = "nothing is seen any more"
    HIDDEN = "nothing was seen, and nothing is"
    SHOWN = "what was not seen is seen"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does. `scene` makes what stands before; returns what is watched.

    `reaches`: more than its own record, which may be too many to follow at once.
    """

    scene: Callable[[World], str]
    act: Callable[[World, str], object]
    leads: Leads
    reaches: bool = False


# --- what stands before


def waiting(world: World, **fields: str) -> str:
    """Of whom it concerns is known; nobody has said yes."""
    record = world.item(**fields)
    world.concern(record, "named", world.people)
    return record


def shown(world: World, **fields: str) -> str:
    record = waiting(world, **fields)
    world.approve(record, world.steward)
    return record


def shown_of_nobody(world: World, **fields: str) -> str:
    record = world.item(**fields)
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    return record


def published(world: World) -> str:
    record = shown(world)
    world.publish(record)
    return record


def publishing(world: World) -> str:
    record = shown(world)
    world.take(record, intended())
    return record


def labelled(world: World) -> str:
    record = waiting(world)
    world.label(record, "verified")
    world.approve(record, world.steward)
    return record


def noticed(world: World) -> str:
    record = waiting(world)
    put_on_a_notice(world, record)
    world.approve(record, world.steward)
    return record


def in_season(world: World) -> str:
    season, record = world.season(), waiting(world)
    world.turn(season, is_open=True)
    world.label(record, "seasonal", season=season)
    world.approve(record, world.steward)
    return record


def _collected(world: World, label: str | None = None, season: bool = False) -> str:
    """One of two that are shown of a collection, which has that label."""
    whole = world.collection()
    world.concern(whole, "named", world.people)
    named = world.season() if season else None
    if named is not None:
        world.turn(named, is_open=True)
    if label is not None:
        world.label(whole, label, season=named)
    records = [world.item_in(whole) for _ in range(2)]
    for record in records:
        world.approve(record, world.steward)
    return records[0]


def collected(world: World) -> str:
    return _collected(world)


def collected_with_a_label(world: World) -> str:
    return _collected(world, "verified")


def collected_in_season(world: World) -> str:
    return _collected(world, "seasonal", season=True)


def flagged(world: World) -> str:
    record = shown(world)
    flag(world, record)
    return record


def closing(world: World) -> str:
    record = published(world)
    close(world, record)
    return record


def closed(world: World) -> str:
    record = closing(world)
    world.take(record, _STUB)
    return record


def withdrawing(world: World) -> str:
    record = published(world)
    world.withdraw(record, world.steward)
    return record


def refused(world: World) -> str:
    record = world.item()
    world.refuse(record, world.archivist)
    return record


def shown_by_others(world: World) -> str:
    """A record of another people, of which its only steward said yes."""
    ours = world.people, world.steward
    name = {"name": (f"Larkmender {world.made} (an invented people)",)}
    by, now = world.operator, world.later()
    world.people = communities.add_community(world.store, name, by=by, now=now)
    world.steward = seat_steward(world, world.people, f"mirabet {world.made}")
    record = shown(world)
    world.people, world.steward = ours
    return record


def shown_by_one_shut_out(world: World) -> str:
    record = shown_by_others(world)
    people = whose(world, record)
    first = steward_of(world, record)
    joins(world, people, f"orlin {world.made}", by=first, with_key=True)
    by, now = world.operator, world.later()
    communities.suspend(world.store, people, first.account or "", by=by, now=now)
    return record


def shown_with_a_word(world: World) -> str:
    return shown_of_nobody(world, title=f"A boat, {LISTED}{world.made + 1}")


def hidden_by_a_list(world: World) -> str:
    """A list found a word in what was said to concern nobody, and nothing closed."""
    record = shown_of_nobody(world)
    listed = SeenFinding(
        rule="listed-words",
        field="",
        start=0,
        end=0,
        evidence=f"list:{world.people}:1",
        party=world.people,
    )
    screen(world, record, listed)
    return record


# --- what is done


def whole_of(world: World, record: str) -> str:
    with world.store.reading() as db:
        return get_record(db, record).collection or ""


def season_of(world: World, record: str) -> str:
    for id in (record, whole_of(world, record)):
        with world.store.reading() as db:
            labels = get_record(db, id).known.labels if id else ()
        for one in labels:
            if one.season is not None:
                return one.season
    raise AssertionError("no label for a season")


def whose(world: World, record: str) -> str:
    with world.store.reading() as db:
        return get_record(db, record).known.concern.parties[0]


def steward_of(world: World, record: str) -> Actor:
    """The first who was seated for those it concerns."""
    people, seated, known = whose(world, record), tables.stewards, tables.accounts
    of_theirs = (
        select(known.c.id)
        .join(seated, seated.c.account_id == known.c.id)
        .where(seated.c.community_id == people)
        .order_by(known.c.created_at)
    )
    with world.store.reading() as db:
        first = db.scalars(of_theirs.limit(1)).one()
    return Actor(Voice.COMMUNITY, account=first, party=people)


def on_the_whole(act: Callable[[World, str], object]) -> Callable[[World, str], object]:
    """The same, done to the collection."""

    @wraps(act)
    def to_the_whole(world: World, record: str) -> object:
        return act(world, whole_of(world, record))

    return to_the_whole


def takes(*taken: Step, by: Actor = SOFTWARE) -> Callable[[World, str], object]:
    return lambda world, record: world.take(record, *taken, by=by)


def another_comes_in(world: World, record: str) -> None:
    world.item_in(whole_of(world, record))


def say_something_else(world: World, record: str) -> None:
    content = steps.ContentChanged(content_hash="x", fields=("title",), concerns=False)
    text = canonical({"title": ["A boat of which nobody has said yes"]})
    seen = world.length(record)
    one = Note(record=record, seen=seen, step=content, by=SOFTWARE, text=text)
    note(world.store, [one], now=world.later())


def screen(world: World, record: str, *found: SeenFinding) -> None:
    with world.store.reading() as db:
        newest = newest_list(db)
    version = world.store.rulebook.version
    world.take(record, steps.Screened(rulebook=version, findings=found, lists=newest))


def find(world: World, record: str) -> None:
    """The screening finds what a person has to look at."""
    word = SeenFinding(rule="words", field="title", start=0, end=1, evidence="A")
    screen(world, record, word)


def another_is_named(world: World, record: str) -> None:
    others = whose(world, shown_by_others(world))
    world.concern(record, "named", *sorted({world.people, others}))


def label_as_secret(world: World, record: str) -> None:
    world.label(record, "secret_sacred")


def label(world: World, record: str) -> None:
    world.label(record, "verified")


def take_the_label_off(world: World, record: str) -> None:
    off = steps.LabelRemoved(family="tk", type="verified", community=world.people)
    world.take(record, off, by=world.steward)


def put_on_a_notice(world: World, record: str) -> None:
    on = steps.NoticeApplied(type="attribution_incomplete")
    world.take(record, on, by=world.archivist)


def take_the_notice_off(world: World, record: str) -> None:
    off = steps.NoticeRemoved(type="attribution_incomplete")
    world.take(record, off, by=world.archivist)


def give_words(world: World, record: str) -> None:
    words = OwnWords(
        party=world.people,
        signed="Tamsel (invented)",
        field="title",
        text="What they say of a boat (invented)",
        language="en",
        instead=False,
    )
    seen, by, now = world.length(record), world.steward, world.later()
    answers.give_words(world.store, record, words, seen=seen, by=by, now=now)


def say_no(world: World, record: str) -> None:
    """The bare word: no other step follows it."""
    by, now = world.steward, world.later()
    world.take(record, answers.answered(Says.NO, "*", by, None, now), by=by)


def approve(world: World, record: str) -> None:
    world.approve(record, world.steward)


def refuse(world: World, record: str) -> None:
    world.refuse(record, world.steward)


def ask(world: World, record: str) -> None:
    world.take(record, steps.Asked(party=world.people), by=world.steward)


def flag(world: World, record: str) -> None:
    held = steps.Held(flag=f"f{record}", against="x", party=None, is_grave=False)
    world.take(record, held, by=world.steward)


def settle(world: World, record: str) -> None:
    world.take(record, steps.FlagAnswered(flag=f"f{record}"), by=world.steward)


def close(world: World, record: str) -> None:
    world.take(record, steps.Closed(destination=WIKI, because="decision"))


def withdraw(world: World, record: str) -> None:
    world.withdraw(record, world.steward)


def erase(world: World, record: str) -> None:
    world.take(record, steps.Erased(), by=world.archivist)


def not_ours(world: World, record: str) -> None:
    by = world.steward
    world.take(record, steps.NotOurs(party=by.party or ""), by=by)


def give_a_list(world: World, record: str) -> None:
    give(world, "basketsong")


def find_by_a_list(world: World, record: str) -> None:
    """The worker looks through everything, and finds it in what is shown."""
    give(world, f"{LISTED}{world.made}")
    looked_through(world)


def turn_the_season(world: World, record: str) -> None:
    world.turn(season_of(world, record), is_open=False)


def give_the_season_days(world: World, record: str) -> None:
    date_the_season(world, record, "08-01", "09-01")


def date_the_season(world: World, record: str, opens: str, closes: str) -> None:
    communities.date_season(
        world.store,
        world.people,
        season_of(world, record),
        opens=opens,
        closes=closes,
        zone="",
        by=world.steward,
        now=world.later(),
    )


def name_a_season(world: World, record: str) -> None:
    world.season()


def call_the_people_otherwise(world: World, record: str) -> None:
    named = steps.ContentChanged(content_hash="x", fields=("name",), concerns=False)
    text = canonical({"name": [f"Quillmarsh {world.made} (an invented people)"]})
    seen = world.length(world.people)
    one = Note(record=world.people, seen=seen, step=named, by=SOFTWARE, text=text)
    note(world.store, [one], now=world.later())


def a_people_comes(world: World, record: str) -> None:
    shown_by_others(world)


def shut_her_out(world: World, record: str) -> None:
    people, her = whose(world, record), steward_of(world, record).account or ""
    by, now = world.operator, world.later()
    communities.suspend(world.store, people, her, by=by, now=now)


def let_her_in_again(world: World, record: str) -> None:
    people, her = whose(world, record), steward_of(world, record).account or ""
    with world.store.reading() as db:
        seated = communities.stewards_of(db, people)
    other = next(one.account for one in seated if one.account != her)
    by, now = Actor(Voice.COMMUNITY, account=other, party=people), world.later()
    communities.lift_suspension(world.store, people, her, by=by, now=now)


def she_leaves(world: World, record: str) -> None:
    by, now = steward_of(world, record), world.later()
    communities.leave(world.store, whose(world, record), by=by, now=now)


def her_account_ends(world: World, record: str) -> None:
    her, now = steward_of(world, record).account or "", world.later()
    accounts.suspend_account(world.store, her, by=world.operator, now=now)


def stewards_come(world: World, record: str) -> None:
    """Invited in vain; confirmed by the people's key; and by whoever came with that."""
    store, people, first = world.store, whose(world, record), steward_of(world, record)
    mark, now = invitations.make_half().mark, world.later()
    wrong = _invite(world, people, mark=mark, by=first)
    invitations.take_back_invitation(store, people, wrong, by=first, now=now)
    second = joins(world, people, f"sefa {world.made}", by=first, with_key=True)
    third = joins(world, people, f"ondine {world.made}", by=first)
    communities.confirm(
        store, people, third.account or "", by=second, now=world.later()
    )


def joins(
    world: World, people: str, name: str, *, by: Actor, with_key: bool = False
) -> Actor:
    """One whom `by` invites; with the people's key, which confirms her, or without."""
    half, store = invitations.make_half(), world.store
    key = make_key(store, people, by=by, now=world.later()) if with_key else ""
    _invite(world, people, mark=half.mark, by=by)
    her = invitations.join(store, half.secret, name=name, now=world.later(), key=key)
    return Actor(Voice.COMMUNITY, account=her, party=people)


def _invite(world: World, people: str, *, mark: str, by: Actor) -> str:
    return invitations.record_invitation(
        world.store,
        people,
        mark=mark,
        evidence="Spoken at a meeting (invented)",
        by=by,
        now=world.later(),
    )


def one_is_enough(world: World, record: str) -> None:
    name = {"name": (f"Ombral {world.made} (an invented people)",)}
    by, now = world.operator, world.later()
    wish(world, communities.add_community(world.store, name, by=by, now=now))


def an_account_comes_and_goes(world: World, record: str) -> None:
    store, by = world.store, world.operator
    roles = ((Role.VIEWER, ""),)
    her = accounts.add_account(
        store, f"vera {world.made}", roles, by=by, now=world.later()
    )
    accounts.give_role(store, her, Role.ARCHIVIST, "", by=by, now=world.later())
    accounts.take_role(store, her, Role.VIEWER, "", by=by, now=world.later())
    make_link(store, her, by=by, now=world.later())
    set_password(store, her, "an invented password", now=world.later())
    sign_out_everywhere(store, her, now=world.later())
    reset_account(store, her, by=by, now=world.later())
    accounts.suspend_account(store, her, by=by, now=world.later())


# --- the table

L = Leads
_STEWARDS_COME = Act(shown_by_others, stewards_come, L.SAME)
_AN_ACCOUNT = Act(shown, an_account_comes_and_goes, L.SAME)
_A_PEOPLE_COMES = Act(shown, a_people_comes, L.SAME)

_OTHER_PLACE = steps.SetOut(destination=ELSEWHERE.id)
_LAPSED = steps.Lapsed(destination=WIKI, because="rulebook")
_NOT_SAVED = steps.NotSaved(destination=WIKI, outcome="x", needs_person=False)
_CHANGED = steps.Changed(destination=WIKI, by="wiki", revision=71, units=("title",))
_STUB = steps.StubSaved(destination=WIKI, revision=71)
_NARROWED = steps.Narrowed(destination=WIKI, revision=71, units=("title",))
_WITHDRAWN = steps.Withdrawn(destination=WIKI, probes=1, still_visible=0)
_REMEMBERED = steps.Remembered(destination="*", act="refused", was="x", erased=False)
_REPORTED = steps.Reported(destination=WIKI, concerns_asker=True, is_grave=False)

_IN_A_SEALED_STORE = "of a store with keys alone: `test_every_fact.py` turns them"

# A sentence says why a kind moves nothing, or where it is tried.
TABLE: Mapping[type[Step], tuple[Act, ...] | str] = {
    steps.Received: (Act(collected, another_comes_in, L.SAME),),
    steps.SetOut: (Act(shown, takes(_OTHER_PLACE), L.SAME),),
    steps.ContentChanged: (
        Act(shown, say_something_else, L.GONE),
        Act(labelled, call_the_people_otherwise, L.OTHER, reaches=True),
        Act(collected_with_a_label, call_the_people_otherwise, L.OTHER, reaches=True),
        Act(collected, on_the_whole(say_something_else), L.SAME, reaches=True),
    ),
    steps.FirstScreened: "an earlier version, which is only read: nobody takes it",
    steps.Screened: (
        Act(shown, find, L.GONE),
        Act(shown_with_a_word, find_by_a_list, L.GONE),
    ),
    steps.Proposed: (Act(waiting, approve, L.SHOWN),),
    steps.ConcernAnswered: (
        Act(shown, another_is_named, L.GONE),
        Act(collected, on_the_whole(another_is_named), L.GONE, reaches=True),
    ),
    steps.NotOurs: (Act(hidden_by_a_list, not_ours, L.SHOWN),),
    steps.LabelApplied: (
        Act(shown, label, L.OTHER),
        Act(shown, label_as_secret, L.GONE),
        Act(collected, on_the_whole(label), L.OTHER, reaches=True),
        Act(collected, on_the_whole(label_as_secret), L.GONE, reaches=True),
    ),
    steps.LabelRemoved: (
        Act(labelled, take_the_label_off, L.GONE),
        Act(
            collected_with_a_label,
            on_the_whole(take_the_label_off),
            L.GONE,
            reaches=True,
        ),
    ),
    steps.NoticeApplied: (
        Act(shown, put_on_a_notice, L.OTHER),
        Act(collected, on_the_whole(put_on_a_notice), L.OTHER, reaches=True),
    ),
    steps.NoticeRemoved: (Act(noticed, take_the_notice_off, L.GONE),),
    steps.WordsGiven: (Act(shown, give_words, L.GONE),),
    steps.Answered: (
        Act(shown, say_no, L.GONE),
        Act(collected, on_the_whole(say_no), L.GONE, reaches=True),
    ),
    steps.Approved: (Act(waiting, approve, L.SHOWN),),
    steps.Refused: (Act(published, refuse, L.GONE),),
    steps.Asked: (Act(shown, ask, L.SAME),),
    steps.Held: (
        Act(shown, flag, L.GONE),
        Act(collected, on_the_whole(flag), L.GONE, reaches=True),
    ),
    steps.FlagAnswered: (Act(flagged, settle, L.SHOWN),),
    steps.Reported: (Act(shown_of_nobody, takes(_REPORTED, by=ANYONE), L.GONE),),
    steps.Lapsed: (Act(shown, takes(_LAPSED), L.GONE),),
    steps.Intended: (Act(shown, takes(intended()), L.SAME),),
    steps.Saved: (Act(publishing, takes(saved()), L.SAME),),
    steps.NotSaved: (Act(publishing, takes(_NOT_SAVED), L.SAME),),
    steps.Changed: (Act(published, takes(_CHANGED), L.SAME),),
    steps.Closed: (Act(published, close, L.GONE),),
    steps.StubSaved: (Act(closing, takes(_STUB), L.HIDDEN),),
    steps.Narrowed: (Act(published, takes(_NARROWED), L.SAME),),
    steps.Reopened: (Act(closed, approve, L.SHOWN),),
    steps.WithdrawalAsked: (
        Act(shown, withdraw, L.GONE),
        Act(collected, on_the_whole(withdraw), L.GONE, reaches=True),
    ),
    steps.Withdrawn: (Act(withdrawing, takes(_WITHDRAWN), L.HIDDEN),),
    steps.Remembered: (Act(published, takes(_REMEMBERED), L.GONE),),
    steps.Erased: (Act(refused, erase, L.HIDDEN),),
    steps.CommunityAdded: (_A_PEOPLE_COMES,),
    steps.OneIsEnough: (Act(shown, one_is_enough, L.SAME),),
    steps.InvitationRecorded: (_STEWARDS_COME,),
    steps.InvitationTakenBack: (_STEWARDS_COME,),
    steps.StewardJoined: (_STEWARDS_COME,),
    steps.StewardConfirmed: (_STEWARDS_COME,),
    steps.KeyMade: (_STEWARDS_COME,),
    steps.ConfirmedByKey: (_STEWARDS_COME,),
    # What she said stands, whatever becomes of her.
    steps.StewardSuspended: (Act(shown_by_others, shut_her_out, L.SAME),),
    steps.SuspensionLifted: (Act(shown_by_one_shut_out, let_her_in_again, L.SAME),),
    steps.StewardLeft: (Act(shown_by_others, she_leaves, L.SAME),),
    steps.AccountSuspended: (Act(shown_by_others, her_account_ends, L.SAME),),
    steps.WordsListed: (Act(shown, give_a_list, L.SAME),),
    steps.SeasonNamed: (Act(in_season, name_a_season, L.SAME),),
    steps.SeasonDated: (
        Act(in_season, give_the_season_days, L.GONE, reaches=True),
        Act(collected_in_season, give_the_season_days, L.GONE, reaches=True),
    ),
    steps.SeasonTurned: (
        Act(in_season, turn_the_season, L.GONE, reaches=True),
        Act(collected_in_season, turn_the_season, L.GONE, reaches=True),
    ),
    steps.AccountAdded: (_AN_ACCOUNT,),
    steps.RoleGiven: (_AN_ACCOUNT,),
    steps.RoleTaken: (_AN_ACCOUNT,),
    steps.LinkMade: (_AN_ACCOUNT,),
    steps.PasswordSet: (_AN_ACCOUNT,),
    steps.SignedOutEverywhere: (_AN_ACCOUNT,),
    steps.AccountReset: (_AN_ACCOUNT,),
    steps.SealingKeyTurned: _IN_A_SEALED_STORE,
    steps.SealingKeyCopied: _IN_A_SEALED_STORE,
    steps.MasterKeyTurned: _IN_A_SEALED_STORE,
}


def each_act() -> Mapping[Act, frozenset[str]]:
    """Each act once, with the kinds of step that it has to take."""
    found: dict[Act, frozenset[str]] = {}
    for step, acts in TABLE.items():
        for one in () if isinstance(acts, str) else acts:
            found[one] = found.get(one, frozenset()) | {step.kind}
    return found


# --- what is no step


@dataclass(frozen=True, slots=True)
class Flip:
    """What changes without a step, and changes back in the end."""

    scene: Callable[[World], str]
    meanwhile: Callable[[World], AbstractContextManager[None]]
    leads: Leads


def shown_for_a_month(world: World) -> str:
    record = waiting(world)
    in_a_month = world.now.date() + timedelta(days=30)
    world.approve(record, world.steward, until=in_a_month)
    return record


def in_the_season_of_this_month(world: World) -> str:
    """It has days: from a week ago until three weeks from now, every year."""
    record = in_season(world)
    days = [world.now.date() + timedelta(days=n) for n in (-7, 21)]
    opens, closes = (f"{day:%m-%d}" for day in days)
    date_the_season(world, record, opens, closes)
    return record


def out_of_its_season(world: World) -> str:
    """As before, and its days were over before any worker came."""
    record = in_the_season_of_this_month(world)
    world.now += timedelta(days=60)
    return record


def days(number: int) -> Callable[[World], AbstractContextManager[None]]:
    @contextmanager
    def meanwhile(world: World) -> Iterator[None]:
        world.now += timedelta(days=number)
        yield
        world.now -= timedelta(days=number)

    return meanwhile


@contextmanager
def by_other_rules(world: World) -> Iterator[None]:
    before = world.store.rulebook
    world.store.rulebook = replace(before, version="another")
    yield
    world.store.rulebook = before


def at(*places: Destination) -> Callable[[World], AbstractContextManager[None]]:
    """The settings say something else of the places."""

    @contextmanager
    def meanwhile(world: World) -> Iterator[None]:
        before, world.store.destinations = world.store.destinations, places
        yield
        world.store.destinations = before

    return meanwhile


_NO_LICENCE = replace(OWN_WIKI, licence=None)
_NEVER_CLOSES = replace(OWN_WIKI, can_close=Truth.FALSE)

FLIPS = (
    Flip(shown_for_a_month, days(31), L.GONE),
    Flip(in_the_season_of_this_month, days(25), L.GONE),
    Flip(out_of_its_season, days(310), L.SHOWN),
    Flip(shown, days(-3), L.GONE),
    Flip(shown, by_other_rules, L.GONE),
    Flip(shown, at(_NO_LICENCE, ELSEWHERE), L.SAME),
    Flip(in_season, at(_NEVER_CLOSES, ELSEWHERE), L.GONE),
    Flip(shown, at(ELSEWHERE), L.GONE),
)
