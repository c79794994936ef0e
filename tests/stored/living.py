"""What a kept store has lived through beside the common way: the rarer steps."""

from knowledge_base import answers, flags, steps
from knowledge_base.accounts import (
    add_account,
    give_role,
    suspend_account,
    take_role,
)
from knowledge_base.columns import canonical
from knowledge_base.communities import confirm, leave, lift_suspension, suspend
from knowledge_base.community_keys import make_key
from knowledge_base.history import history_of
from knowledge_base.invitations import (
    join,
    make_half,
    record_invitation,
    take_back_invitation,
)
from knowledge_base.labelling import apply_notice, remove_label, remove_notice
from knowledge_base.links import add_with_link, reset_account
from knowledge_base.notes import Note
from knowledge_base.passwords import set_password
from knowledge_base.reports import Report, report
from knowledge_base.rights import Role
from knowledge_base.sign_ins import sign_out_everywhere
from knowledge_base.steps import ANYONE, SOFTWARE
from knowledge_base.stewardship import EVERYTHING
from knowledge_base.workflow import note
from policies.view import OwnWords
from tests.knowledge_base.conftest import WIKI, World

NOTICE = "attribution_incomplete"


def live_rarely(world: World) -> None:
    """Each step that a people, a person or the bot takes now and then, once."""
    _an_account(world)
    _a_second_steward(world)
    _labels_and_words(world)
    _what_the_bot_met(world)
    _a_season_that_comes_back(world)
    _a_report(world)


def _an_account(world: World) -> None:
    store, by = world.store, world.operator
    add_with_link(store, "rasmin", ((Role.VIEWER, ""),), by=by, now=world.later())
    account = add_account(store, "oru", ((Role.VIEWER, ""),), by=by, now=world.later())
    set_password(store, account, "long enough, invented", now=world.later())
    sign_out_everywhere(store, account, now=world.later())
    give_role(store, account, Role.ARCHIVIST, "", by=by, now=world.later())
    take_role(store, account, Role.ARCHIVIST, "", by=by, now=world.later())
    reset_account(store, account, by=by, now=world.later())
    suspend_account(store, account, by=by, now=world.later())


def _a_second_steward(world: World) -> None:
    store, people = world.store, world.people
    wrong = _invite(world, "written down wrongly (invented)")
    take_back_invitation(store, people, wrong[0], by=world.steward, now=world.later())
    _, secret = _invite(world, "Spoken at a second meeting (invented)")
    second = join(store, secret, name="velda", now=world.later())
    confirm(store, people, second, by=world.steward, now=world.later())
    suspend(store, people, second, by=world.operator, now=world.later())
    lift_suspension(store, people, second, by=world.steward, now=world.later())
    key = make_key(store, people, by=world.steward, now=world.later())
    _, secret = _invite(world, "Spoken at a third meeting (invented)")
    third = join(store, secret, name="oskin", key=key, now=world.later())
    left = steps.Actor(steps.Voice.COMMUNITY, account=third, party=people)
    leave(store, people, by=left, now=world.later())


def _invite(world: World, evidence: str) -> tuple[str, str]:
    half = make_half()
    id = record_invitation(
        world.store,
        world.people,
        mark=half.mark,
        evidence=evidence,
        by=world.steward,
        now=world.later(),
        matters=(EVERYTHING,),
    )
    return id, half.secret


def _labels_and_words(world: World) -> None:
    store, record = world.store, world.item(identifier="labelled")
    world.concern(record, "named", world.people)
    world.label(record, "verified")
    remove_label(
        store,
        record,
        ("tk", "verified"),
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )
    seen, by = world.length(record), world.archivist
    apply_notice(
        store, record, "attribution_incomplete", seen=seen, by=by, now=world.later()
    )
    seen = world.length(record)
    remove_notice(
        store, record, "attribution_incomplete", seen=seen, by=by, now=world.later()
    )
    words = OwnWords(
        party=world.people,
        field="title",
        language="en",
        text="Our boat (invented)",
        signed="We",
        instead=False,
    )
    seen = world.length(record)
    answers.give_words(
        store, record, words, seen=seen, by=world.steward, now=world.later()
    )
    ours = flags.FlagAgainst(against="not-written-yet", is_grave=False)
    seen = world.length(record)
    flags.flag(store, record, ours, seen=seen, by=world.steward, now=world.later())
    _settle(world, record)


def _settle(world: World, record: str) -> None:
    with world.store.reading() as db:
        held = [x.step for x in history_of(db, record) if x.step.kind == "held"]
    assert isinstance(held[0], steps.Held)
    seen = world.length(record)
    flags.settle_flag(
        world.store,
        record,
        held[0].flag,
        seen=seen,
        by=world.steward,
        now=world.later(),
    )
    seen = world.length(record)
    answers.ask(
        world.store,
        record,
        world.people,
        seen=seen,
        by=world.archivist,
        now=world.later(),
        note_text="May it be shown? (invented)",
    )


def _what_the_bot_met(world: World) -> None:
    record = world.item(identifier="met")
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    intent = steps.Intended(
        destination=WIKI, act="create", units_hash="u", base_revision=None
    )
    world.take(record, intent)
    failed = steps.NotSaved(destination=WIKI, outcome="lagged", needs_person=False)
    world.take(record, failed)
    world.publish(record)
    world.take(record, steps.Narrowed(destination=WIKI, revision=71, units=("title",)))
    world.take(
        record,
        steps.Changed(destination=WIKI, by="wiki", revision=72, units=("title",)),
    )
    lapses = world.item(identifier="lapses")
    world.concern(lapses, "named", world.people)
    world.approve(lapses, world.steward)
    world.take(lapses, steps.Lapsed(destination=WIKI, because="units"))


def _a_season_that_comes_back(world: World) -> None:
    season = world.season()
    world.turn(season, is_open=True)
    record = world.item(identifier="comes-back")
    world.concern(record, "named", world.people)
    world.label(record, "seasonal", season=season)
    world.approve(record, world.steward)
    world.publish(record)
    world.turn(season, is_open=False)
    world.take(record, steps.StubSaved(destination=WIKI, revision=73))
    world.turn(season, is_open=True)
    world.approve(record, world.steward)
    new = steps.ContentChanged(content_hash="h", fields=("title",), concerns=False)
    text = canonical({"title": ["Another title (invented)"]})
    seen = world.length(record)
    one = Note(record=record, seen=seen, step=new, by=SOFTWARE, text=text)
    note(world.store, [one], now=world.later())
    world.take(world.item_in(None, towards=()), steps.SetOut(destination=WIKI))


def _a_report(world: World) -> None:
    said = Report(
        page="Nothing of ours",
        destination=WIKI,
        concerns_asker=True,
        is_grave=False,
        words="Please look (invented).",
        from_mark="m",
    )
    report(world.store, said, now=world.later())
    record = world.item(identifier="reported")
    world.concern(record, "named", world.people)
    asked = steps.Reported(destination=WIKI, concerns_asker=False, is_grave=False)
    world.take(record, asked, by=ANYONE)
