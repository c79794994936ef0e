"""What stands in the queue is what the rulebook of today asks."""

from sqlalchemy import delete, select

from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.tables import questions, watermarks
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import WIKI, World

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
