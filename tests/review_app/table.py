"""A table with invented people round it: one institution, three communities."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from knowledge_base import answers
from knowledge_base.accounts import add_account
from knowledge_base.communities import (
    add_community,
    confirm,
    suspend,
)
from knowledge_base.history import journey_of, length_of
from knowledge_base.invitations import (
    join,
    make_half,
    record_invitation,
    record_one_is_enough,
)
from knowledge_base.journeys import State
from knowledge_base.keys import Keyring
from knowledge_base.links import make_link, own_link
from knowledge_base.receiving import receive
from knowledge_base.rights import Role
from knowledge_base.settings import Place, Settings
from knowledge_base.sign_ins import sign_in
from knowledge_base.steps import SOFTWARE, Actor, Voice
from knowledge_base.store import Store, create
from policies.rulebook import Rulebook
from review_app import create_app
from review_app.guests import COOKIE
from tests.beginnings import begin
from tests.review_app.compiled import COMPILED, compile_addresses_once
from tests.review_app.reading import Form, Page

WIKI = "own-wiki"
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
compile_addresses_once()
RECORDS = Path(__file__).parents[2] / "withcare/demo/records/invented.jsonl"

OWN_WIKI = Place(
    id=WIKI,
    label="Our wiki",
    host="wiki.example.org",
    ours=True,
    public=True,
    keeps_history=True,
    can_close=True,
    forces_commercial=True,
    mirrored=False,
    licence="cc-by-sa-4.0",
)
PEOPLE = (
    "visitor",
    "vera",
    "ilse",
    "tamsel",
    "mirabet",
    "brindle",
    "waldo",
    "susa",
    "first",
    "odo",
    "otto",
)
"""Visitor; viewer; archivist; stewards of three; waiting; suspended; first of a place
that has not opened; operators."""


@dataclass
class Person:
    """Somebody at her browser: she keeps cookies and fills in the forms she finds."""

    client: FlaskClient

    def opens(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers, buffered=True)

    def reads(self, path: str) -> Page:
        return Page(self.opens(path).text)

    def sends(
        self, found: Page, ending: str, /, **fields: str | list[str]
    ) -> TestResponse:
        """Fills in the form with that address on the page and sends it."""
        return self.sends_form(found.form(ending), **fields)

    def sends_form(self, form: Form, /, **fields: str | list[str]) -> TestResponse:
        sent: dict[str, Any] = {**form.fields, **fields}
        return self.client.post(form.action, data=sent)

    def answers(
        self, record: str, ending: str, /, **fields: str | list[str]
    ) -> TestResponse:
        """Opens the record at her desk and sends one of its forms."""
        return self.sends(
            self.reads(f"/desk/{record}"), f"/{record}/{ending}", **fields
        )


@dataclass
class Table:
    """The store, the app, the people; `now` is a clock that a test may turn."""

    store: Store
    settings: Settings
    app: Flask
    now: datetime = START
    actors: dict[str, Actor] = field(default_factory=dict)
    communities: dict[str, str] = field(default_factory=dict)
    seated: dict[str, Person] = field(default_factory=dict)

    def later(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def person(self, name: str) -> Person:
        """Whoever it is, signed in; "visitor" is nobody."""
        if name not in self.seated:
            self.seated[name] = self.newcomer()
            if name != "visitor":
                self._seat(self.seated[name], name)
        return self.seated[name]

    def newcomer(self) -> Person:
        return Person(self.app.test_client())

    def _seat(self, person: Person, name: str) -> None:
        account = self.actors[name].account or ""
        seated = sign_in(self.store, account, now=self.now)
        person.client.set_cookie(COOKIE, seated.secret)

    def link_for(self, name: str) -> str:
        account = self.actors[name].account or ""
        if self.actors[name].voice is Voice.COMMUNITY:
            return own_link(self.store, account, now=self.now)
        return make_link(self.store, account, by=self.actors["odo"], now=self.now)

    def item(self, *named: str, **fields: str | tuple[str, ...]) -> str:
        """An item on its way to the wiki; `named` are the communities it concerns."""
        content: dict[str, tuple[str, ...]] = {
            "title": ("Rope winder (invented)",),
            "identifier": (f"INV.{self.now:%H%M}",),
            "maker": ("Dobbin Orwindle (invented)",),
            "licence_metadata": ("cc0-1.0",),
        }
        content |= {
            name: (value,) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        id = receive(
            self.store,
            "item",
            content,
            by=SOFTWARE,
            now=self.later(),
            towards=(WIKI,),
        )
        if named:
            self.concerns(id, *named)
        return id

    def invented(self, identifier: str, *named: str) -> str:
        """One of the invented records of the demo."""
        for line in RECORDS.read_text("utf-8").splitlines():
            raw = json.loads(line)
            if raw["identifier"] == identifier:
                return self.item(*named, **_filled(raw))
        raise AssertionError(f"no invented record {identifier}")

    def concerns(self, record: str, *named: str) -> None:
        answers.say_who_is_concerned(
            self.store,
            record,
            "named",
            tuple(self.communities[name] for name in named),
            seen=self.length(record),
            by=replace(self.actors["ilse"], reason="known-from-the-record"),
            now=self.later(),
        )

    def concerns_nobody(self, record: str) -> None:
        answers.say_who_is_concerned(
            self.store,
            record,
            "nobody",
            (),
            seen=self.length(record),
            by=self.actors["ilse"],
            now=self.later(),
        )

    def length(self, record: str) -> int:
        with self.store.reading() as db:
            return length_of(db, record)

    def state(self, record: str) -> State:
        with self.store.reading() as db:
            return journey_of(db, record, WIKI).state


def _filled(raw: dict[str, str | list[str]]) -> dict[str, str | tuple[str, ...]]:
    return {
        name: value if isinstance(value, str) else tuple(value)
        for name, value in raw.items()
        if value
    }


def lay_table(home: Path, url: str = "") -> Table:
    """The table in that folder, with everybody of PEOPLE round it.

    `url`: of an empty database; "" for one in the folder.
    """
    url = url or f"sqlite:///{home / 'withcare.sqlite'}"
    begun = begin(url, _begun)
    table = _bare(home, url)
    table.now = begun.now
    table.actors |= begun.actors
    table.communities |= begun.communities
    return table


def reopen(table: Table, *, keys: Keyring) -> Table:
    """The same table over a store that seals: what is said from now on."""
    url = table.store._engine.url.render_as_string(hide_password=False)
    table.store.close()
    opened = _bare(table.settings.home, url, keys)
    opened.now = table.now
    opened.actors |= table.actors
    opened.communities |= table.communities
    return opened


def _bare(home: Path, url: str, keys: Keyring | None = None) -> Table:
    settings = Settings(
        home=home, destinations=(OWN_WIKI,), review_address="http://localhost"
    )
    store = Store.open(
        url, rulebook=Rulebook.shipped(), destinations=settings.policies, keys=keys
    )
    table = Table(store, settings, create_app(store, settings, clock=lambda: table.now))
    table.app.testing = True
    table.app.jinja_env.bytecode_cache = COMPILED
    return table


def _begun(url: str) -> Table:
    create(url, now=START)
    with TemporaryDirectory() as home:
        table = _bare(Path(home), url)
        _institution(table)
        _communities(table)
        table.store.close()
    return table


def _institution(table: Table) -> None:
    roles = {
        "odo": (Role.OPERATOR,),
        "ilse": (Role.ARCHIVIST,),
        "vera": (Role.VIEWER,),
        "otto": (Role.OPERATOR, Role.ARCHIVIST, Role.VIEWER),
    }
    for name, held in roles.items():
        by = table.actors.get("odo", SOFTWARE)
        id = add_account(
            table.store,
            name,
            tuple((role, "") for role in held),
            by=by,
            now=table.later(),
        )
        voice = Voice.INSTITUTION if name == "ilse" else Voice.OPERATOR
        table.actors[name] = Actor(voice, account=id, reason="asked-and-told")


def _communities(table: Table) -> None:
    name_community(
        table, "zephrindle", "Zephrindle (an invented people)", one_is_enough=True
    )
    name_community(
        table,
        "larkmender",
        "Larkmender family (invented)",
        part_of=table.communities["zephrindle"],
        one_is_enough=True,
    )
    name_community(table, "marrowick", "Marrowick (invented)")
    name_community(table, "quillen", "Quillen (invented)")
    seat_steward(table, "zephrindle", "tamsel")
    seat_steward(table, "larkmender", "mirabet")
    seat_steward(table, "marrowick", "brindle")
    seat_steward(table, "marrowick", "ursa", written_by="odo")
    seat_steward(table, "quillen", "first")
    marrowick = table.communities["marrowick"]
    for one, other in (("ursa", "brindle"), ("brindle", "ursa")):
        account = table.actors[one].account or ""
        confirm(
            table.store,
            marrowick,
            account,
            by=table.actors[other],
            now=table.later(),
        )
    seat_steward(table, "marrowick", "waldo", written_by="brindle")
    seat_steward(table, "zephrindle", "susa", written_by="tamsel")
    suspend(
        table.store,
        table.communities["zephrindle"],
        table.actors["susa"].account or "",
        by=table.actors["odo"],
        now=table.later(),
    )


def name_community(
    table: Table,
    key: str,
    name: str,
    *,
    part_of: str | None = None,
    one_is_enough: bool = False,
) -> None:
    table.communities[key] = add_community(
        table.store,
        {"name": (name,)},
        by=table.actors["odo"],
        now=table.later(),
        part_of=part_of,
    )
    if one_is_enough:
        record_one_is_enough(
            table.store,
            table.communities[key],
            evidence="Spoken at a meeting (invented)",
            by=table.actors["otto"],
            now=table.later(),
        )


def seat_steward(
    table: Table, community: str, name: str, *, written_by: str = "ilse"
) -> None:
    """A person makes her half, is named by her community, and joins.

    Where the community is present already, `written_by` is one of its own.
    """
    half, id = make_half(), table.communities[community]
    record_invitation(
        table.store,
        id,
        mark=half.mark,
        evidence="Spoken at a meeting (invented)",
        by=table.actors[written_by],
        now=table.later(),
    )
    account = join(table.store, half.secret, name=name, now=table.later())
    table.actors[name] = Actor(Voice.COMMUNITY, account=account, party=id)
