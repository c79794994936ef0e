"""That nobody is concerned, said of a collection, reaches what was there to be seen."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from knowledge_base import steps
from knowledge_base.approving import Complete
from knowledge_base.coverage import came_later
from knowledge_base.gate import facts_of
from knowledge_base.notes import Note
from knowledge_base.records import content_text, hash_of
from knowledge_base.steps import SOFTWARE
from knowledge_base.workflow import note
from policies.facts import Nobody, NotKnown
from tests.knowledge_base.conftest import World

Fill = Callable[[], str]


@pytest.fixture
def collection(world: World) -> str:
    return world.collection(item_pages="all")


@pytest.fixture
def brings(world: World, collection: str) -> Fill:
    """Takes in an item of the collection in which nothing was noticed."""

    def bring() -> str:
        record = world.item_in(collection)
        world.take(record, steps.Screened(rulebook="x", findings=()))
        return record

    return bring


def is_covered(world: World, record: str) -> bool:
    with world.store.reading() as db:
        concerned = facts_of(db, (record,))[record].concerned
    assert isinstance(concerned, Nobody | NotKnown)
    return isinstance(concerned, Nobody)


def changes(world: World, record: str, *, concerns: bool) -> None:
    """The source says something else; still nothing is noticed in it."""
    text = content_text({"title": ("A boat (invented)",), "maker": ("Ada (invented)",)})
    changed = steps.ContentChanged(
        content_hash=hash_of(text), fields=("maker",), concerns=concerns
    )
    seen = world.length(record)
    one = Note(record=record, seen=seen, step=changed, by=SOFTWARE, text=text)
    note(world.store, [one], now=world.later())
    world.take(record, steps.Screened(rulebook="x", findings=()))


def test_what_was_there_is_covered(world: World, collection: str, brings: Fill) -> None:
    record = brings()
    world.concern(collection, "nobody")

    assert is_covered(world, record)
    assert isinstance(world.approve(record, world.archivist), Complete)


def test_what_came_later_is_asked_about_itself(
    world: World, collection: str, brings: Fill
) -> None:
    world.concern(collection, "nobody")
    record = brings()

    assert not is_covered(world, record)
    assert not isinstance(world.approve(record, world.archivist), Complete)


def test_what_changed_later_is_asked_about_itself(
    world: World, collection: str, brings: Fill
) -> None:
    record = brings()
    world.concern(collection, "nobody")
    changes(world, record, concerns=True)

    assert not is_covered(world, record)


def test_a_change_that_concerns_no_people_leaves_the_answer(
    world: World, collection: str, brings: Fill
) -> None:
    record = brings()
    world.concern(collection, "nobody")
    changes(world, record, concerns=False)

    assert is_covered(world, record)


def test_an_answer_given_anew_reaches_what_came_between(
    world: World, collection: str, brings: Fill
) -> None:
    world.concern(collection, "nobody")
    record = brings()
    world.concern(collection, "nobody")

    assert is_covered(world, record)


def test_the_steps_of_many_records_are_looked_up_by_the_records(world: World) -> None:
    """And not by what kind they are of: there are as many as records."""
    asked: list[str] = []
    with world.store.reading() as db:
        event.listen(db, "before_cursor_execute", lambda *x: asked.append(x[2]))
        came_later(db, {f"record-{n}": "collection" for n in range(200)})
        (query,) = list(asked)
        values = tuple("x" * query.count("?"))
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    assert "(record_id=?)" in plan[0][3]
