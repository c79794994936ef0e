"""What closes a page, for which reason, and that closing is done at once and once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event

from knowledge_base import approving, flags, steps
from knowledge_base.answers import Yes
from knowledge_base.approving import Complete
from knowledge_base.asking import ask_members
from knowledge_base.calendar_days import CivilDays, civil_days
from knowledge_base.flags import FlagAgainst
from knowledge_base.gate import facts_of
from knowledge_base.history import history_of, journeys_of
from knowledge_base.journeys import State
from knowledge_base.kept_views import kept_views
from knowledge_base.labelling import LabelWords, apply_label
from knowledge_base.records import get_record
from knowledge_base.reopening import ask_for_the_day, labelled_for
from knowledge_base.steps import ANYONE, Actor
from knowledge_base.store import Store
from knowledge_base.tightening import tighten, tighten_these
from knowledge_base.work import DONE, work
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World, make_world

OTHER = "other-wiki"


def published(world: World) -> str:
    record = world.item()
    world.concern(record, "named", world.people)
    assert world.approve(record, world.steward) == Complete()
    world.publish(record)
    return record


def raise_flag(world: World, record: str, by: Actor = ANYONE, **how: bool) -> str:
    return flags.flag(
        world.store,
        record,
        FlagAgainst(against="not-written-yet", is_grave=how.get("is_grave", True)),
        seen=world.length(record),
        by=by,
        now=world.later(),
    )


def make_secret(world: World, record: str) -> None:
    world.label(record, "secret_sacred")
    tighten(world.store, (record,), now=world.later())


def make_secret_at_once(world: World, record: str) -> None:
    apply_label(
        world.store,
        record,
        ("tk", "secret_sacred"),
        LabelWords(),
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )


def reasons(world: World, record: str) -> list[str]:
    with world.store.reading() as db:
        history = history_of(db, record)
    return [x.step.because for x in history if isinstance(x.step, steps.Closed)]


def test_a_page_that_only_rested_is_closed_again_for_a_stronger_reason(
    world: World,
) -> None:
    record = published(world)
    raise_flag(world, record)
    assert (reasons(world, record), world.state(record)) == (["flag"], State.CLOSING)
    make_secret(world, record)
    assert reasons(world, record) == ["flag", "decision"]
    assert world.state(record) is State.CLOSING
    assert tighten(world.store, (record,), now=world.later()) == 0


def test_a_page_that_rests_already_goes_back_to_be_hidden(world: World) -> None:
    record = published(world)
    raise_flag(world, record)
    world.take(record, steps.StubSaved(destination=WIKI, revision=71))
    assert tighten(world.store, (record,), now=world.later()) == 0
    make_secret(world, record)
    assert reasons(world, record) == ["flag", "decision"]
    assert world.state(record) is State.CLOSING


def test_a_season_that_closes_is_the_reason_whatever_was_flagged(
    world: World,
) -> None:
    season = world.season()
    world.turn(season, is_open=True)
    record = world.item()
    world.concern(record, "named", world.people)
    world.label(record, "seasonal", season=season)
    assert world.approve(record, world.steward) == Complete()
    world.publish(record)
    raise_flag(world, record)
    world.turn(season, is_open=False)
    assert reasons(world, record) == ["flag", "season"]


def in_a_season(world: World) -> tuple[str, str, str]:
    """A collection that follows a season, an item published in it, and the season."""
    season = world.season()
    world.turn(season, is_open=True)
    whole, item = world.item_in_theirs()
    world.label(whole, "seasonal", season=season)
    world.approve(item, world.steward)
    world.approve(item, world.archivist)
    return whole, item, season


def test_a_season_of_a_collection_closes_what_is_in_it(world: World) -> None:
    whole, item, season = in_a_season(world)
    world.publish(item)
    with world.store.reading() as db:
        assert labelled_for(db, season) == (whole,)
    world.turn(season, is_open=False)
    assert world.state(item) is State.CLOSING


def test_a_label_put_on_a_collection_closes_what_is_in_it(world: World) -> None:
    whole, item = world.item_in_theirs()
    world.approve(item, world.steward)
    world.publish(item)
    make_secret_at_once(world, whole)
    assert world.state(item) is State.CLOSING


def published_in(world: World, many: int) -> tuple[str, list[str]]:
    """A collection that is theirs, and so many items published in it."""
    whole, first = world.item_in_theirs()
    inside = [first, *(world.item_in(whole) for _ in range(many - 1))]
    for item in inside:
        world.approve(item, world.steward)
        world.publish(item)
    return whole, inside


def test_what_is_in_a_large_collection_is_closed_by_the_worker(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = any_world
    monkeypatch.setattr("knowledge_base.asking.AT_ONCE", 2)
    monkeypatch.setattr("knowledge_base.asking.PORTION", 2)
    whole, inside = published_in(world, 3)
    make_secret_at_once(world, whole)
    # It waits for the worker; nobody may read it meanwhile, and nothing is saved.
    assert {world.state(item) for item in inside} == {State.PUBLISHED}
    with world.store.reading() as db:
        on = civil_days(world.now).closing
        assert not any(kept_views(db, world.store, x, on=on) for x in inside)
    (turn,) = work(world.store, worker="w", clock=world.later, only="members")
    assert (turn.outcome, turn.done) == (DONE, 3)
    assert {world.state(item) for item in inside} == {State.CLOSING}


def test_a_step_while_the_worker_closes_makes_it_begin_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge_base.asking.AT_ONCE", 1)
    monkeypatch.setattr("knowledge_base.asking.PORTION", 2)
    whole, inside = published_in(world, 3)
    world.label(whole, "verified")
    while_it_closes = [partial(make_secret_at_once, world, whole)]

    def close(ids: Sequence[str]) -> None:
        tighten_these(world.store, ids, now=world.later())
        while while_it_closes:
            while_it_closes.pop()()

    while ask_members(world.store, now=world.later(), first=close)[1]:
        pass
    assert {world.state(item) for item in inside} == {State.CLOSING}


def test_what_is_to_be_closed_is_gone_through_by_portions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge_base.tightening.PORTION", 2)
    whole, inside = published_in(world, 3)
    world.label(whole, "secret_sacred")
    looked: list[int] = []

    def hear(*heard: Any) -> None:
        if "FROM journeys" in heard[2]:
            looked.append(sum(one in inside for one in heard[3]))

    event.listen(world.store._engine, "before_cursor_execute", hear)
    assert tighten(world.store, (whole,), now=world.later()) == len(inside)
    assert max(looked) <= 2


def test_whoever_is_asked_for_the_day_is_asked_by_portions(world: World) -> None:
    items = [world.item() for _ in range(5)]
    turns: list[object] = []
    event.listen(world.store._engine, "commit", turns.append)
    portions = (items[begins : begins + 2] for begins in range(0, 5, 2))
    ask_for_the_day(world.store, portions, now=world.later())
    written = 3
    assert len(turns) == written + 1  # and it looked for what has ended


def test_a_grave_flag_on_a_record_with_two_destinations_closes_both(
    sqlite_url: str,
) -> None:
    world = make_world(sqlite_url)
    there = replace(OWN_WIKI, id=OTHER)
    world.store.close()
    world.store = Store.open(
        sqlite_url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI, there),
        keys=None,
    )
    record = world.item()
    world.take(record, steps.SetOut(destination=OTHER))
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.publish(record)
    approving.approve(
        world.store,
        record,
        OTHER,
        seen=world.seen(record),
        by=world.archivist,
        now=world.later(),
        yes=Yes(informed=True),
    )
    raise_flag(world, record, by=world.archivist)
    with world.store.reading() as db:
        states = {one.destination: one.state for one in journeys_of(db, record)}
    world.store.close()
    assert states == {WIKI: State.CLOSING, OTHER: State.IN_REVIEW}


class Elsewhere(Store):
    """The same store, on which somebody else acts while nobody holds it."""

    def __init__(self, store: Store, act: Callable[[], None], times: int) -> None:
        super().__init__(
            store._engine,
            rulebook=store.rulebook,
            destinations=store.destinations,
            keys=None,
        )
        self.act, self.left = act, times

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self.left:
            self.left -= 1
            self.act()
        with super().writing() as db:
            yield db


def test_what_moves_on_meanwhile_is_looked_at_again(world: World) -> None:
    record, meanwhile = to_be_closed(world)
    elsewhere = Elsewhere(world.store, meanwhile, times=2)
    assert tighten(elsewhere, (record,), now=world.later()) == 1
    assert world.state(record) is State.CLOSING


def test_what_never_rests_is_left_to_the_next_run_and_breaks_no_act(
    world: World,
) -> None:
    record, meanwhile = to_be_closed(world)
    elsewhere = Elsewhere(world.store, meanwhile, times=1000)
    assert tighten(elsewhere, (record,), now=world.later()) == 0
    assert world.state(record) is State.PUBLISHED


def to_be_closed(world: World) -> tuple[str, Callable[[], None]]:
    """A published record with a label that closes it, and an act that moves it on."""
    record = published(world)
    label = steps.LabelApplied(
        family="tk", type="secret_sacred", community=world.people, text_hash=""
    )
    world.take(record, label, by=world.steward)
    asked = steps.Asked(party=world.people)
    return record, lambda: world.take(record, asked, by=world.archivist)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-03-04T09:59:59", CivilDays(date(2026, 3, 3), date(2026, 3, 4))),
        ("2026-03-04T10:00:00", CivilDays(date(2026, 3, 3), date(2026, 3, 5))),
        ("2026-03-04T12:00:00", CivilDays(date(2026, 3, 4), date(2026, 3, 5))),
    ],
)
def test_a_day_ends_where_it_begins_first_and_opens_where_it_begins_last(
    now: str, days: CivilDays
) -> None:
    assert civil_days(datetime.fromisoformat(now).replace(tzinfo=UTC)) == days


def test_a_consent_ends_when_its_last_day_is_over_anywhere(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward, until=date(2026, 3, 5))
    world.publish(record)
    before = datetime(2026, 3, 4, 9, 59, tzinfo=UTC)
    assert tighten(world.store, (record,), now=before) == 0
    midnight_on_the_line_islands = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
    assert tighten(world.store, (record,), now=midnight_on_the_line_islands) == 1
    assert reasons(world, record) == ["consent"]


@pytest.mark.parametrize("hour", [0, 9, 11, 23])
def test_a_yes_counts_at_once_at_every_hour(world: World, hour: int) -> None:
    world.now = datetime(2026, 3, 4, hour, 30, tzinfo=UTC)
    record = world.item()
    world.concern(record, "named", world.people)
    assert world.approve(record, world.steward) == Complete()
    world.publish(record)
    assert world.state(record) is State.PUBLISHED
    with world.store.reading() as db:
        (said,) = facts_of(db, (record,))[record].words
    assert said.since == civil_days(world.now).opening


def test_a_communitys_flag_says_that_it_is_concerned(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.publish(record)
    raise_flag(world, record, by=world.steward, is_grave=False)
    with world.store.reading() as db:
        known = get_record(db, record).known
    assert known.concern.answer == "not-known"
    assert [flag.party for flag in known.flags] == [world.people]
    # No more is saved, and yet what is not grave takes nothing down.
    assert world.state(record) is State.PUBLISHED


def test_a_report_that_it_concerns_the_asker_undoes_nobody(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.publish(record)
    reported = steps.Reported(destination="*", concerns_asker=True, is_grave=False)
    world.take(record, reported, by=ANYONE)
    assert world.approve(record, world.archivist) != Complete()
    raise_flag(world, record)
    # The report is no decision yet: the page rests, and can be read again.
    assert reasons(world, record) == ["flag"]
    world.concern(record, "nobody")
    with world.store.reading() as db:
        assert get_record(db, record).known.concern.answer == "nobody"


def test_an_archivists_flag_leaves_nobody_as_it_was(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    raise_flag(world, record, by=world.archivist)
    with world.store.reading() as db:
        assert get_record(db, record).known.concern.answer == "nobody"
