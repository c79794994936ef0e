"""What people say, and what follows: nobody is passed over, and no is no."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from knowledge_base import answers, approving, flags, steps, tables
from knowledge_base.approving import Complete, WaitsFor
from knowledge_base.communities import add_community
from knowledge_base.flags import FlagAgainst
from knowledge_base.gate import decision_of, facts_of
from knowledge_base.history import history_of, journey_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.labelling import remove_label
from knowledge_base.notes import Note
from knowledge_base.records import content_text, hash_of
from knowledge_base.reopening import ask_for_the_day
from knowledge_base.rights import Forbidden
from knowledge_base.steps import SOFTWARE, Actor
from knowledge_base.tightening import tighten
from knowledge_base.workflow import note
from policies.facts import NotKnown, Says
from policies.view import OwnWords
from policies.visibility import Visibility
from tests.knowledge_base.conftest import (
    OWN_WIKI,
    WIKI,
    World,
    intended,
    saved,
    seat_steward,
)


def published(world: World) -> str:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.publish(record)
    return record


def visibility(world: World, record: str) -> Visibility:
    with world.store.reading() as db:
        on = world.now.date()
        return decision_of(db, world.store, record, WIKI, on=on).visibility


def test_a_fresh_record_is_asked_about_and_shown_nowhere(world: World) -> None:
    record = world.item()
    with world.store.reading() as db:
        assert facts_of(db, (record,))[record].concerned == NotKnown()
    assert visibility(world, record) is Visibility.NONE
    assert world.approve(record, world.archivist) == WaitsFor(("archivist",))


def test_an_approval_is_refused_while_a_question_is_open(world: World) -> None:
    record = world.item()
    approved = steps.Approved(
        destination=WIKI,
        content_hash="c",
        units_hash="u",
        units={},
        rulebook="r",
        visibility="full",
        answers=(),
    )
    with pytest.raises(NotPossible):
        world.take(record, approved, by=world.archivist)


def test_nothing_approved_is_written_once_a_question_is_open_again(
    world: World,
) -> None:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.concern(record, "named", world.people)
    with pytest.raises(NotPossible):
        world.take(record, intended())


def test_where_a_people_is_named_its_own_yes_is_needed(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    assert world.approve(record, world.archivist) == WaitsFor((world.people,))
    assert world.approve(record, world.steward) == Complete()
    assert world.state(record) is State.APPROVED


def test_everybody_named_has_to_say_yes(world: World) -> None:
    family = add_community(
        world.store,
        {"name": ("Family (invented)",)},
        by=world.operator,
        now=world.later(),
        part_of=world.people,
    )
    elder = seat_steward(world, family, "mirabet")
    record = world.item()
    world.concern(record, "named", world.people, family)
    assert world.approve(record, world.steward) == WaitsFor((family,))
    assert world.approve(record, elder) == Complete()


def test_a_no_stands_whatever_anybody_else_says(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.refuse(record, world.steward)
    assert world.state(record) is State.REFUSED
    assert world.approve(record, world.archivist) != Complete()
    assert visibility(world, record) is Visibility.NONE
    assert world.approve(record, world.steward) == Complete()


def asks_her(world: World, record: str) -> bool:
    """Whether any question on the record waits in the steward's queue."""
    table = tables.questions
    query = select(table.c.rule).where(
        table.c.record_id == record,
        table.c.party == world.people,
        table.c.pauses.is_(False),
    )
    with world.store.reading() as db:
        return db.execute(query).first() is not None


def flagged_for(world: World, record: str, by: Actor) -> None:
    what = FlagAgainst(against="not-written-yet", party=world.people)
    seen = world.length(record)
    flags.flag(world.store, record, what, seen=seen, by=by, now=world.later())


def change_content(
    world: World, record: str, content: dict[str, tuple[str, ...]]
) -> None:
    """As an import would that finds another content at the source."""
    text = content_text(content)
    changed = steps.ContentChanged(
        content_hash=hash_of(text), fields=tuple(content), concerns=True
    )
    seen = world.length(record)
    one = Note(record=record, seen=seen, step=changed, by=SOFTWARE, text=text)
    note(world.store, [one], now=world.later())


def said_by_her(world: World, says: str) -> str:
    """A record that named her people, about which she said no or not now."""
    record = world.item()
    world.concern(record, "named", world.people)
    assert asks_her(world, record)
    if says == "no":
        world.refuse(record, world.steward)
    else:
        seen, now = world.length(record), world.later()
        answers.not_now(world.store, record, seen=seen, by=world.steward, now=now)
    return record


