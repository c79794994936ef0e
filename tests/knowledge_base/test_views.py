"""The two ways out: nobody sees on her desk what is not her work."""

from dataclasses import replace

import pytest

from knowledge_base import steps
from knowledge_base.accounts import Account, add_account, find_account
from knowledge_base.answers import Yes, own_words
from knowledge_base.approving import Complete, approve
from knowledge_base.communities import add_community
from knowledge_base.labelling import LabelWords, apply_label, remove_label
from knowledge_base.notes import Note
from knowledge_base.public import standing_view
from knowledge_base.rights import Role
from knowledge_base.steps import SOFTWARE, Actor
from knowledge_base.views import (
    DeskView,
    NotForThisDesk,
    covered,
    desk_view,
)
from knowledge_base.workflow import note
from policies.view import OwnWords, PublicView
from policies.visibility import Visibility
from tests.knowledge_base.conftest import WIKI, World, seat_steward


def account(world: World, by: Actor) -> Account:
    with world.store.reading() as db:
        found = find_account(db, id=by.account or "")
    assert found is not None
    return found


def desk(world: World, record: str, by: Actor) -> DeskView:
    who = account(world, by)
    with world.store.reading() as db:
        return desk_view(db, world.store, record, who, on=world.now.date())


@pytest.mark.parametrize("towards", [(), (WIKI,)], ids=["nowhere", "to-the-wiki"])
def test_what_is_secret_is_open_to_its_stewards_alone(
    world: World, towards: tuple[str, ...]
) -> None:
    record = world.item_in(None, {"title": "CANARY (invented)"}, towards=towards)
    assert not desk(world, record, world.archivist).is_covered
    world.label(record, "secret_sacred")
    assert desk(world, record, world.archivist) == covered(record)
    assert desk(world, record, world.operator) == covered(record)
    assert not desk(world, record, world.steward).is_covered


def steward_of_another(world: World) -> Actor:
    content, by = {"name": ("Another (invented)",)}, world.operator
    other = add_community(world.store, content, by=by, now=world.later())
    return seat_steward(world, other, "stranger")


