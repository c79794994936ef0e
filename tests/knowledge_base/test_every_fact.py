"""Whatever kind of step is taken, what is served is never older than the facts."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge_base import tables
from knowledge_base.kept_views import renew_all
from knowledge_base.key_copies import copy_keys
from knowledge_base.key_turning import turn_keys
from knowledge_base.keys import Keyring, WrongMasterKey
from knowledge_base.master_turning import FOUND, REPLACED, wrap_anew
from knowledge_base.steps import (
    KINDS,
    MasterKeyTurned,
    SealingKeyCopied,
    SealingKeyTurned,
)
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from policies.view import PublicView
from tests.knowledge_base.conftest import OWN_WIKI, World
from tests.knowledge_base.every_fact import (
    ELSEWHERE,
    FLIPS,
    TABLE,
    Act,
    Flip,
    Leads,
    each_act,
    shown,
)
from tests.knowledge_base.kept_and_live import live, wrong_now
from tests.knowledge_base.test_keys import (
    MASTER,
    OTHER,
    lose_the_master_key,
    reopened,
    sealed_at,
)

THIRD = bytes(reversed(range(32)))


@pytest.fixture
def flipped(any_world: World) -> World:
    """The small world with two places, once on each database."""
    any_world.store.destinations = (OWN_WIKI, ELSEWHERE)
    return any_world


def test_every_kind_of_step_has_its_place_in_the_table() -> None:
    assert set(TABLE) == set(KINDS.values())
    for said in TABLE.values():
        assert said, "an act, or the sentence why there is none"


@pytest.mark.slow
def test_whatever_is_done_what_is_served_is_what_is_so_at_once(flipped: World) -> None:
    for act, kinds in each_act().items():
        wrong = done(flipped, act, kinds, all_there=True)
        assert not wrong, (act, sorted(kinds))


@pytest.mark.slow
def test_what_reaches_too_many_hides_them_until_the_worker_comes(
    flipped: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge_base.kept_views.following.AT_ONCE", 0)
    for act, kinds in each_act().items():
        if act.reaches:
            wrong = done(flipped, act, kinds, all_there=False)
            assert not wrong, (act, sorted(kinds))


def test_what_changes_without_a_step_is_not_outlived_either(flipped: World) -> None:
    for flip in FLIPS:
        wrong = flipped_and_back(flipped, flip)
        assert not wrong, flip


def test_whatever_is_done_with_the_keys_nothing_is_shown_that_nobody_can_read(
    any_database_url: str, tmp_path: Path
) -> None:
    with sealed_at(any_database_url) as world:
        record, newest = shown(world), position(world)
        store, by, seen = world.store, world.operator, live(world, record)
        turn_keys(store, world.people, by=by, now=world.later())
        copy_keys(store, world.people, tmp_path / "copy", by=by, now=world.later())
        require_kept(world, record, seen, all_there=True)

        lose_the_master_key(world, any_database_url)
        require_kept(world, record, None, all_there=True)
        renew_all(world.store, now=world.now)
        require_kept(world, record, None, all_there=True)

        was, now_it_is = Keyring(MASTER), Keyring(OTHER)
        wrap_anew(world.store, was, now_it_is, how=FOUND, by=by, now=world.later())
        require_kept(world, record, seen, all_there=False)
        renew_all(world.store, now=world.now)
        require_kept(world, record, seen, all_there=True)

        was, now_it_is = now_it_is, Keyring(THIRD)
        wrap_anew(world.store, was, now_it_is, how=REPLACED, by=by, now=world.later())
        reopened(world, any_database_url, THIRD)
        require_kept(world, record, seen, all_there=True)
        turned = {SealingKeyTurned.kind, SealingKeyCopied.kind, MasterKeyTurned.kind}
        assert turned <= taken_since(world, newest)


def test_a_worker_that_has_the_master_key_of_before_keeps_nothing(
    any_database_url: str,
) -> None:
    with sealed_at(any_database_url) as world:
        record, worker = shown(world), replace(world)
        worker.store = opened_with(any_database_url, MASTER)
        assert live(worker, record) is not None
        lose_the_master_key(world, any_database_url)
        with pytest.raises(WrongMasterKey):
            renew_all(worker.store, now=world.later())
        worker.store.close()
        require_kept(world, record, None, all_there=True)


def opened_with(url: str, master: bytes) -> Store:
    rules, keys = Rulebook.shipped(), Keyring(master)
    return Store.open(url, rulebook=rules, destinations=(OWN_WIKI,), keys=keys)


def require_kept(
    world: World, record: str, view: PublicView | None, *, all_there: bool
) -> None:
    """What may be seen is this, and what is served is not older."""
    assert live(world, record) == view
    assert wrong_now(world, [record], all_there=all_there) == []


def flipped_and_back(world: World, flip: Flip) -> list[str]:
    """What went wrong: in between, and once all is as it was."""
    record = flip.scene(world)
    before = live(world, record)
    with flip.meanwhile(world):
        wrong = never_stale(world, record)
        if not follows(flip.leads, before, live(world, record)):
            wrong.append(f"it is not so that {flip.leads}")
    wrong += [f"back again, {one}" for one in never_stale(world, record)]
    if live(world, record) != before:
        wrong.append("it is not as it was")
    return wrong


def never_stale(world: World, record: str) -> list[str]:
    """What went wrong: before a worker was there, and after it."""
    wrong = wrong_now(world, [record], all_there=False)
    renew_all(world.store, now=world.now)
    left = wrong_now(world, [record], all_there=True)
    return wrong + [f"after the worker, {one}" for one in left]


def done(
    world: World, act: Act, kinds: frozenset[str], *, all_there: bool
) -> list[str]:
    """What went wrong: before a worker was there, and after it."""
    record = act.scene(world)
    before, newest = live(world, record), position(world)
    act.act(world, record)
    wrong = wrong_now(world, [record], all_there=all_there)
    if not follows(act.leads, before, live(world, record)):
        wrong.append(f"it is not so that {act.leads}")
    wrong += [f"no step {kind!r}" for kind in kinds - taken_since(world, newest)]
    if renew_all(world.store, now=world.now):  # else all is as it was just now
        left = wrong_now(world, [record], all_there=True)
        wrong += [f"after the worker, {one}" for one in left]
    return wrong


def follows(leads: Leads, before: PublicView | None, after: PublicView | None) -> bool:
    match leads:
        case Leads.SAME:
            return before is not None and before == after
        case Leads.OTHER:
            return None not in (before, after) and before != after
        case Leads.GONE:
            return before is not None and after is None
        case Leads.HIDDEN:
            return before is None and after is None
        case Leads.SHOWN:
            return before is None and after is not None


def position(world: World) -> int:
    with world.store.reading() as db:
        return db.scalar(select(func.max(tables.steps.c.position))) or 0


def taken_since(world: World, newest: int) -> frozenset[str]:
    table = tables.steps
    query = select(table.c.kind).where(table.c.position > newest)
    with world.store.reading() as db:
        return frozenset(db.scalars(query))
