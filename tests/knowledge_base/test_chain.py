"""Whatever of the history is changed by hand is found: each column, each kept text."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, delete, insert, select, update

from knowledge_base import steps
from knowledge_base.chain import Audit, step_hash, verify
from knowledge_base.steps import Remembered
from knowledge_base.tables import contents
from knowledge_base.tables import steps as stored
from tests.knowledge_base.conftest import World

# What a hand might write into each column of a step, where the database lets it.
CHANGED: dict[str, Callable[[Row[Any]], Any]] = {
    "position": lambda row: row.position + 1000,
    "record_id": lambda row: "0" * 32,
    "ordinal": lambda row: row.ordinal + 1000,
    "kind": lambda row: "refused",
    "version": lambda row: row.version + 1,
    "at": lambda row: row.at + timedelta(microseconds=1),
    "voice": lambda row: "anyone",
    "actor": lambda row: "somebody-else",
    "by_command": lambda row: not row.by_command,
    "reason": lambda row: "not-sure",
    "body": lambda row: row.body | {"fields": ["title"]},
    "commitment": lambda row: "0" * 64,
    "previous": lambda row: "0" * 64,
    "hash": lambda row: "f" * 64,
}


@pytest.fixture(autouse=True)
def read_in_small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is found also where one portion ends and the next begins."""
    monkeypatch.setattr("knowledge_base.chain.PORTION", 2)


def audit(world: World) -> Audit:
    with world.store.reading() as db:
        return verify(db)


def step_with_a_text(world: World) -> Row[Any]:
    """The step that says what a record contains, in the middle of the chain."""
    record = world.item(description="CANARY words (invented)")
    world.item()
    with world.store.reading() as db:
        found = select(stored).where(stored.c.record_id == record)
        return db.execute(found.where(stored.c.kind == steps.Received.kind)).one()


def test_every_column_of_a_step_has_its_change() -> None:
    assert set(CHANGED) == set(stored.c.keys())


@pytest.mark.parametrize("column", CHANGED)
def test_a_step_changed_by_hand_is_found(any_world: World, column: str) -> None:
    row = step_with_a_text(any_world)
    assert audit(any_world).holds
    other = CHANGED[column](row)
    assert other != row._mapping[column]
    with any_world.store.writing() as db:
        one = update(stored).where(stored.c.position == row.position)
        db.execute(one.values({column: other}))
    assert not audit(any_world).holds


@pytest.mark.parametrize("column", sorted({*CHANGED} - {"position"}))
def test_the_newest_step_changed_by_hand_is_found(world: World, column: str) -> None:
    step_with_a_text(world)
    with world.store.reading() as db:
        newest = select(stored).order_by(stored.c.position.desc()).limit(1)
        row = db.execute(newest).one()
    with world.store.writing() as db:
        one = update(stored).where(stored.c.position == row.position)
        db.execute(one.values({column: CHANGED[column](row)}))
    assert not audit(world).holds


def test_the_newest_step_changed_together_with_its_hash_is_found(world: World) -> None:
    step_with_a_text(world)
    with world.store.reading() as db:
        newest = select(stored).order_by(stored.c.position.desc()).limit(1)
        row = dict(db.execute(newest).mappings().one())
    row["record_id"] = "0" * 32
    row["hash"] = step_hash(row)
    with world.store.writing() as db:
        one = update(stored).where(stored.c.position == row["position"])
        db.execute(one.values(**row))
    assert not audit(world).holds


NO_STEPS = {
    "kind": Remembered.kind,  # what it has to say is not in the body
    "body": "{broken",
    "body of another shape": "[1]",
    "body of nothing": "null",
}


@pytest.mark.parametrize("what", NO_STEPS)
def test_what_is_no_step_at_all_is_found_as_well(any_world: World, what: str) -> None:
    changed = step_with_a_text(any_world)
    column, _, _ = what.partition(" ")
    with any_world.store.writing() as db:
        said = f"UPDATE steps SET {column} = '{NO_STEPS[what]}'"
        db.exec_driver_sql(f"{said} WHERE position = {changed.position}")
    found = audit(any_world)
    assert not found.holds
    assert any("step" in one for one in found.broken)


def test_a_time_that_is_none_is_found(world: World) -> None:
    changed = step_with_a_text(world)
    with world.store.writing() as db:
        where = f"WHERE position = {changed.position}"
        db.exec_driver_sql(f"UPDATE steps SET at = 'noon' {where}")
    assert not audit(world).holds


def test_a_text_edited_by_hand_is_found(world: World) -> None:
    row = step_with_a_text(world)
    _change_text(world, row, text="other words")
    assert not audit(world).holds


def test_a_salt_edited_by_hand_is_found(world: World) -> None:
    row = step_with_a_text(world)
    _change_text(world, row, salt="0" * 32)
    assert not audit(world).holds


def test_a_text_emptied_by_hand_is_not_taken_for_erased(world: World) -> None:
    row = step_with_a_text(world)
    _change_text(world, row, text=None, salt=None, erased_at=row.at)
    assert audit(world).broken == (
        f"the text of step {row.position} was emptied, and no step erased it",
    )


def test_a_text_emptied_after_an_erasure_of_another_record_is_found(
    world: World,
) -> None:
    row, other = step_with_a_text(world), world.item()
    world.take(other, steps.Erased(), by=world.archivist)
    _change_text(world, row, text=None, salt=None, erased_at=world.now)
    assert audit(world).broken == (
        f"the text of step {row.position} was emptied, and no step erased it",
    )


def test_the_time_at_which_a_text_was_erased_is_that_of_its_step(
    world: World,
) -> None:
    row = step_with_a_text(world)
    world.take(row.record_id, steps.Erased(), by=world.archivist)
    assert audit(world).holds
    _change_text(world, row, erased_at=world.now + timedelta(days=1))
    assert not audit(world).holds


def test_a_text_that_comes_back_after_its_erasure_is_found(world: World) -> None:
    row = step_with_a_text(world)
    with world.store.reading() as db:
        of_it = contents.c.commitment == row.commitment
        kept = db.execute(select(contents).where(of_it)).one()
    world.take(row.record_id, steps.Erased(), by=world.archivist)
    _change_text(world, row, text=kept.text, salt=kept.salt, erased_at=None)
    assert audit(world).broken == (
        f"the text of step {row.position} was erased, and is back",
    )


def test_a_text_deleted_by_hand_is_found(world: World) -> None:
    row = step_with_a_text(world)
    with world.store.writing() as db:
        db.execute(delete(contents).where(contents.c.commitment == row.commitment))
    assert audit(world).broken == (f"the text of step {row.position} is gone",)


def test_a_text_that_no_step_brought_is_found(world: World) -> None:
    step_with_a_text(world)
    planted = {"commitment": "0" * 64, "salt": "s", "text": "planted"}
    with world.store.writing() as db:
        db.execute(insert(contents).values(**planted))
    assert not audit(world).holds


def _change_text(world: World, row: Row[Any], **values: Any) -> None:
    with world.store.writing() as db:
        one = update(contents).where(contents.c.commitment == row.commitment)
        db.execute(one.values(**values))
