"""Whoever writes into the database by hand is found, whatever he does to the chain."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from knowledge_base.chain import Head, head_of, step_hash, verify
from knowledge_base.tables import chain_head, steps
from tests.knowledge_base.conftest import World

Attack = Callable[[Connection, int], None]


@pytest.fixture(autouse=True)
def read_in_small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is found also where one portion ends and the next begins."""
    monkeypatch.setattr("knowledge_base.chain.PORTION", 2)


def rows_from(db: Connection, position: int) -> list[dict[str, Any]]:
    """The steps from there on, in order."""
    found = select(steps).where(steps.c.position >= position).order_by(steps.c.position)
    return [dict(row) for row in db.execute(found).mappings()]


def cut_from_the_middle(db: Connection, at: int) -> None:
    db.execute(delete(steps).where(steps.c.position == at))


def swap_two(db: Connection, at: int) -> None:
    """Each stands in the other's place, whole but for its number."""
    first, second = rows_from(db, at)[:2]
    db.execute(delete(steps).where(steps.c.position.in_([at, at + 1])))
    db.execute(insert(steps), [first | {"position": at + 1}, second | {"position": at}])


def put_in_again(db: Connection, at: int) -> None:
    """The same step once more at the end, with a hash that fits its new place."""
    newest, hash = head_of(db)
    ordinal = max(row["ordinal"] for row in rows_from(db, 1))
    one = rows_from(db, at)[0] | {
        "position": newest + 1,
        "previous": hash,
        "ordinal": ordinal + 1,
    }
    db.execute(insert(steps), [one | {"hash": step_hash(one)}])


def edit_the_head(db: Connection, at: int) -> None:
    db.execute(update(chain_head).values(hash="0" * 64))


def take_the_head_back(db: Connection, at: int) -> None:
    """As if what came after had not been written yet."""
    one = rows_from(db, at)[0]
    db.execute(update(chain_head).values(position=at, hash=one["hash"]))


@pytest.mark.parametrize(
    "attack",
    [cut_from_the_middle, swap_two, put_in_again, edit_the_head, take_the_head_back],
)
def test_a_chain_that_was_written_into_does_not_hold(
    any_world: World, attack: Attack
) -> None:
    any_world.item()
    with any_world.store.reading() as db:
        at = head_of(db)[0]
    any_world.item()
    with any_world.store.reading() as db:
        assert verify(db).holds
    with any_world.store.writing() as db:
        attack(db, at)
    with any_world.store.reading() as db:
        assert not verify(db).holds


def written_anew(db: Connection, at: int, change: Mapping[str, Any]) -> None:
    """What somebody does who knows how the chain is made: all hashes fit again."""
    tail = rows_from(db, at)
    db.execute(delete(steps).where(steps.c.position >= at))
    previous = tail[0]["previous"]
    for number, row in enumerate(tail):
        forged = {**row, **(change if number == 0 else {}), "previous": previous}
        previous = step_hash(forged)
        db.execute(insert(steps), [forged | {"hash": previous}])
    db.execute(update(chain_head).values(hash=previous))


def test_a_whole_tail_that_was_written_anew_is_found_by_a_head_that_was_kept(
    any_world: World,
) -> None:
    """Nothing inside the database shows it: hence the heads that are kept elsewhere."""
    any_world.item()
    with any_world.store.reading() as db:
        at = head_of(db)[0]
    any_world.item()
    with any_world.store.reading() as db:
        kept: Head = head_of(db)
    with any_world.store.writing() as db:
        written_anew(db, at, {"actor": "somebody-else"})
    with any_world.store.reading() as db:
        assert verify(db).holds
        assert not verify(db, since=kept).holds