def test_another_communitys_steward_sees_the_cover(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    stranger = steward_of_another(world)
    assert not desk(world, record, world.steward).is_covered
    assert desk(world, record, stranger) == covered(record)


def test_a_viewer_and_an_operator_see_the_cover(world: World) -> None:
    record = world.item()
    viewer = add_account(
        world.store, "viewer", ((Role.VIEWER, ""),), by=world.operator, now=world.now
    )
    for by in (world.operator, Actor(world.operator.voice, account=viewer)):
        assert desk(world, record, by) == covered(record)


def test_what_is_not_there_looks_like_what_is_not_hers(world: World) -> None:
    secret = world.item()
    world.label(secret, "secret_sacred")
    there = desk(world, secret, world.archivist)
    absent = desk(world, "0" * 32, world.archivist)
    assert (there.is_covered, there.length, there.content) == (
        absent.is_covered,
        absent.length,
        absent.content,
    )


def test_what_changed_since_the_approval_is_not_shown_before_somebody_saw_it(
    world: World,
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    assert standing(world, record) is not None
    words = OwnWords(
        party=world.people,
        signed="Tamsel (invented)",
        field="title",
        text="CANARY (invented)",
        language="en",
        instead=False,
    )
    given = own_words(record, words, seen=world.length(record), by=world.steward)
    note(world.store, list(given), now=world.later())
    assert standing(world, record) is None


def test_content_that_nobody_approved_is_not_shown(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.publish(record)
    assert standing(world, record) is not None
    changed = Note(
        record=record,
        seen=world.length(record),
        step=steps.ContentChanged(
            content_hash="new", fields=("description",), concerns=False
        ),
        by=SOFTWARE,
        text='{"title":["A boat"],"description":["CANARY"],'
        '"licence_metadata":["cc0-1.0"]}',
    )
    note(world.store, [changed], now=world.later())
    assert standing(world, record) is None


def standing(world: World, record: str) -> PublicView | None:
    with world.store.reading() as db:
        on = world.now.date()
        return standing_view(db, world.store, record, WIKI, on=on)


def test_anyone_sees_only_what_was_approved_and_still_stands(world: World) -> None:
    record = world.item()

    def shown() -> bool:
        return standing(world, record) is not None

    world.concern(record, "nobody")
    assert not shown()
    world.approve(record, world.archivist)
    assert shown()
    world.concern(record, "named", world.people)
    assert not shown()


def test_a_desk_view_cannot_be_made_elsewhere() -> None:
    fields = dict.fromkeys(DeskView.__dataclass_fields__)
    with pytest.raises(NotForThisDesk):
        DeskView(**fields)  # type: ignore[arg-type]


def in_a_collection(world: World) -> tuple[str, str]:
    """A collection whose people are named, and an item in it with two open fields."""
    collection = world.collection(
        towards=(WIKI,), licence_metadata="cc0-1.0", item_pages="all"
    )
    world.concern(collection, "named", world.people)
    open_fields = {"link": "https://example.org/x", "place": "-12.5, 130.1"}
    return collection, world.item_in(collection, open_fields)


def agree(world: World, record: str, level: Visibility) -> None:
    yes, now = Yes(informed=True, visibility=level), world.later()
    seen, by = world.seen(record), world.steward
    approve(world.store, record, WIKI, seen=seen, by=by, now=now, yes=yes)


def test_anyone_sees_no_more_of_an_item_once_its_collection_may_show_more(
    world: World,
) -> None:
    collection, record = in_a_collection(world)
    agree(world, collection, Visibility.REDACTED)
    assert world.approve(record, world.archivist) == Complete()
    world.publish(record)
    before = standing(world, record)

    agree(world, collection, Visibility.FULL)

    assert before is not None
    assert before.visibility is Visibility.REDACTED
    assert standing(world, record) == before


def test_what_a_collections_label_held_back_is_not_shown_when_it_comes_off(
    world: World,
) -> None:
    collection, record = in_a_collection(world)
    label = ("tk", "verified")
    seen, now, by = world.length(collection), world.later(), world.steward
    words = LabelWords()
    apply_label(world.store, collection, label, words, seen=seen, by=by, now=now)
    agree(world, collection, Visibility.FULL)
    assert world.approve(record, world.archivist) == Complete()
    assert standing(world, record) is not None

    seen, now = world.length(collection), world.later()
    remove_label(world.store, collection, label, seen=seen, by=by, now=now)

    assert standing(world, record) is None


def test_what_was_approved_under_another_rulebook_is_not_shown(world: World) -> None:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    assert standing(world, record) is not None
    world.store.rulebook = replace(world.store.rulebook, version="another")
    assert standing(world, record) is None


def test_whom_the_collection_names_opens_what_is_in_it(world: World) -> None:
    whole, item = world.item_in_theirs()
    assert desk(world, item, world.steward).answers_for == (world.people,)
    # Also once nothing is asked of her any more, and on no way anywhere.
    world.approve(item, world.steward)
    assert desk(world, item, world.steward).answers_for == (world.people,)
    nowhere = world.item_in(whole, towards=())
    assert desk(world, nowhere, world.steward).answers_for == (world.people,)


def test_a_flag_of_her_own_opens_no_record_to_her(world: World) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    stranger = steward_of_another(world)
    party = stranger.party or ""
    held = steps.Held(flag="f", against="x", party=party, is_grave=False)
    world.take(record, held, by=stranger)
    assert desk(world, record, stranger) == covered(record)
    assert not desk(world, record, world.steward).is_covered


@pytest.mark.parametrize("mark", ["label", "notice"])
def test_what_comes_off_a_record_is_shown_only_once_somebody_saw_it(
    world: World, mark: str
) -> None:
    record = world.item()
    world.concern(record, "named", world.people)
    name = {"family": "tk", "type": "verified", "community": world.people}
    on: steps.Step = steps.LabelApplied(text_hash="", **name)
    off: steps.Step = steps.LabelRemoved(**name)
    by = world.steward
    if mark == "notice":
        on = steps.NoticeApplied(type="attribution_incomplete")
        off = steps.NoticeRemoved(type="attribution_incomplete")
        by = world.archivist
    world.take(record, on, by=by)
    assert world.approve(record, world.steward) == Complete()
    assert standing(world, record) is not None
    world.take(record, off, by=by)
    assert standing(world, record) is None
