"""A community whose only steward is gone comes back by its own key, and by no other."""

import pytest
from sqlalchemy import select

from knowledge_base import steps, tables
from knowledge_base.accounts import suspend_account
from knowledge_base.communities import (
    confirm,
    lift_suspension,
    stewards_of,
    suspend,
)
from knowledge_base.community_keys import NotTheKey, make_key
from knowledge_base.invitations import join, make_half, record_invitation
from knowledge_base.notes import Note
from knowledge_base.rights import Forbidden
from knowledge_base.steps import ANYONE, SOFTWARE, Actor, Voice
from knowledge_base.stewardship import standing_key
from knowledge_base.workflow import note
from tests.knowledge_base.conftest import World, seat_steward


def key_of(world: World, by: Actor | None = None) -> str:
    by = by or world.steward
    return make_key(world.store, world.people, by=by, now=world.later())


def suspends(world: World, whom: Actor) -> None:
    account = whom.account or ""
    suspend(world.store, world.people, account, by=world.operator, now=world.later())


def joins(world: World, name: str, key: str = "", by: Actor | None = None) -> Actor:
    half = make_half()
    record_invitation(
        world.store,
        world.people,
        mark=half.mark,
        evidence="(invented)",
        by=by or world.archivist,
        now=world.later(),
    )
    account = join(world.store, half.secret, name=name, now=world.later(), key=key)
    return Actor(Voice.COMMUNITY, account=account, party=world.people)


def state(world: World, who: Actor) -> str:
    with world.store.reading() as db:
        held = stewards_of(db, world.people)
    return next(one.state for one in held if one.account == who.account)


@pytest.mark.parametrize("gone", ["suspended", "shut-out", "left"])
def test_with_the_key_somebody_answers_again(world: World, gone: str) -> None:
    key, account = key_of(world), world.steward.account or ""
    if gone == "suspended":
        suspends(world, world.steward)
    elif gone == "shut-out":
        suspend_account(world.store, account, by=world.operator, now=world.later())
    else:
        left = steps.StewardLeft(account=account)
        world.take(world.people, left, by=world.steward)

    without = joins(world, "without")
    with_it = joins(world, "with-it", key, by=world.operator)

    assert state(world, without) == "waiting"
    assert state(world, with_it) == "active"
    confirm(
        world.store,
        world.people,
        without.account or "",
        by=with_it,
        now=world.later(),
    )


def test_a_key_works_once(world: World) -> None:
    key = key_of(world)
    joins(world, "one", key, by=world.steward)
    with pytest.raises(NotTheKey):
        joins(world, "two", key, by=world.steward)


def test_a_new_key_ends_the_old_one(world: World) -> None:
    old, new = key_of(world), key_of(world)
    with pytest.raises(NotTheKey):
        joins(world, "one", old, by=world.steward)
    assert state(world, joins(world, "two", new, by=world.steward)) == "active"


def test_a_wrong_key_writes_nothing(world: World) -> None:
    key_of(world)
    suspends(world, world.steward)
    before = world.length(world.people)
    with pytest.raises(NotTheKey):
        joins(world, "one", "a-guess")
    assert world.length(world.people) == before + 1  # the invitation alone


def test_only_the_mark_of_a_key_is_stored(world: World) -> None:
    key = key_of(world)
    with world.store.reading() as db:
        rows = db.execute(select(tables.steps.c.body)).scalars().all()
        texts = db.execute(select(tables.contents.c.text)).scalars().all()
    assert key not in repr(rows)
    assert key not in repr(texts)


def test_nobody_but_a_steward_who_answers_makes_one(world: World) -> None:
    waiting = seat_steward(world, world.people, "new", written_by=world.steward)
    for by in (world.operator, world.archivist, SOFTWARE, ANYONE, waiting):
        with pytest.raises(Forbidden):
            key_of(world, by)
    suspends(world, world.steward)
    with pytest.raises(Forbidden):
        key_of(world)


def test_the_key_confirms_only_who_joins_with_it(world: World) -> None:
    key_of(world)
    with world.store.reading() as db:
        key = standing_key(db, world.people)
    assert key is not None
    waiting = seat_steward(world, world.people, "new", written_by=world.steward)
    used = steps.ConfirmedByKey(account=waiting.account or "", mark=key.mark)
    for by in (ANYONE, world.operator, world.steward):
        with pytest.raises(Forbidden):
            world.take(world.people, used, by=by)


def test_a_mark_that_is_not_the_keys_confirms_nobody(world: World) -> None:
    key_of(world)
    suspends(world, world.steward)
    half = make_half()
    id = record_invitation(
        world.store,
        world.people,
        mark=half.mark,
        evidence="(invented)",
        by=world.operator,
        now=world.later(),
    )
    taken: list[tuple[str, int, steps.Step]] = [
        ("f" * 32, 0, steps.AccountAdded(name="inserted"))
    ]
    seen = world.length(world.people)
    for step in (
        steps.StewardJoined(account="f" * 32, invitation=id, waits_for_second=True),
        steps.ConfirmedByKey(account="f" * 32, mark="guessed"),
    ):
        taken.append((world.people, seen, step))
    notes = [Note(record=r, seen=n, step=step, by=ANYONE) for r, n, step in taken]
    with pytest.raises(Forbidden, match="not the community's key"):
        note(world.store, notes, now=world.later())


def test_another_steward_lifts_a_suspension_and_nobody_else(world: World) -> None:
    key = key_of(world)
    other = joins(world, "other", key, by=world.steward)
    suspends(world, world.steward)
    account = world.steward.account or ""
    for by in (world.operator, world.archivist, world.steward, SOFTWARE):
        with pytest.raises(Forbidden):
            lift_suspension(
                world.store, world.people, account, by=by, now=world.later()
            )
    assert state(world, world.steward) == "suspended"
    lift_suspension(world.store, world.people, account, by=other, now=world.later())
    assert state(world, world.steward) == "active"


def test_confirming_is_for_whoever_waits(world: World) -> None:
    """Or it would lift a suspension, or bring back somebody who left."""
    other = joins(world, "other", key_of(world), by=world.steward)
    suspends(world, other)
    with pytest.raises(Forbidden):
        confirm(
            world.store,
            world.people,
            other.account or "",
            by=world.steward,
            now=world.later(),
        )
