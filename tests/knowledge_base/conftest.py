"""A store with a small world in it: an archivist, an operator, an invented people."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest

from knowledge_base import answers, approving, steps
from knowledge_base.accounts import add_account, find_account
from knowledge_base.approving import Complete, Seen, WaitsFor
from knowledge_base.communities import add_community, name_season, turn_season
from knowledge_base.history import journey_of, length_of
from knowledge_base.invitations import (
    join,
    make_half,
    record_invitation,
    record_one_is_enough,
    wishes_of,
)
from knowledge_base.journeys import State
from knowledge_base.keys import Keyring
from knowledge_base.notes import Note
from knowledge_base.receiving import receive
from knowledge_base.records import get_record
from knowledge_base.rights import Role
from knowledge_base.steps import SOFTWARE, Actor, Voice
from knowledge_base.stewardship import EVERYTHING, is_first_opening
from knowledge_base.store import Store, create
from knowledge_base.workflow import note
from policies.destinations import Destination
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.truth import Truth
from tests.beginnings import begin

WIKI = "own-wiki"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

OWN_WIKI = Destination(
    id=WIKI,
    label="Our wiki",
    is_ours=Truth.TRUE,
    is_public=Truth.TRUE,
    keeps_history=Truth.TRUE,
    can_close=Truth.TRUE,
    forces_commercial=Truth.TRUE,
    is_mirrored=Truth.FALSE,
    licence="cc-by-sa-4.0",
    forces=frozenset({Purpose.INDEX, Purpose.TRANSLATE, Purpose.AI, Purpose.BULK}),
)


@dataclass
class World:
    """The store and its people; `now` is a clock that the test turns."""

    store: Store
    now: datetime = START
    operator: Actor = SOFTWARE
    archivist: Actor = SOFTWARE
    people: str = ""
    steward: Actor = SOFTWARE
    made: int = field(default=0)

    def later(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def collection(
        self,
        *,
        towards: tuple[str, ...] = (),
        institution: str | None = None,
        **fields: str,
    ) -> str:
        """A collection of which nobody has spoken yet."""
        content = {"title": "Invented things"} | fields
        return self._receive(
            "collection", content, institution=institution, towards=towards
        )

    def item(self, **fields: str) -> str:
        """A record on its way to the wiki; nothing is known but what it says."""
        return self.item_in(None, fields)

    def item_in(
        self,
        collection: str | None,
        fields: Mapping[str, str] = MappingProxyType({}),
        *,
        towards: tuple[str, ...] = (WIKI,),
    ) -> str:
        """Such a record in a collection."""
        self.made += 1
        content = {
            "title": "A boat",
            "identifier": f"B.{self.made}",
            "maker": "Somebody (invented)",
            "licence_metadata": "cc0-1.0",
        }
        content |= fields
        return self._receive("item", content, collection=collection, towards=towards)

    def item_in_theirs(self) -> tuple[str, str]:
        """A collection that concerns the people, and an item of which nobody spoke."""
        collection = self.collection()
        self.concern(collection, "named", self.people)
        return collection, self.item_in(collection)

    def _receive(self, kind: str, fields: Mapping[str, str], **where: Any) -> str:
        return receive(
            self.store,
            kind,
            {name: (value,) for name, value in fields.items()},
            by=SOFTWARE,
            now=self.later(),
            **where,
        )

    def length(self, record: str) -> int:
        with self.store.reading() as db:
            return length_of(db, record)

    def state(self, record: str) -> State:
        with self.store.reading() as db:
            return journey_of(db, record, WIKI).state

    def take(self, record: str, *taken: steps.Step, by: Actor = SOFTWARE) -> None:
        seen = self.length(record)
        notes = [Note(record=record, seen=seen, step=step, by=by) for step in taken]
        note(self.store, notes, now=self.later())

    def concern(self, record: str, answer: str, *parties: str) -> None:
        answers.say_who_is_concerned(
            self.store,
            record,
            answer,
            parties,
            seen=self.length(record),
            by=self.archivist,
            now=self.later(),
        )

    def label(self, record: str, type: str, *, season: str | None = None) -> None:
        """The steward puts a traditional-knowledge label on the record."""
        label = steps.LabelApplied(
            family="tk",
            type=type,
            community=self.people,
            text_hash="",
            season=season,
        )
        self.take(record, label, by=self.steward)

    def season(self) -> str:
        """A season of the people; nobody has opened it."""
        by, now = self.steward, self.later()
        return name_season(self.store, self.people, "first snow", by=by, now=now)

    def turn(self, season: str, *, is_open: bool) -> None:
        """The steward opens or closes a season of the people."""
        by, now = self.steward, self.later()
        turn_season(self.store, self.people, season, is_open=is_open, by=by, now=now)

    def seen(self, record: str) -> Seen:
        return Seen(
            length=self.length(record),
            title=f"Page of {record}",
            units_hash="u",
            units={"title": "t"},
        )

    def approve(
        self, record: str, by: Actor, *, until: date | None = None
    ) -> Complete | WaitsFor:
        """A yes to what stands there; `until`: the day on which it ends."""
        return approving.approve(
            self.store,
            record,
            WIKI,
            seen=self.seen(record),
            by=by,
            now=self.later(),
            yes=answers.Yes(informed=True, until=until),
        )

    def approval(self, record: str, **otherwise: Any) -> steps.Approved:
        """The bare step with which the record would be approved as it stands."""
        with self.store.reading() as db:
            content_hash = get_record(db, record).content_hash or ""
        approval = steps.Approved(
            destination=WIKI,
            content_hash=content_hash,
            units_hash="u",
            units={"title": "t"},
            rulebook=self.store.rulebook.version,
            visibility="full",
            answers=(),
        )
        return replace(approval, **otherwise)

    def refuse(self, record: str, by: Actor, text: str = "") -> None:
        seen, now = self.length(record), self.later()
        answers.refuse(self.store, record, seen=seen, by=by, now=now, note_text=text)

    def withdraw(self, record: str, by: Actor) -> None:
        seen, now = self.length(record), self.later()
        answers.withdraw(self.store, record, seen=seen, by=by, now=now, note_text="")

    def publish(self, record: str) -> None:
        """As the bot would: intended, saved."""
        self.take(record, intended())
        self.take(record, saved())


def intended() -> steps.Intended:
    return steps.Intended(
        destination=WIKI, act="create", units_hash="u", base_revision=None
    )


def saved() -> steps.Saved:
    return steps.Saved(destination=WIKI, page_id=7, revision=70, units_hash="u")


def make_world(url: str, keys: Keyring | None = None) -> World:
    """The small world at an empty database; without keys nothing in it is sealed."""
    begun = begin(url, _begun) if keys is None else _begun(url, keys)
    return replace(begun, store=_opened(url, keys))


def make_sealed_world(url: str, master: bytes) -> World:
    """The same, sealed under that master key from its beginning."""
    begun = begin(url, _beginning(master))
    return replace(begun, store=_opened(url, Keyring(master)))


@cache
def _beginning(master: bytes) -> Callable[[str], World]:
    """What fills an empty database with it: one for each key, which is copied."""

    def fill(url: str) -> World:
        return _begun(url, Keyring(master))

    return fill


def _opened(url: str, keys: Keyring | None) -> Store:
    return Store.open(
        url, rulebook=Rulebook.shipped(), destinations=(OWN_WIKI,), keys=keys
    )


def _begun(url: str, keys: Keyring | None = None) -> World:
    create(url, now=START)
    world = World(_opened(url, keys))
    operator = add_account(
        world.store, "odo", ((Role.OPERATOR, ""),), by=SOFTWARE, now=START
    )
    world.operator = Actor(Voice.OPERATOR, account=operator, reason="not-sure")
    archivist = add_account(
        world.store, "ilse", ((Role.ARCHIVIST, ""),), by=world.operator, now=START
    )
    world.archivist = Actor(
        Voice.INSTITUTION, account=archivist, reason="own-collection"
    )
    world.people = add_community(
        world.store,
        {"name": ("Zephrindle (an invented people)",)},
        by=world.operator,
        now=START,
    )
    world.steward = seat_steward(world, world.people, "tamsel")
    world.store.close()
    return world


def seat_steward(
    world: World,
    community: str,
    name: str,
    *,
    written_by: Actor | None = None,
    matters: tuple[str, ...] = (EVERYTHING,),
    one_is_enough: bool = True,
) -> Actor:
    """A person makes her half, is named by her community, and joins.

    Where the community is present already, `written_by` is one of its own; else the
    archivist writes down that one is enough, unless that is not wished.
    """
    if one_is_enough and written_by is None:
        wish(world, community)
    half = make_half()
    record_invitation(
        world.store,
        community,
        mark=half.mark,
        evidence="Spoken at a meeting (invented)",
        by=written_by or world.operator,
        now=world.later(),
        matters=matters,
    )
    account = join(world.store, half.secret, name=name, now=world.later())
    return Actor(Voice.COMMUNITY, account=account, party=community)


def wish(world: World, community: str) -> None:
    """The archivist writes down that one is enough, where nobody did and it can be."""
    with world.store.reading() as db:
        can_be = is_first_opening(db, community) and not wishes_of(db, community)
    if can_be:
        record_one_is_enough(
            world.store,
            community,
            evidence="Spoken at a meeting (invented)",
            by=world.archivist,
            now=world.later(),
        )


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    """The small world on SQLite."""
    made = make_world(sqlite_url)
    yield made
    made.store.close()


@pytest.fixture
def any_world(any_database_url: str) -> Iterator[World]:
    """The small world, once on each database."""
    made = make_world(any_database_url)
    yield made
    made.store.close()


@pytest.fixture
def account_of(world: World) -> Callable[[Actor], object]:
    """Looks an actor's account up."""

    def look(by: Actor) -> object:
        with world.store.reading() as db:
            return find_account(db, id=by.account or "")

    return look
