"""The numbers of what waits are kept with the questions, on each database."""

import pytest
from sqlalchemy import select

from knowledge_base import answers
from knowledge_base.accounts import find_account
from knowledge_base.answers import Yes
from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.queue import Filter, tallies_for, waiting_for
from knowledge_base.tables import ready
from policies.facts import Says
from tests.knowledge_base.conftest import World
from tests.knowledge_base.counted import require_counted


def held(world: World) -> int:
    """How many records wait for the steward."""
    with world.store.reading() as db:
        steward = find_account(db, id=world.steward.account or "")
        assert steward is not None
        tallies = tallies_for(db, steward)
        number = tallies.held_by([one.rule for one in tallies.counts()])
        assert number == len(waiting_for(db, world.store, steward, Filter(), limit=100))
    return number


def test_an_answer_takes_its_record_out_of_the_number(any_world: World) -> None:
    world = any_world
    whole, first = world.item_in_theirs()
    second = world.item_in(whole)
    assert held(world) == 3 - 1
    world.approve(first, world.steward)
    assert held(world) == 1
    world.refuse(second, world.steward)
    assert held(world) == 0
    require_counted(world.store)


def test_what_waits_for_nothing_but_a_yes_is_in_the_archivists_queue(
    any_world: World,
) -> None:
    world = any_world
    record = world.item()
    world.concern(record, "nobody")
    with world.store.reading() as db:
        ilse = find_account(db, id=world.archivist.account or "")
        assert ilse is not None
        waiting = {
            one.record: one.asked
            for one in waiting_for(db, world.store, ilse, Filter())
        }
    assert waiting[record] == ()
    world.approve(record, world.archivist)
    require_counted(world.store)


def test_what_waits_and_is_kept_secret_is_not_in_the_archivists_queue(
    any_world: World,
) -> None:
    world = any_world
    whole = world.collection()
    world.concern(whole, "named", world.people)
    world.label(whole, "secret_sacred")
    yes = answers.answered(Says.YES, "*", world.steward, Yes(informed=True), world.now)
    world.take(whole, yes, by=world.steward)
    record = world.item_in(whole)
    with world.store.reading() as db:
        ilse = find_account(db, id=world.archivist.account or "")
        assert ilse is not None
        assert record in set(db.scalars(select(ready.c.record_id)))
        assert waiting_for(db, world.store, ilse, Filter()) == ()


@pytest.mark.parametrize("again", [1, 2])
def test_another_rulebook_counts_anew(any_world: World, again: int) -> None:
    world = any_world
    whole, _ = world.item_in_theirs()
    world.item_in(whole)
    for _ in range(again):
        with world.store.writing() as db:
            db.exec_driver_sql("DELETE FROM watermarks")
        ask_by_the_rulebook(world.store, now=world.later())
    require_counted(world.store)