@pytest.mark.parametrize("says", ["no", "not-now"])
@pytest.mark.parametrize("then", ["flag", "concern", "content", "screened"])
def test_whoever_said_no_or_not_now_is_asked_nothing_more(
    world: World, says: str, then: str
) -> None:
    record = said_by_her(world, says)

    if then == "flag":
        flagged_for(world, record, world.archivist)
    elif then == "concern":
        world.concern(record, "named", world.people)
    elif then == "content":
        change_content(world, record, {"title": ("A boat, told anew",)})
    else:
        found = steps.SeenFinding(
            rule="hint-people-named", field="people", start=0, end=8, evidence="filled"
        )
        world.take(record, steps.Screened(rulebook="x", findings=(found,)))

    assert not asks_her(world, record)
    assert visibility(world, record) is Visibility.NONE


@pytest.mark.parametrize("says", ["no", "not-now"])
def test_a_flag_of_her_own_asks_her_all_the_same(world: World, says: str) -> None:
    record = said_by_her(world, says)

    flagged_for(world, record, world.steward)

    assert asks_her(world, record)
    assert visibility(world, record) is Visibility.NONE


def test_not_now_pauses_the_asking_and_shows_nothing(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    answers.not_now(
        world.store,
        record,
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )
    with world.store.reading() as db:
        decision = decision_of(db, world.store, record, WIKI, on=world.now.date())
    assert decision.visibility is Visibility.NONE
    assert any(question.paused for question in decision.questions)


def test_a_flag_stops_saving_and_leaves_the_page(world: World) -> None:
    record = published(world)
    flags.flag(
        world.store,
        record,
        FlagAgainst(against="not-written-yet"),
        seen=world.length(record),
        by=world.archivist,
        now=world.later(),
    )
    assert world.state(record) is State.PUBLISHED
    assert visibility(world, record) is Visibility.NONE


def test_an_edit_is_not_begun_while_a_question_is_open(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    assert world.approve(record, world.archivist) == Complete()
    flagged_for(world, record, world.archivist)
    assert world.state(record) is State.APPROVED
    with pytest.raises(NotPossible):
        world.take(record, intended())


def test_a_grave_flag_takes_the_page_to_its_stub(world: World) -> None:
    record = published(world)
    flags.flag(
        world.store,
        record,
        FlagAgainst(against="not-written-yet", is_grave=True),
        seen=world.length(record),
        by=world.archivist,
        now=world.later(),
    )
    assert world.state(record) is State.CLOSING


def test_an_institution_does_not_settle_what_a_community_flagged(
    world: World,
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    flag = flags.flag(
        world.store,
        record,
        FlagAgainst(against="not-written-yet"),
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )
    with pytest.raises(Forbidden):
        flags.settle_flag(
            world.store,
            record,
            flag,
            seen=world.length(record),
            by=world.archivist,
            now=world.later(),
        )
    flags.settle_flag(
        world.store,
        record,
        flag,
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )


def test_a_withdrawn_record_comes_back_by_the_same_voice_alone(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    world.withdraw(record, world.steward)
    done = steps.Withdrawn(destination=WIKI, probes=9, still_visible=0)
    world.take(record, done)
    assert world.approve(record, world.archivist) != Complete()
    assert world.state(record) is State.WITHDRAWN
    assert world.approve(record, world.steward) == Complete()


def test_a_season_that_closes_takes_its_pages_to_their_stubs(world: World) -> None:
    record, season = seasonal(world)
    assert world.approve(record, world.steward) != Complete()
    world.turn(season, is_open=True)
    assert world.approve(record, world.steward) == Complete()
    world.publish(record)
    world.turn(season, is_open=False)
    assert world.state(record) is State.CLOSING


def test_a_consent_that_has_ended_shows_nothing_more(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    until = (world.now + timedelta(days=30)).date()
    world.approve(record, world.steward, until=until)
    assert visibility(world, record) > Visibility.NONE
    world.now += timedelta(days=40)
    assert visibility(world, record) is Visibility.NONE


def test_nobody_concerned_lapses_when_the_people_in_it_change(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    changed = steps.ContentChanged(
        content_hash="new", fields=("culture",), concerns=True
    )
    one = Note(
        record=record,
        seen=world.length(record),
        step=changed,
        by=world.archivist,
        text='{"title":["A boat"],"licence_metadata":["cc0-1.0"]}',
    )
    note(world.store, [one], now=world.later())
    with world.store.reading() as db:
        assert facts_of(db, (record,))[record].concerned == NotKnown()


def test_the_history_says_who_did_what(world: World) -> None:
    record = published(world)
    with world.store.reading() as db:
        kinds = [entry.step.kind for entry in history_of(db, record)]
    assert kinds == [
        "received",
        "screened",
        "concern-answered",
        "answered",
        "proposed",
        "approved",
        "intended",
        "saved",
    ]


def approvals(world: World, record: str) -> list[str]:
    with world.store.reading() as db:
        history = history_of(db, record)
    return [x.step.units_hash for x in history if isinstance(x.step, steps.Approved)]


def say_yes_to(world: World, record: str, units_hash: str) -> None:
    seen = replace(world.seen(record), units_hash=units_hash)
    answered = approving.approve(
        world.store,
        record,
        WIKI,
        seen=seen,
        by=world.archivist,
        now=world.later(),
        yes=answers.Yes(informed=True),
    )
    assert answered == Complete()


def test_a_yes_to_other_units_is_approved_anew_and_the_same_yes_is_not(
    world: World,
) -> None:
    record = published(world)
    say_yes_to(world, record, "u")
    assert (approvals(world, record), world.state(record)) == (["u"], State.PUBLISHED)
    say_yes_to(world, record, "v")
    assert world.state(record) is State.APPROVED
    say_yes_to(world, record, "w")
    say_yes_to(world, record, "w")
    assert approvals(world, record) == ["u", "v", "w"]
    with world.store.reading() as db:
        approval = journey_of(db, record, WIKI).approval
    assert approval is not None
    assert approval["units_hash"] == "w"


def test_a_yes_while_an_edit_is_under_way_counts_for_the_next(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.take(record, intended())
    say_yes_to(world, record, "v")
    assert world.state(record) is State.PUBLISHING
    world.take(record, saved())
    with world.store.reading() as db:
        approval = journey_of(db, record, WIKI).approval
    assert approval is not None
    assert approval["units_hash"] == "v"


def test_a_community_says_no_while_a_page_is_closing(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    flags.flag(
        world.store,
        record,
        FlagAgainst(against="not-written-yet", is_grave=True),
        seen=world.length(record),
        by=world.archivist,
        now=world.later(),
    )
    assert world.state(record) is State.CLOSING
    world.refuse(record, world.steward)
    assert world.state(record) is State.WITHDRAWING


def a_family(world: World) -> Actor:
    """Somebody who answers for a party of its own."""
    family = add_community(
        world.store,
        {"name": ("Family (invented)",)},
        by=world.operator,
        now=world.later(),
        part_of=world.people,
    )
    return seat_steward(world, family, "mirabet")


def tells_anew(world: World, record: str) -> None:
    """Its source says more than anybody who had answered saw."""
    content: dict[str, tuple[str, ...]] = {
        "title": ("A boat",),
        "maker": ("Somebody (invented)",),
        "licence_metadata": ("cc0-1.0",),
        "description": ("Told by nobody of the people",),
    }
    change_content(world, record, content)
    world.take(record, steps.Screened(rulebook="x", findings=()))


def test_content_that_a_people_never_saw_is_not_approved_without_it(
    world: World,
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    tells_anew(world, record)

    assert asks_her(world, record)
    assert world.approve(record, world.archivist) == WaitsFor((world.people,))
    assert visibility(world, record) is Visibility.NONE
    assert world.approve(record, world.steward) == Complete()


def test_two_parties_agree_only_where_both_saw_the_same(world: World) -> None:
    elder = a_family(world)
    record = world.item()
    world.concern(record, "named", world.people, elder.party or "")
    world.approve(record, world.steward)
    tells_anew(world, record)

    assert world.approve(record, elder) == WaitsFor((world.people,))
    assert world.approve(record, world.steward) == Complete()


def test_words_that_another_party_never_saw_wait_for_its_yes(world: World) -> None:
    elder = a_family(world)
    record = world.item()
    world.concern(record, "named", world.people, elder.party or "")
    world.approve(record, world.steward)
    seen = world.seen(record)
    told = OwnWords(elder.party or "", "M.", "description", "Ours", "en", False)
    words = answers.own_words(record, told, seen=seen.length, by=elder)

    said = approving.approve(
        world.store,
        record,
        WIKI,
        seen=seen,
        by=elder,
        now=world.later(),
        words=words,
        yes=answers.Yes(informed=True),
    )

    assert said == WaitsFor((world.people,))
    assert world.approve(record, elder) == WaitsFor((world.people,))
    assert world.approve(record, world.steward) == Complete()


def test_the_page_that_was_agreed_to_stays_while_new_words_are_asked_about(
    world: World,
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    tells_anew(world, record)

    assert tighten(world.store, (record,), now=world.later()) == 0
    assert world.state(record) is State.PUBLISHED


def test_a_yes_said_of_a_whole_collection_is_about_no_single_content(
    world: World,
) -> None:
    collection, record = a_collection(world)
    world.concern(collection, "named", world.people)
    world.approve(collection, world.steward)
    tells_anew(world, record)
    tells_anew(world, collection)

    assert visibility(world, record) is Visibility.FULL
    assert visibility(world, collection) is Visibility.NONE


def a_collection(world: World) -> tuple[str, str]:
    """A collection and a record in it, both on their way to the wiki."""
    collection = world.collection(
        towards=(WIKI,), licence_metadata="cc0-1.0", item_pages="all"
    )
    return collection, world.item_in(collection)


def take_back(world: World, record: str, by: Actor) -> None:
    world.withdraw(record, by)
    if world.state(record) is State.WITHDRAWING:
        done = steps.Withdrawn(destination=WIKI, probes=9, still_visible=0)
        world.take(record, done)


def test_what_an_institution_took_back_needs_the_peoples_yes_again(
    world: World,
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    take_back(world, record, world.archivist)

    assert asks_her(world, record)
    assert world.approve(record, world.archivist) == WaitsFor((world.people,))
    assert world.approve(record, world.steward) == Complete()


def test_an_old_yes_to_the_collection_brings_nothing_back(world: World) -> None:
    collection, record = a_collection(world)
    world.concern(collection, "named", world.people)
    world.approve(collection, world.steward)
    world.approve(record, world.archivist)
    world.publish(record)
    take_back(world, record, world.archivist)

    assert world.approve(record, world.archivist) == WaitsFor((world.people,))
    assert world.approve(record, world.steward) == Complete()


def test_a_no_of_one_party_needs_a_newer_yes_of_the_other_too(world: World) -> None:
    elder = a_family(world)
    record = world.item()
    world.concern(record, "named", world.people, elder.party or "")
    world.approve(record, world.steward)
    world.refuse(record, elder)

    assert world.approve(record, elder) == WaitsFor((world.people,))


VERIFIED = ("tk", "verified")


def labelled(world: World) -> str:
    """A record that concerns a people only by the label that it put there."""
    record = world.item()
    world.concern(record, "nobody")
    world.take(
        record,
        steps.LabelApplied(
            family="tk", type="verified", community=world.people, text_hash=""
        ),
        by=world.steward,
    )
    return record


def take_label_off(world: World, record: str) -> None:
    seen, now = world.length(record), world.later()
    remove_label(world.store, record, VERIFIED, seen=seen, by=world.steward, now=now)


def test_a_not_now_does_not_undo_a_no(world: World) -> None:
    record = labelled(world)
    world.refuse(record, world.steward)
    seen, now = world.length(record), world.later()
    answers.not_now(world.store, record, seen=seen, by=world.steward, now=now)
    with world.store.reading() as db:
        stands = {word.says for word in facts_of(db, (record,))[record].words}
    assert Says.NO in stands
    take_label_off(world, record)

    assert world.approve(record, world.archivist) != Complete()
    assert visibility(world, record) is Visibility.NONE


def test_who_agreed_before_it_was_taken_back_is_asked_though_her_label_is_gone(
    world: World,
) -> None:
    record = labelled(world)
    world.approve(record, world.archivist)
    world.approve(record, world.steward)
    world.publish(record)
    take_back(world, record, world.archivist)
    take_label_off(world, record)

    assert world.approve(record, world.archivist) == WaitsFor((world.people,))
    assert world.approve(record, world.steward) == Complete()


@pytest.mark.parametrize(
    "otherwise",
    [
        {"content_hash": "another"},
        {"rulebook": "no such"},
        {"visibility": "full"},
        {"visibility": "none"},
        {"visibility": "everything"},
        {"units_hash": "others"},
    ],
    ids=str,
)
def test_an_approval_says_nothing_but_what_stands(
    world: World, otherwise: dict[str, str]
) -> None:
    record = world.item()
    world.concern(record, "nobody")
    yes = answers.Yes(informed=True, visibility=Visibility.REDACTED)
    seen, now = world.seen(record), world.later()
    by = world.archivist
    approving.approve(world.store, record, WIKI, seen=seen, by=by, now=now, yes=yes)
    shown = {"visibility": Visibility.REDACTED.word}
    world.take(record, world.approval(record, **shown), by=by)

    with pytest.raises(NotPossible):
        world.take(record, world.approval(record, **shown | otherwise), by=by)


def test_nobody_approves_without_a_yes_of_her_own(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    with pytest.raises(NotPossible):
        world.take(record, world.approval(record), by=world.archivist)
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    with pytest.raises(NotPossible):
        world.take(record, world.approval(record), by=world.archivist)
    world.take(record, world.approval(record), by=world.steward)


def asked_of(world: World, record: str) -> set[tuple[str, str]]:
    """(rule, party) of each question that stands in a queue."""
    table = tables.questions
    query = select(table.c.rule, table.c.party).where(table.c.record_id == record)
    with world.store.reading() as db:
        return {(row.rule, row.party) for row in db.execute(query)}


def agreed_until(world: World, days: int) -> str:
    """A record whose people agreed for so many days."""
    record = world.item()
    world.concern(record, "named", world.people)
    ends = (world.now + timedelta(days=days)).date()
    world.approve(record, world.steward, until=ends)
    return record


def test_a_page_that_closes_with_its_consent_asks_again(world: World) -> None:
    record = agreed_until(world, 30)
    world.publish(record)
    world.now += timedelta(days=40)
    tighten(world.store, (record,), now=world.later())
    world.take(record, steps.StubSaved(destination=WIKI, revision=71))

    assert world.state(record) is State.CLOSED
    assert asks_her(world, record)


def test_a_day_that_passes_asks_again(world: World) -> None:
    record = agreed_until(world, 30)
    assert not asks_her(world, record)
    world.now += timedelta(days=40)
    ask_for_the_day(world.store, (), now=world.later())
    assert asks_her(world, record)


def test_what_has_ended_is_asked_by_portions_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge_base.reopening.PORTION", 2)
    ended = [agreed_until(world, 30) for _ in range(3)]
    world.now += timedelta(days=40)
    turns: list[object] = []
    event.listen(world.store._engine, "commit", turns.append)
    ask_for_the_day(world.store, (), now=world.later())
    looked, written = 3, 2
    assert len(turns) == looked + written
    assert all(asks_her(world, one) for one in ended)


def seasonal(world: World) -> tuple[str, str]:
    """A record that is open in one season, and that season; nobody has opened it."""
    season, record = world.season(), world.item()
    world.concern(record, "named", world.people)
    world.label(record, "seasonal", season=season)
    return record, season


def test_a_season_that_was_turned_is_not_asked_about_any_more(world: World) -> None:
    record, season = seasonal(world)
    assert ("fact-missing-season", world.people) in asked_of(world, record)
    world.turn(season, is_open=True)
    assert ("fact-missing-season", world.people) not in asked_of(world, record)


def test_a_closed_page_that_could_open_waits_for_whoever_may_open_it(
    world: World,
) -> None:
    record, season = seasonal(world)
    world.turn(season, is_open=True)
    world.approve(record, world.steward)
    world.publish(record)
    world.turn(season, is_open=False)
    world.take(record, steps.StubSaved(destination=WIKI, revision=71))
    assert asked_of(world, record) == set()

    world.turn(season, is_open=True)

    both = {("may-open", world.people), ("may-open", "archivist")}
    assert asked_of(world, record) == both
    assert world.state(record) is State.CLOSED
    assert world.approve(record, world.steward) == Complete()
    assert asked_of(world, record) == set()


def in_another_place(world: World, record: str) -> Visibility:
    """As far as it may ever be seen at a place that was set up later."""
    places = (OWN_WIKI, replace(OWN_WIKI, id="other"))
    world.store.destinations = places
    on = world.now.date()
    with world.store.reading() as db:
        return decision_of(db, world.store, record, "other", on=on).at_most


def test_a_no_to_all_places_stands_for_one_that_comes_later(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.refuse(record, world.steward)
    assert world.approve(record, world.steward) == Complete()

    assert visibility(world, record) is Visibility.FULL
    assert in_another_place(world, record) is Visibility.NONE
    world.refuse(record, world.steward)
    assert visibility(world, record) is Visibility.NONE


def test_a_no_to_all_places_said_of_a_collection_stands_for_what_is_in_it(
    world: World,
) -> None:
    collection, record = a_collection(world)
    world.concern(collection, "named", world.people)
    world.refuse(collection, world.steward)
    assert world.approve(collection, world.steward) == Complete()

    assert visibility(world, record) is Visibility.FULL
    assert in_another_place(world, record) is Visibility.NONE


def test_nobody_approves_more_than_all_have_agreed_to(world: World) -> None:
    elder = a_family(world)
    record = world.item()
    world.concern(record, "named", world.people, elder.party or "")
    less = answers.Yes(informed=True, visibility=Visibility.REDACTED)
    seen, now, by = world.seen(record), world.later(), world.steward
    approving.approve(world.store, record, WIKI, seen=seen, by=by, now=now, yes=less)
    assert world.approve(record, elder) == Complete()

    with pytest.raises(NotPossible):
        world.take(record, world.approval(record), by=elder)
