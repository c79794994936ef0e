"""Two institutions round the table, and people who work for one of them alone."""

from knowledge_base.accounts import Account, add_account, find_account
from knowledge_base.collections import add_collection
from knowledge_base.institutions import KIND
from knowledge_base.receiving import receive
from knowledge_base.rights import Role
from knowledge_base.steps import Actor, Voice
from tests.review_app.table import WIKI, Table

OWN, OTHER, NONE = "own", "other", "none"
HOUSES = {OWN: "Lantern House (invented)", OTHER: "Harbour House (invented)"}
OF_ONE_HOUSE = {"ada": Role.ARCHIVIST, "oda": Role.OPERATOR, "vida": Role.VIEWER}


def add_houses(table: Table) -> dict[str, str]:
    """Where a record can be -> the institution's id; "" for none of them."""
    ids = {NONE: ""}
    for where, name in HOUSES.items():
        content, by = {"name": (name,)}, table.actors["odo"]
        ids[where] = receive(table.store, KIND, content, by=by, now=table.later())
    for name, role in OF_ONE_HOUSE.items():
        add_person(table, name, role, ids[OWN])
    return ids


def add_person(table: Table, name: str, role: Role, institution: str) -> str:
    """Somebody new with one role, for one institution or with "" for all."""
    by, held = table.actors["odo"], ((role, institution),)
    id = add_account(table.store, name, held, by=by, now=table.later())
    voice = Voice.INSTITUTION if role is Role.ARCHIVIST else Voice.OPERATOR
    table.actors[name] = Actor(voice, account=id, reason="asked-and-told")
    return id


def account_of(table: Table, name: str) -> Account:
    with table.store.reading() as db:
        found = find_account(db, name=name)
    assert found is not None
    return found


def add_record(table: Table, where: str, institution: str) -> str:
    """An item in a collection of that institution; its title says where it is."""
    by, house = table.actors["ilse"], institution or None
    collection = add_collection(
        table.store,
        f"things-{where}",
        {"title": (f"Things {where} (invented)",)},
        by=by,
        now=table.later(),
        institution=house,
    )
    return receive(
        table.store,
        "item",
        {"title": (f"CANARY {where}",), "maker": ("Dobbin Orwindle (invented)",)},
        by=by,
        now=table.later(),
        collection=collection,
        institution=house,
        towards=(WIKI,),
    )
