"""How far a role reaches: its own institution, and only a role for all of them all."""

from pathlib import Path

import pytest

from knowledge_base import steps
from knowledge_base.accounts import (
    add_account,
    find_account,
    give_role,
    suspend_account,
    take_role,
)
from knowledge_base.collections import add_collection
from knowledge_base.communities import add_community
from knowledge_base.history import length_of
from knowledge_base.identity import new_id
from knowledge_base.institutions import KIND, NoSuchInstitution, institutions
from knowledge_base.invitations import make_half, record_invitation
from knowledge_base.links import make_link
from knowledge_base.notes import Note
from knowledge_base.projection import AlreadyKnown
from knowledge_base.queue import Filter, answered_for, tallies_for, waiting_for
from knowledge_base.receiving import receive
from knowledge_base.records import find_records, get_record
from knowledge_base.rights import Forbidden, Role
from knowledge_base.steps import SOFTWARE, Actor, Voice
from knowledge_base.tables import records
from knowledge_base.workflow import note
from tests.knowledge_base.conftest import WIKI, World
from tests.knowledge_base.exchange.conftest import importer, item, write_lines


def house(world: World, name: str = "Lantern House (invented)") -> str:
    return receive(
        world.store, KIND, {"name": (name,)}, by=world.operator, now=world.later()
    )


def of_one(world: World, name: str, role: Role, institution: str) -> Actor:
    """Somebody with this role for this institution alone."""
    id = add_account(
        world.store,
        name,
        ((role, institution),),
        by=world.operator,
        now=world.later(),
    )
    voice = Voice.INSTITUTION if role is Role.ARCHIVIST else Voice.OPERATOR
    return Actor(voice, account=id, reason="not-sure")


def record_of(world: World, institution: str | None) -> str:
    return receive(
        world.store,
        "item",
        {"title": ("A boat (invented)",), "licence_metadata": ("cc0-1.0",)},
        by=SOFTWARE,
        now=world.later(),
        institution=institution,
        towards=(WIKI,),
    )


NOBODY = steps.ConcernAnswered(concern="nobody", parties=())


def test_an_archivist_takes_no_step_beyond_her_institution(world: World) -> None:
    own, other = house(world), house(world, "Harbour House (invented)")
    ada = of_one(world, "ada", Role.ARCHIVIST, own)
    for beyond in (other, None):
        with pytest.raises(Forbidden):
            world.take(record_of(world, beyond), NOBODY, by=ada)
    world.take(record_of(world, own), NOBODY, by=ada)


@pytest.mark.parametrize("where", ["other", "none"])
def test_an_archivist_brings_nothing_in_elsewhere(world: World, where: str) -> None:
    own, other = house(world), house(world, "Harbour House (invented)")
    ada = of_one(world, "ada", Role.ARCHIVIST, own)
    to = {"other": other, "none": None}[where]
    with pytest.raises(Forbidden):
        receive(
            world.store,
            "item",
            {"title": ("A boat",)},
            by=ada,
            now=world.later(),
            institution=to,
        )


def test_a_record_is_of_its_collections_institution(world: World) -> None:
    own, other = house(world), house(world, "Harbour House (invented)")
    theirs = add_collection(
        world.store,
        "theirs",
        {"title": ("Theirs",)},
        by=world.archivist,
        now=world.later(),
        institution=other,
    )
    for by in (of_one(world, "ada", Role.ARCHIVIST, own), world.archivist, SOFTWARE):
        with pytest.raises(Forbidden, match="another institution"):
            receive(
                world.store,
                "item",
                {"title": ("A boat",)},
                by=by,
                now=world.later(),
                institution=own,
                collection=theirs,
            )


def test_what_is_imported_is_of_its_collections_institution(
    world: World, tmp_path: Path
) -> None:
    own = house(world)
    ada = of_one(world, "ada", Role.ARCHIVIST, own)
    mine, alls = (
        add_collection(
            world.store,
            slug,
            {"title": (slug,)},
            by=world.archivist,
            now=world.later(),
            institution=institution,
        )
        for slug, institution in (("mine", own), ("alls", None))
    )
    path = write_lines(tmp_path / "a.jsonl", [item(1), item(2)])

    importer(world)(path, collection=mine, by=ada)

    with world.store.reading() as db:
        ids = db.scalars(records.select().where(records.c.collection_id == mine))
        found = find_records(db, list(ids))
    assert [one.institution for one in found.values()] == [own, own]
    with pytest.raises(Forbidden):
        importer(world)(path, collection=alls, by=ada)


def test_a_collection_and_a_role_are_for_an_institution_that_is_there(
    world: World,
) -> None:
    mine = (Role.ARCHIVIST, new_id())
    imported = receive(
        world.store,
        KIND,
        {"name": ("From a source (invented)",)},
        by=SOFTWARE,
        now=world.later(),
    )
    assert imported
    with pytest.raises(NoSuchInstitution):
        add_collection(
            world.store, "x", {}, by=SOFTWARE, now=world.later(), institution=mine[1]
        )
    with pytest.raises(NoSuchInstitution):
        add_account(world.store, "a", (mine,), by=world.operator, now=world.later())
    step = steps.RoleGiven(role="archivist", institution=mine[1])
    with pytest.raises(Forbidden, match="no such institution"):
        on_account(world, world.archivist.account or "", step, by=world.operator)


def on_account(world: World, account: str, step: steps.Step, *, by: Actor) -> None:
    with world.store.reading() as db:
        found = find_account(db, id=account)
        seen = length_of(db, account) if found is None else found.length
    note(
        world.store,
        [Note(record=account, seen=seen, step=step, by=by)],
        now=world.later(),
    )


