"""Ways in on each database: what ends them ends them all, and what is over goes."""

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from knowledge_base.limits import is_within
from knowledge_base.links import (
    NoSuchLink,
    make_link,
    own_link,
    reset_account,
    use_link,
)
from knowledge_base.passwords import check_password, set_password
from knowledge_base.sign_ins import (
    sign_in,
    sign_ins_of,
    sign_out,
    sign_out_everywhere,
    signed_in,
)
from knowledge_base.tables import counters, links, sign_ins
from tests.knowledge_base.conftest import World

PASSWORD = "a lantern on the bay"


def rows(world: World, table: Table) -> int:
    with world.store.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def lets_in(world: World, secret: str) -> bool:
    with world.store.reading() as db:
        return signed_in(db, secret, now=world.now) is not None


def test_what_ends_sign_ins_ends_links_and_the_sign_ins_made_by_them(
    any_world: World,
) -> None:
    world, ilse = any_world, any_world.archivist.account or ""
    link, used = (own_link(world.store, ilse, now=world.later()) for _ in range(2))
    by_link = use_link(world.store, used, now=world.later())
    assert lets_in(world, by_link.secret)

    sign_out_everywhere(world.store, ilse, now=world.later())

    assert not lets_in(world, by_link.secret)
    with pytest.raises(NoSuchLink):
        use_link(world.store, link, now=world.later())


def test_a_reset_leaves_one_way_in_and_no_other(any_world: World) -> None:
    world, ilse = any_world, any_world.archivist.account or ""
    first = make_link(world.store, ilse, by=world.operator, now=world.later())
    set_password(world.store, ilse, PASSWORD, now=world.later())
    before = sign_in(world.store, ilse, now=world.later())

    new = reset_account(world.store, ilse, by=world.operator, now=world.later())

    assert check_password(world.store, "ilse", PASSWORD) is None
    assert not lets_in(world, before.secret)
    with pytest.raises(NoSuchLink):
        use_link(world.store, first, now=world.later())
    assert lets_in(world, use_link(world.store, new, now=world.later()).secret)


def test_what_is_over_goes_when_something_new_comes(any_world: World) -> None:
    world, ilse = any_world, any_world.archivist.account or ""
    for _ in range(3):
        own_link(world.store, ilse, now=world.later())
        old = sign_in(world.store, ilse, now=world.later())
        is_within(
            world.store,
            f"a try:{world.now}",
            most=1,
            per=timedelta(hours=1),
            now=world.now,
        )
        with world.store.reading() as db:
            mark = sign_ins_of(db, ilse, now=world.now)[0].token
        sign_out(world.store, mark, ilse, now=world.later())
        world.now += timedelta(days=4)  # longer than a link lasts

    assert not lets_in(world, old.secret)
    assert [rows(world, one) for one in (sign_ins, links, counters)] == [1, 1, 1]


def test_what_still_counts_is_not_swept(any_world: World) -> None:
    world, ilse = any_world, any_world.archivist.account or ""
    kept = own_link(world.store, ilse, now=world.later())
    first = sign_in(world.store, ilse, now=world.later())
    for _ in range(2):
        own_link(world.store, ilse, now=world.later())
        sign_in(world.store, ilse, now=world.later())

    assert [rows(world, one) for one in (sign_ins, links)] == [3, 3]
    assert lets_in(world, first.secret)
    assert lets_in(world, use_link(world.store, kept, now=world.later()).secret)
