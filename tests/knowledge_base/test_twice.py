"""Said twice it is done once: what a person asks for again after it was interrupted."""

import pytest

from knowledge_base.communities import add_community, community_as
from knowledge_base.erasure import AlreadyErased
from knowledge_base.history import history_of
from knowledge_base.links import NoSuchLink, let_in, make_link, use_link
from knowledge_base.notes import Note
from knowledge_base.passwords import set_password
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Forbidden, Role
from knowledge_base.steps import SOFTWARE, Erased
from knowledge_base.workflow import note
from tests.knowledge_base.conftest import World

VIEWER = ((Role.VIEWER, ""),)


def test_a_link_that_nobody_used_is_made_anew(any_world: World) -> None:
    world = any_world
    first = let_in(world.store, "bo", VIEWER, by=world.operator, now=world.later())

    again = let_in(world.store, "bo", VIEWER, by=world.operator, now=world.later())

    assert (first.was_there, again.was_there) == (False, True)
    with pytest.raises(NoSuchLink):
        use_link(world.store, first.secret, now=world.later())
    assert use_link(world.store, again.secret, now=world.later())


def test_an_account_that_somebody_signed_in_to_gets_no_link_so(world: World) -> None:
    made = let_in(world.store, "bo", VIEWER, by=world.operator, now=world.later())
    use_link(world.store, made.secret, now=world.later())

    with pytest.raises(AlreadyKnown):
        let_in(world.store, "bo", VIEWER, by=world.operator, now=world.later())


def test_an_account_with_a_password_or_other_roles_gets_no_link_so(
    world: World,
) -> None:
    ilse = world.archivist.account or ""
    with pytest.raises(AlreadyKnown):
        let_in(world.store, "ilse", VIEWER, by=world.operator, now=world.later())
    set_password(world.store, ilse, "a lantern on the bay", now=world.later())
    with pytest.raises(AlreadyKnown):
        let_in(
            world.store,
            "ilse",
            ((Role.ARCHIVIST, ""),),
            by=world.operator,
            now=world.later(),
        )


def test_software_makes_a_link_for_the_first_account_and_no_other(
    world: World,
) -> None:
    ilse = world.archivist.account or ""
    with pytest.raises(Forbidden):
        make_link(world.store, ilse, by=SOFTWARE, now=world.later())


def test_a_community_is_found_by_the_words_that_named_it(any_world: World) -> None:
    world = any_world
    words = {"name": ("Ombral",), "own_name": (), "language": ()}
    made = add_community(world.store, words, by=world.operator, now=world.later())

    with world.store.reading() as db:
        assert community_as(db, words, None) == made
        assert community_as(db, words, world.people) is None
        assert community_as(db, words | {"own_name": ("Ombral-a",)}, None) is None


def test_a_record_is_erased_once(any_world: World) -> None:
    world, record = any_world, any_world.item()
    seen = world.length(record)
    one = Note(record=record, seen=seen, step=Erased(), by=world.archivist)
    note(world.store, [one], now=world.later())

    again = Note(record=record, seen=seen + 1, step=Erased(), by=world.archivist)
    with pytest.raises(AlreadyErased):
        note(world.store, [again], now=world.later())

    with world.store.reading() as db:
        steps = [entry.step for entry in history_of(db, record)]
    assert sum(isinstance(step, Erased) for step in steps) == 1