@pytest.mark.parametrize("whose", ["everywhere", "other", "both", "no-role", "steward"])
@pytest.mark.parametrize(
    "act", [steps.LinkMade(purpose="sign-in"), steps.AccountSuspended(), "give", "take"]
)
def test_an_operator_of_one_institution_touches_nobody_of_another(
    world: World, whose: str, act: steps.Step | str
) -> None:
    own, other = house(world), house(world, "Harbour House (invented)")
    oda = of_one(world, "oda", Role.OPERATOR, own)
    held = {"everywhere": [""], "other": [other], "both": [own, other]}
    account = add_account(
        world.store,
        "whoever",
        tuple((Role.ARCHIVIST, one) for one in held.get(whose, [])),
        by=world.operator,
        now=world.later(),
    )
    if whose == "steward":
        account = world.steward.account or ""
    step = act
    if act == "give":
        step = steps.RoleGiven(role="viewer", institution=own)
    if act == "take":
        step = steps.RoleTaken(role="archivist", institution=own)
    assert not isinstance(step, str)

    with pytest.raises(Forbidden):
        on_account(world, account, step, by=oda)


def test_an_operator_of_one_institution_gives_no_role_beyond_it(world: World) -> None:
    own, other = house(world), house(world, "Harbour House (invented)")
    oda = of_one(world, "oda", Role.OPERATOR, own)
    ada = of_one(world, "ada", Role.ARCHIVIST, own)
    for beyond in ("", other):
        with pytest.raises(Forbidden):
            add_account(
                world.store,
                f"new-{beyond}",
                ((Role.OPERATOR, beyond),),
                by=oda,
                now=world.later(),
            )
        with pytest.raises(Forbidden):
            give_role(
                world.store,
                ada.account or "",
                Role.VIEWER,
                beyond,
                by=oda,
                now=world.later(),
            )
        with pytest.raises(Forbidden):
            give_role(
                world.store,
                oda.account or "",
                Role.OPERATOR,
                beyond,
                by=oda,
                now=world.later(),
            )


def test_an_operator_of_one_institution_tends_its_accounts(world: World) -> None:
    own = house(world)
    oda = of_one(world, "oda", Role.OPERATOR, own)
    mine, now = ((Role.ARCHIVIST, own),), world.later()
    account = add_account(world.store, "new", mine, by=oda, now=now)
    make_link(world.store, account, by=oda, now=world.later())
    give_role(world.store, account, Role.VIEWER, own, by=oda, now=world.later())
    take_role(world.store, account, Role.VIEWER, own, by=oda, now=world.later())
    suspend_account(world.store, account, by=oda, now=world.later())
    with world.store.reading() as db:
        found = find_account(db, id=account)
    assert found is not None
    assert (found.is_suspended, found.roles) == (True, (("archivist", own),))


def test_a_role_is_not_given_twice_nor_taken_where_it_is_not_held(
    world: World,
) -> None:
    ilse = world.archivist.account or ""
    give = (world.store, ilse, Role.ARCHIVIST, "")
    with pytest.raises(AlreadyKnown):
        give_role(*give, by=world.operator, now=world.later())
    take = (world.store, ilse, Role.VIEWER, "")
    with pytest.raises(Forbidden, match="does not hold"):
        take_role(*take, by=world.operator, now=world.later())


def test_nobody_takes_a_role_from_herself(world: World) -> None:
    """So that one operator is always left."""
    mine = (world.store, world.operator.account or "", Role.OPERATOR, "")
    with pytest.raises(Forbidden, match="another operator"):
        take_role(*mine, by=world.operator, now=world.later())


def test_any_institution_writes_down_that_a_community_is_there(world: World) -> None:
    oda = of_one(world, "oda", Role.OPERATOR, house(world))
    name = {"name": ("Ombral (invented)",)}
    ombral = add_community(world.store, name, by=oda, now=world.later())
    record_invitation(
        world.store,
        ombral,
        mark=make_half().mark,
        evidence="(invented)",
        by=oda,
        now=world.later(),
    )
    suspended = steps.StewardSuspended(account=world.steward.account or "")
    with pytest.raises(Forbidden):
        world.take(world.people, suspended, by=oda)


def test_nothing_but_a_community_comes_in_for_no_institution(world: World) -> None:
    """Whoever works for one of them makes no institution, nor a lone record."""
    oda = of_one(world, "oda", Role.OPERATOR, house(world))
    for kind in (KIND, "community", "item"):
        with pytest.raises(Forbidden):
            receive(world.store, kind, {"name": ("X",)}, by=oda, now=world.later())


def test_an_institution_that_was_erased_is_none_any_more(world: World) -> None:
    own = house(world)
    world.take(own, steps.Erased(), by=world.archivist)
    with world.store.reading() as db:
        assert institutions(db) == ()
    with pytest.raises(NoSuchInstitution):
        of_one(world, "ada", Role.ARCHIVIST, own)


def test_the_queue_pairs_a_question_with_the_records_institution(
    any_world: World,
) -> None:
    world = any_world
    own = house(world)
    ada = of_one(world, "ada", Role.ARCHIVIST, own)
    mine = record_of(world, own)
    others = [record_of(world, None), record_of(world, house(world, "Harbour"))]
    for record in (mine, *others):
        world.take(record, NOBODY, by=world.archivist)  # now each waits for a yes
    unanswered = [record_of(world, own), record_of(world, None)]
    with world.store.reading() as db:
        who = find_account(db, id=ada.account or "")
        assert who is not None
        waiting = {one.record for one in waiting_for(db, world.store, who, Filter())}
        counts = {one.records for one in tallies_for(db, who).counts()}
        assert get_record(db, mine).institution == own
        assert answered_for(db, who) == ()
    assert waiting == {mine, unanswered[0]}
    assert counts == {1}
