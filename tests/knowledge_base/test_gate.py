"""What the gate asks again at the moment of the act, and what it forgets in time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from knowledge_base import answers, steps, tables
from knowledge_base.approving import decision_after
from knowledge_base.calendar_days import civil_days
from knowledge_base.gate import (
    Deciding,
    decide_for,
    decision_of,
    facts_of,
    is_clear,
)
from knowledge_base.history import history_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.records import get_record
from knowledge_base.reopening import ask_for_the_day
from knowledge_base.steps import body_of
from knowledge_base.tightening import tighten
from policies.decision import Decision
from policies.facts import ANY_DESTINATION, Facts, Says, Word
from policies.purposes import Purpose
from policies.truth import Truth
from policies.visibility import Visibility
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World

NOTICE = steps.NoticeApplied(type="traditional_knowledge")


def decision(world: World, record: str) -> Decision:
    with world.store.reading() as db:
        return decision_of(db, world.store, record, WIKI, on=world.now.date())


def facts(world: World, record: str) -> Facts:
    with world.store.reading() as db:
        return facts_of(db, (record,))[record]


def asked_of(world: World, record: str) -> list[str]:
    """The parties that a queue asks about the record."""
    table = tables.questions
    with world.store.reading() as db:
        query = select(table.c.party).where(table.c.record_id == record)
        return list(db.scalars(query))


def reasons(world: World, record: str) -> list[str]:
    with world.store.reading() as db:
        taken = [one.step for one in history_of(db, record)]
    return [one.because for one in taken if isinstance(one, steps.Closed)]


def approved(world: World) -> str:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    return record


def closed(world: World) -> str:
    record = approved(world)
    world.publish(record)
    world.take(record, steps.Closed(destination=WIKI, because="flag"))
    world.take(record, steps.StubSaved(destination=WIKI, revision=71))
    assert world.state(record) is State.CLOSED
    return record


# --- asked again inside the transaction


def test_what_is_alike_is_decided_alike_and_each_as_itself(world: World) -> None:
    alike, like_it, theirs = (world.item() for _ in range(3))
    world.concern(theirs, "named", world.people)
    on, purposes = world.now.date(), (Purpose.SHOW, Purpose.INDEX)
    with world.store.reading() as db:
        all_facts = facts_of(db, (alike, like_it, theirs))
    assert all_facts[alike].likeness == all_facts[like_it].likeness
    theirs_too = replace(OWN_WIKI, id="theirs", is_ours=Truth.FALSE)
    world.store.destinations = (OWN_WIKI, theirs_too)
    deciding = Deciding(world.store, on=on)
    for one in all_facts.values():
        for where in (WIKI, "theirs"):
            for purpose in purposes:
                alone = decide_for(world.store, one, where, on=on, purpose=purpose)
                assert deciding.decide(one, where, purpose) == alone


def test_nothing_is_reopened_while_a_question_is_open(world: World) -> None:
    record = closed(world)
    reopened = steps.Reopened(**body_of(world.approval(record, visibility="stub")))
    world.take(record, NOTICE, by=world.archivist)
    assert decision(world, record).visibility is Visibility.STUB
    with pytest.raises(NotPossible, match="waiting for an answer"):
        world.take(record, reopened, by=world.archivist)


@pytest.mark.parametrize("paused", [False, True])
def test_a_question_is_open_though_its_asking_pauses(
    world: World, paused: bool
) -> None:
    record = approved(world)
    world.take(record, NOTICE, by=world.archivist)
    asks = decision(world, record)
    asked = tuple(replace(one, paused=paused) for one in asks.questions)
    assert is_clear(replace(asks, questions=()))
    assert not is_clear(replace(asks, questions=asked))


def test_a_yes_to_an_item_takes_no_no_to_its_collection_away(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    of_the_whole = Word(
        party=world.people,
        says=Says.NO,
        destination=ANY_DESTINATION,
        purposes=frozenset(Purpose),
        visibility=Visibility.NONE,
        since=date(2026, 1, 1),
        until=None,
        informed=False,
        by="x",
    )
    known = replace(facts(world, record), words=frozenset({of_the_whole}))
    yes, now = answers.Yes(informed=True), world.later()
    after = decision_after(
        world.store, known, WIKI, yes, by=world.steward, now=now, own=frozenset()
    )
    assert after.visibility is Visibility.NONE


# --- what was found


def test_a_new_screening_takes_the_place_of_the_one_before(world: World) -> None:
    record = world.item()
    found = steps.SeenFinding(rule="x", field="title", start=0, end=1, evidence="A")
    world.take(record, steps.Screened(rulebook="r", findings=(found,)))
    world.take(record, steps.Screened(rulebook="r", findings=()))
    with world.store.reading() as db:
        assert get_record(db, record).known.findings == ()


def test_a_content_that_nobody_screened_yet_is_asked_about(world: World) -> None:
    record = approved(world)
    changed = steps.ContentChanged(content_hash="h", fields=("title",), concerns=False)
    world.take(record, changed)
    assert facts(world, record).findings is None
    assert decision(world, record).visibility is Visibility.NONE


# --- to the day


def test_a_day_closes_where_it_begins_first_and_opens_where_it_begins_last() -> None:
    first = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)  # midnight at UTC+14
    last = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # midnight at UTC-12
    minute = timedelta(minutes=1)
    assert civil_days(first).closing == date(2026, 3, 2)
    assert civil_days(first - minute).closing == date(2026, 3, 1)
    assert civil_days(last).opening == date(2026, 3, 2)
    assert civil_days(last - minute).opening == date(2026, 3, 1)


def test_not_now_pauses_the_asking_until_the_day_it_names(world: World) -> None:
    record, day = world.item(), date(2026, 6, 1)
    world.concern(record, "named", world.people)
    not_now = answers.answered(Says.NOT_NOW, "*", world.steward, None, world.now)
    world.take(record, replace(not_now, until=day), by=world.steward)
    for on, pauses in ((day - timedelta(days=1), True), (day, False)):
        decided = decide_for(world.store, facts(world, record), WIKI, on=on)
        asked = [one.paused for one in decided.questions if one.to == world.people]
        assert asked == [pauses]


def agreed_until(world: World, day: date) -> str:
    record = world.item()
    world.concern(record, "named", world.people)
    yes = answers.answered(
        Says.YES,
        WIKI,
        world.steward,
        answers.Yes(informed=True, until=day),
        world.now,
        units_hash="u",
    )
    world.take(record, yes, world.approval(record), by=world.steward)
    return record


FIRST_MOMENT = datetime(2026, 5, 31, 10, 0, tzinfo=UTC)  # of June at UTC+14


def test_a_yes_that_ends_is_asked_about_from_its_last_moment_on(world: World) -> None:
    record = agreed_until(world, date(2026, 6, 1))
    for moment, is_asked in (
        (FIRST_MOMENT - timedelta(minutes=1), False),
        (FIRST_MOMENT, True),
    ):
        ask_for_the_day(world.store, (), now=moment)
        assert bool(asked_of(world, record)) is is_asked


def test_a_yes_that_ends_closes_its_page_for_that_reason(world: World) -> None:
    record = agreed_until(world, date(2026, 6, 1))
    world.publish(record)
    assert tighten(world.store, (record,), now=FIRST_MOMENT - timedelta(minutes=1)) == 0
    assert tighten(world.store, (record,), now=FIRST_MOMENT) == 1
    assert reasons(world, record) == ["consent"]


@pytest.mark.parametrize("state", ["approved", "published", "changed"])
def test_whatever_stands_is_closed_when_its_yes_has_ended(
    world: World, state: str
) -> None:
    record = agreed_until(world, date(2026, 6, 1))
    if state != "approved":
        world.publish(record)
    if state == "changed":
        world.take(record, steps.Changed(destination=WIKI, by="wiki"))
    assert world.state(record) is State(state)
    assert tighten(world.store, (record,), now=FIRST_MOMENT) == 1
