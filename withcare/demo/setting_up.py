"""Sets the demo's house up: accounts, collections, records; nobody answers yet."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from knowledge_base.accounts import find_account
from knowledge_base.collections import add_collection, ids_by_identifier
from knowledge_base.communities import add_community
from knowledge_base.history import journey_of, journeys_in
from knowledge_base.journeys import State
from knowledge_base.receiving import receive
from knowledge_base.records import find_records
from knowledge_base.settings import read_settings
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from withcare.demo.cast import IMA, INVENTED, RECORDS, Cast, event_records
from withcare.demo.commands import run
from withcare.demo.house import WIKI, House
from withcare.opening import open_store, right_now

REASON = "read-and-found-in-order"


@dataclass(frozen=True, slots=True)
class SetUp:
    """What stands when the house is ready: ids by the keys of the cast."""

    links: Mapping[str, str]  # account key -> one-time link
    parties: Mapping[str, str]  # party key -> id
    collections: Mapping[str, str]  # slug -> id
    event: tuple[str, ...]  # ids of the initiative, the edition, the projects


@contextmanager
def opened(house: House) -> Iterator[Store]:
    """The demo's store, closed again before another process needs it."""
    store = open_store(read_settings(house.home, {}))
    try:
        yield store
    finally:
        store.close()


def set_up(house: House, cast: Cast) -> SetUp:
    """Makes accounts, names the invented people, takes the records in."""
    run(house.home, "kb", "init")
    links = _add_accounts(house, cast)
    with opened(house) as store:
        parties = _name_the_people(store, cast)
        collections = _make_collections(store, cast)
        event = _register_the_event(store, cast)
    for slug, file in ((IMA, "ima.jsonl"), (INVENTED, "invented.jsonl")):
        run(
            house.home,
            *("kb", "import", str(RECORDS / file), "--collection", slug),
            *("--as", cast.accounts["archivist"]["name"], "--reason", REASON),
        )
    return SetUp(links, parties, collections, event)


def _add_accounts(house: House, cast: Cast) -> dict[str, str]:
    """The operator first, then whom she adds; a steward is nobody she can add."""
    operator = cast.accounts["operator"]["name"]
    archivist = cast.accounts["archivist"]["name"]
    add = ("review", "add-account")
    return {
        "operator": run(house.home, *add, operator).split()[-1],
        "archivist": run(
            house.home, *add, archivist, "--role", "archivist", "--as", operator
        ).split()[-1],
    }


def actor_named(store: Store, name: str, voice: Voice) -> Actor:
    """The actor of a command of this account."""
    with store.reading() as db:
        found = find_account(db, name=name)
    account = None if found is None else found.id
    return Actor(voice, account=account, reason=REASON, by_command=True)


def _name_the_people(store: Store, cast: Cast) -> dict[str, str]:
    by = actor_named(store, cast.accounts["operator"]["name"], Voice.OPERATOR)
    whole = cast.community["key"]
    ids: dict[str, str] = {}
    for key, party in cast.parties.items():
        ids[key] = add_community(
            store,
            _content(party, ("name", "own_name", "language")),
            by=by,
            now=right_now(),
            part_of=None if key == whole else ids[whole],
        )
    return ids


def _make_collections(store: Store, cast: Cast) -> dict[str, str]:
    by = actor_named(store, cast.accounts["archivist"]["name"], Voice.INSTITUTION)
    return {
        one["key"]: add_collection(
            store,
            one["key"],
            {
                **_content(one["fields"], tuple(one["fields"])),
                "licence_metadata": ("cc0-1.0",),
                "item_pages": (one["item_pages"],),
            },
            by=by,
            now=right_now(),
            towards=(WIKI,),
        )
        for one in cast.collections
    }


def _register_the_event(store: Store, cast: Cast) -> tuple[str, ...]:
    by = actor_named(store, cast.accounts["archivist"]["name"], Voice.INSTITUTION)
    made = []
    for kind, fields in event_records():
        content = _content(fields, tuple(fields))
        if kind != "project":  # a project names its own licence
            content["licence_metadata"] = ("cc0-1.0",)
        made.append(
            receive(store, kind, content, by=by, now=right_now(), towards=(WIKI,))
        )
    return tuple(made)


def _content(fields: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    content: dict[str, tuple[str, ...]] = {}
    for name in names:
        value = fields.get(name, "")
        content[name] = tuple(value) if isinstance(value, list) else (value,)
    return content


def records_of(house: House, collection: str) -> Mapping[str, str]:
    """Identifier of the source -> id, for the records of a collection."""
    with opened(house) as store, store.reading() as db:
        return ids_by_identifier(db, collection)


def count_published(house: House, kind: str) -> int:
    """How many records of this kind the store says are published."""
    with opened(house) as store, store.reading() as db:
        published = list(journeys_in(db, WIKI, (State.PUBLISHED,)))
        found = find_records(db, [one.record for one in published])
    return sum(record.kind == kind for record in found.values())


def state_of(house: House, record: str) -> State:
    """Where the record stands on its way to the demo's wiki."""
    with opened(house) as store, store.reading() as db:
        return journey_of(db, record, WIKI).state
