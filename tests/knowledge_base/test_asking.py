"""What stands in the queue is what the rulebook of today asks."""

import pytest
from sqlalchemy import delete, select

from knowledge_base.approving import WaitsFor
from knowledge_base.asking import ask_by_the_rulebook, ask_members
from knowledge_base.tables import questions, watermarks
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import WIKI, World
from tests.knowledge_base.counted import require_counted

RULE = "hint-culture-given"


def asked(world: World) -> list[tuple[str, str, str]]:
    columns = (questions.c.record_id, questions.c.party, questions.c.rule)
    with world.store.reading() as db:
        return sorted(tuple(row) for row in db.execute(select(*columns)))


def test_a_new_rule_asks_about_what_is_there_already(any_world: World) -> None:
    world = any_world
    shipped = world.store.rulebook
    world.store.rulebook = Rulebook.of(x for x in shipped.rules if x.id != RULE)
    record = world.item(culture="Zephrindle (an invented people)")
    assert (record, RULE) not in {(one, rule) for one, _, rule in asked(world)}

    world.store.rulebook = shipped
    assert ask_by_the_rulebook(world.store, now=world.later()) >= 1

    assert (record, RULE) in {(one, rule) for one, _, rule in asked(world)}
    assert ask_by_the_rulebook(world.store, now=world.later()) == 0


def test_asking_again_from_the_beginning_asks_nothing_twice(world: World) -> None:
    whole = world.collection(towards=(WIKI,))
    world.item_in(whole)
    before = asked(world)
    assert ask_by_the_rulebook(world.store, now=world.later()) == 2
    with world.store.writing() as db:
        db.execute(delete(watermarks))  # as if it had been killed before its end

    assert ask_by_the_rulebook(world.store, now=world.later()) == 2
    assert asked(world) == before


def test_what_is_in_a_large_collection_is_asked_by_the_worker(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = any_world
    monkeypatch.setattr("knowledge_base.asking.AT_ONCE", 3)
    monkeypatch.setattr("knowledge_base.asking.PORTION", 2)
    whole = world.collection()
    inside = [world.item_in(whole) for _ in range(5)]
    before = asked(world)
    world.concern(whole, "named", world.people)
    assert [one for one in asked(world) if one[0] != whole] == before
    # The queue is behind; the gate is not.
    assert isinstance(world.approve(inside[0], world.archivist), WaitsFor)
    done = []
    while True:
        many, collection = ask_members(world.store, now=world.later())
        if not collection:
            break
        done.append(many)
    assert done == [2, 2, 1, 0]
    assert {(one, world.people) for one in inside} <= {x[:2] for x in asked(world)}
    require_counted(world.store)
    now = asked(world)
    with world.store.writing() as db:
        db.execute(delete(watermarks))
    ask_by_the_rulebook(world.store, now=world.later())
    assert asked(world) == now


def test_a_newer_step_begins_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge_base.asking.AT_ONCE", 1)
    monkeypatch.setattr("knowledge_base.asking.PORTION", 2)
    whole = world.collection()
    inside = [world.item_in(whole) for _ in range(3)]
    world.concern(whole, "nobody")
    assert ask_members(world.store, now=world.later())[0] == 2
    world.concern(whole, "named", world.people)
    while ask_members(world.store, now=world.later())[1]:
        pass
    assert {(one, world.people) for one in inside} <= {x[:2] for x in asked(world)}
