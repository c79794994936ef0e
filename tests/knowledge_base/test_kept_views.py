"""What is kept of a view is what would be worked out now, or it is not shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from knowledge_base import steps, tables
from knowledge_base.kept_views import (
    count_shown,
    kept_view,
    list_shown,
    renew_all,
    renew_stale,
)
from knowledge_base.notes import Note
from knowledge_base.public import standing_view
from knowledge_base.steps import SOFTWARE
from knowledge_base.workflow import note
from policies.view import PublicView
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World


def today(world: World) -> date:
    return (world.now + timedelta(hours=14)).date()


def kept(world: World, record: str) -> PublicView | None:
    with world.store.reading() as db:
        return kept_view(db, world.store, record, WIKI, on=today(world))


def live(world: World, record: str) -> PublicView | None:
    with world.store.reading() as db:
        return standing_view(db, world.store, record, WIKI, on=today(world))


def listed(world: World, collection: str | None = None) -> tuple[str, ...]:
    with world.store.reading() as db:
        page = list_shown(
            db, world.store, WIKI, on=today(world), collection=collection, limit=1000
        )
        many = count_shown(
            db, world.store, WIKI, on=today(world), collection=collection
        )
    assert many == len(page.views)
    return tuple(view.record for view in page.views)


def shown_item(world: World, collection: str | None = None, **fields: str) -> str:
    """An item that its people let be seen."""
    record = world.item_in(collection, fields)
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    assert kept(world, record) is not None
    return record


def test_what_a_person_approved_is_kept_listed_and_counted(any_world: World) -> None:
    world = any_world
    assert listed(world) == ()
    record = shown_item(world)
    assert kept(world, record) == live(world, record)
    assert listed(world) == (record,)
    world.withdraw(record, world.steward)
    assert kept(world, record) is None
    assert listed(world) == ()


def _label(world: World, record: str) -> None:
    world.label(record, "secret_sacred")


def _refuse(world: World, record: str) -> None:
    world.refuse(record, world.steward)


def _flag(world: World, record: str) -> None:
    held = steps.Held(flag="f", against="x", party=world.people, is_grave=True)
    world.take(record, held, by=world.steward)


def _erase(world: World, record: str) -> None:
    world.withdraw(record, world.steward)
    world.take(record, steps.Erased(), by=world.steward)


def _say_something_else(world: World, record: str) -> None:
    content = steps.ContentChanged(content_hash="x", fields=("title",), concerns=False)
    seen = world.length(record)
    one = Note(record=record, seen=seen, step=content, by=SOFTWARE, text="{}")
    note(world.store, [one], now=world.later())


def _withdraw(world: World, record: str) -> None:
    world.withdraw(record, world.steward)


@pytest.mark.parametrize(
    "act", [_label, _refuse, _flag, _erase, _say_something_else, _withdraw]
)
def test_no_step_leaves_more_to_be_seen_than_there_is(
    any_world: World, act: Callable[[World, str], None]
) -> None:
    world = any_world
    record, other = shown_item(world), shown_item(world)
    act(world, record)
    assert kept(world, record) is None
    assert live(world, record) is None
    assert listed(world) == (other,)


def test_a_date_that_passed_is_heeded_before_anybody_works_it_out(
    any_world: World,
) -> None:
    world = any_world
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward, until=date(2026, 6, 1))
    assert listed(world) == (record,)
    world.now += timedelta(days=200)
    assert kept(world, record) is None
    assert listed(world) == ()
    assert renew_stale(world.store, now=world.now) == 1
    assert listed(world) == ()
    assert renew_stale(world.store, now=world.now) == 0


def test_a_clock_that_went_back_shows_nothing_before_its_time(world: World) -> None:
    record = shown_item(world)
    world.now -= timedelta(days=3)
    assert kept(world, record) is None
    assert listed(world) == ()
    # By this clock nobody has said yes yet.
    assert renew_stale(world.store, now=world.now) == 1
    assert kept(world, record) == live(world, record) is None
    world.now += timedelta(days=3)
    assert renew_stale(world.store, now=world.now) == 1
    assert listed(world) == (record,)


def test_a_season_that_closes_closes_what_is_kept_of_it(any_world: World) -> None:
    world = any_world
    season = world.season()
    world.turn(season, is_open=True)
    record = world.item()
    world.concern(record, "named", world.people)
    world.label(record, "seasonal", season=season)
    world.approve(record, world.steward)
    assert listed(world) == (record,)
    world.turn(season, is_open=False)
    assert kept(world, record) is None
    assert listed(world) == ()


def test_another_rulebook_shows_nothing_that_was_kept_before(world: World) -> None:
    record = shown_item(world)
    world.store.rulebook = replace(world.store.rulebook, version="another")
    assert kept(world, record) is None
    assert listed(world) == ()
    assert renew_all(world.store, now=world.now) == 1
    assert kept(world, record) == live(world, record) is None


def test_another_place_under_the_same_name_shows_nothing_kept(world: World) -> None:
    record = shown_item(world)
    before = world.store.destinations
    world.store.destinations = (replace(OWN_WIKI, licence=None),)
    assert kept(world, record) is None
    renew_all(world.store, now=world.now)
    assert kept(world, record) == live(world, record)
    world.store.destinations = before
    renew_all(world.store, now=world.now)
    assert listed(world) == (record,)


def test_a_place_that_is_named_again_is_worked_out_again(world: World) -> None:
    record = shown_item(world)
    before = world.store.destinations
    world.store.destinations = ()
    renew_all(world.store, now=world.now)
    assert renew_stale(world.store, now=world.now) == 0
    world.store.destinations = before
    assert listed(world) == ()
    renew_all(world.store, now=world.now)
    assert listed(world) == (record,)


def stored(world: World, word: str) -> bool:
    """Whether whoever has the database reads that word in what is kept."""
    columns = tables.views.c
    with world.store.reading() as db:
        found = db.execute(select(columns.place, columns.shown, columns.tokens)).all()
    return any(word in (text or "") for row in found for text in row)


def test_what_a_step_takes_back_is_out_of_the_table_with_the_step(
    any_world: World,
) -> None:
    record = shown_item(any_world, title="quilloxin")
    assert stored(any_world, "quilloxin")
    any_world.refuse(record, any_world.steward)
    assert not stored(any_world, "quilloxin")


def test_a_text_past_its_day_stays_in_the_table_until_the_worker_was_there(
    any_world: World,
) -> None:
    """docs/who-can-see.md says so: it is shown to nobody, and can be read there."""
    world = any_world
    record = world.item(title="quilloxin")
    world.concern(record, "named", world.people)
    world.approve(record, world.steward, until=date(2026, 6, 1))
    world.now += timedelta(days=200)
    assert (kept(world, record), stored(world, "quilloxin")) == (None, True)
    renew_all(world.store, now=world.now)
    assert not stored(world, "quilloxin")


def test_so_does_that_of_a_large_collection_that_was_just_closed(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = any_world
    for asked in ("knowledge_base.kept_views.following", "knowledge_base.asking"):
        monkeypatch.setattr(f"{asked}.AT_ONCE", 1)
    whole = world.collection()
    world.concern(whole, "named", world.people)
    records = [shown_item(world, whole, title="quilloxin") for _ in range(3)]
    world.label(whole, "secret_sacred")
    assert {kept(world, one) for one in records} == {None}
    assert stored(world, "quilloxin")
    renew_all(world.store, now=world.now)
    assert not stored(world, "quilloxin")


@pytest.mark.parametrize("many", [2, 5])
def test_what_befalls_a_collection_befalls_what_is_kept_of_it(
    any_world: World, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    world = any_world
    monkeypatch.setattr("knowledge_base.kept_views.following.AT_ONCE", 3)
    whole = world.collection()
    world.concern(whole, "named", world.people)
    records = {shown_item(world, whole) for _ in range(many)}
    assert set(listed(world, whole)) == records
    world.label(whole, "verified")
    for record in records:
        assert kept(world, record) in (None, live(world, record))
    renew_all(world.store, now=world.now)
    assert all(kept(world, x) == live(world, x) for x in records)
    world.label(whole, "secret_sacred")
    assert listed(world, whole) == ()
    renew_all(world.store, now=world.now)
    assert listed(world, whole) == ()


def test_a_row_that_nobody_worked_out_anew_is_not_served(any_world: World) -> None:
    """The reader looks itself: whoever forgets to work a view out leaves a gap."""
    world = any_world
    record = shown_item(world)
    weighed = update(tables.records).where(tables.records.c.id == record)
    with world.store.writing() as db:
        db.execute(weighed.values(weighed=tables.records.c.weighed + 1))
    assert kept(world, record) is None
    with world.store.reading() as db:
        assert not list_shown(db, world.store, WIKI, on=today(world)).views


def test_a_collection_that_moved_on_hides_what_is_kept_of_its_records(
    any_world: World,
) -> None:
    world = any_world
    whole = world.collection()
    world.concern(whole, "named", world.people)
    record = shown_item(world, whole)
    weighed = update(tables.records).where(tables.records.c.id == whole)
    with world.store.writing() as db:
        db.execute(weighed.values(weighed=tables.records.c.weighed + 1))
    assert kept(world, record) is None


def test_a_list_goes_on_after_the_last_one_seen(any_world: World) -> None:
    world = any_world
    titles = ["b", "A", "ʻĀina", "c", "面具", "b"]
    records = [shown_item(world, title=title) for title in titles]
    found: list[str] = []
    after = ""
    with world.store.reading() as db:
        while True:
            page = list_shown(
                db, world.store, WIKI, on=today(world), after=after, limit=2
            )
            found += [view.fields[0].values[0] for view in page.views]
            if page.after is None:
                break
            after = page.after
    assert found == ["ʻĀina", "A", "b", "b", "c", "面具"]
    assert len(records) == len(found)


def test_a_record_that_is_not_shown_is_no_place_to_go_on_from(world: World) -> None:
    shown, hidden = shown_item(world), world.item(title="zz CANARY")
    with world.store.reading() as db:
        places = [
            list_shown(db, world.store, WIKI, on=today(world), after=after)
            for after in (hidden, "0" * 32)
        ]
    assert [view.record for view in places[0].views] == [shown]
    assert places[0] == places[1]


def test_restricted_and_absent_ask_the_same(world: World) -> None:
    hidden = world.item()
    world.label(hidden, "secret_sacred")

    def asked(record: str) -> list[str]:
        said: list[str] = []
        with world.store.reading() as db:
            event.listen(
                db, "before_cursor_execute", lambda *args: said.append(args[2])
            )
            assert kept_view(db, world.store, record, WIKI, on=today(world)) is None
        return said

    assert asked(hidden) == asked("0" * 32)


def test_a_community_is_called_by_its_new_name(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.label(record, "verified")
    world.approve(record, world.steward)
    before = kept(world, record)
    content = '{"name":["Quillmarsh (an invented people)"]}'
    renamed = steps.ContentChanged(content_hash="x", fields=("name",), concerns=False)
    seen = world.length(world.people)
    one = Note(record=world.people, seen=seen, step=renamed, by=SOFTWARE, text=content)
    note(world.store, [one], now=world.later())
    assert before is not None
    assert "Zephrindle" in before.canonical
    after = kept(world, record)
    assert after == live(world, record)
    assert after is not None
    assert "Quillmarsh" in after.canonical
