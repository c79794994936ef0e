"""A store, a real wiki and the bot between them, as the tests of the hands need it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import msgspec

from knowledge_base import approving, flags, steps
from knowledge_base.answers import Yes
from knowledge_base.approving import Complete, Seen, WaitsFor
from knowledge_base.communities import names_of
from knowledge_base.gate import decision_of
from knowledge_base.history import history_of
from knowledge_base.journeys import State
from knowledge_base.key_files import make_once
from knowledge_base.keys import read_master
from knowledge_base.keys.master import FILE
from knowledge_base.kinds import shipped_kinds
from knowledge_base.lists_in_force import lists_in_force
from knowledge_base.made_ready import make_ready
from knowledge_base.notes import Note
from knowledge_base.pages import PageState, page_of
from knowledge_base.public import view_of
from knowledge_base.receiving import screening
from knowledge_base.records import get_record
from knowledge_base.settings import Place, Settings
from knowledge_base.steps import SOFTWARE, Actor, Step
from knowledge_base.workflow import note
from tests.knowledge_base.conftest import WIKI, World, make_sealed_world
from wikibot.hands.doors import Doors, SettingsDoors
from wikibot.hands.errand import Errand, Tally
from wikibot.hands.keys import BotPassword, key_file, write_key
from wikibot.hands.outcomes import EditOutcome, Failure, Saved, Unreachable
from wikibot.hands.run import EVERYTHING, Part, run
from wikibot.hands.wiki import Edit, OwnSave, PageText, Wiki
from wikibot.pages.render import Addresses, TooLong, render
from wikibot.pages.titles import title_for
from wikibot.pages.units import Units, hashes, units_hash
from withcare.sandbox import RunningSandbox
from withcare.sandbox.settling import place_text

PATIENCE = 20.0
MASTER = bytes(range(32))  # the same for all, so that a sealed world can be copied
ADDRESSES = Addresses(review_app="http://127.0.0.1:8470")


@dataclass
class Bench:
    """The small world, a wiki, and a bot that is told what to do."""

    world: World
    settings: Settings
    wiki: RunningSandbox
    before_save: list[Callable[[], object]] = field(default_factory=list)
    fail_reads: int = 0
    fail_own_saves: int = 0
    on_the_way: list[Edit] = field(default_factory=list)
    is_slow: bool = False

    @property
    def place(self) -> Place:
        return self.settings.place(WIKI)

    def doors(self) -> Doors:
        return SettingsDoors(self.settings, WIKI, patience=PATIENCE)

    def slow_doors(self) -> Doors:
        """Doors behind which things happen between our looking and our saving."""
        return SlowDoors(self)

    def act_before_next_save(self, act: Callable[[], object]) -> None:
        self.before_save.append(act)

    def edit_before_next_save(self, record: str, change: Callable[[str], str]) -> None:
        self.act_before_next_save(lambda: self.edit(record, change))

    def lose_the_reply(self) -> None:
        """A run whose save is on its way still when the bot has given it up."""
        self.is_slow = True
        assert self.run(doors=self.slow_doors()).trouble == ["unreachable"]
        self.is_slow = False
        assert len(self.on_the_way) == 1

    def arrive(self) -> int:
        """The save that was given up takes place after all; its revision."""
        wiki = self.doors().bot()
        wiki.poll(None)
        outcome = wiki.edit(self.on_the_way.pop())
        wiki.close()
        assert isinstance(outcome, Saved)
        return outcome.revision

    def errand(self, **changed: object) -> Errand:
        errand = Errand(
            store=self.world.store,
            place=self.place,
            clock=lambda: datetime.now(UTC),
            addresses=ADDRESSES,
            tally=Tally(),
            rehearses=not self.place.live,
        )
        for name, value in changed.items():
            object.__setattr__(errand, name, value)
        return errand

    def run(
        self,
        parts: frozenset[Part] = EVERYTHING,
        *,
        doors: Doors | None = None,
        **changed: object,
    ) -> Tally:
        errand = self.errand(**changed)
        run(errand, self.doors() if doors is None else doors, parts)
        return errand.tally

    def changed(self, **settings: object) -> None:
        """The destination's settings from here on."""
        place = msgspec.structs.replace(self.place, **settings)
        self.settings = msgspec.structs.replace(self.settings, destinations=(place,))

    # --- the review table, as the app would be used

    def units(self, record: str) -> tuple[str, Units]:
        """Title and units as a yes would have them."""
        store = self.world.store
        with store.reading() as db:
            found = get_record(db, record)
            decision = decision_of(db, store, record, WIKI, on=self.world.now.date())
            view = view_of(found, decision, names=names_of(db), at=decision.at_most)
        kind = shipped_kinds()[found.kind]
        units = render(view, kind, addresses=ADDRESSES)
        assert not isinstance(units, TooLong)
        return title_for(view, kind, record=record), units

    def approve(self, record: str, by: Actor | None = None) -> Complete | WaitsFor:
        """The archivist's yes to exactly what would be saved."""
        title, units = self.units(record)
        seen = Seen(
            length=self.world.length(record),
            title=title,
            units_hash=units_hash(units),
            units=hashes(units),
        )
        return approving.approve(
            self.world.store,
            record,
            WIKI,
            seen=seen,
            by=self.world.archivist if by is None else by,
            now=self.world.later(),
            yes=Yes(informed=True),
        )

    def approved(self, **fields: str) -> str:
        """A record by a named maker that concerns nobody else, and its yes."""
        record = self.world.item(**fields)
        self.world.concern(record, "nobody")
        assert self.approve(record) == Complete()
        return record

    def tell_otherwise(self, record: str, **fields: str) -> None:
        """The source says something else now; the screening looks again."""
        with self.world.store.reading() as db:
            found, in_force = get_record(db, record), lists_in_force(db)
        content = dict(found.content) | {n: (text,) for n, text in fields.items()}
        kind = shipped_kinds()[found.kind]
        ready = make_ready(kind, content)
        changed = steps.ContentChanged(
            content_hash=ready.content_hash, fields=tuple(fields), concerns=False
        )
        screened = screening(self.world.store, kind, ready, in_force)
        seen = self.world.length(record)
        notes = [
            Note(record=record, seen=seen, step=changed, by=SOFTWARE, text=ready.text),
            Note(record=record, seen=seen, step=screened, by=SOFTWARE),
        ]
        note(self.world.store, notes, now=self.world.later())

    def approve_again(self, record: str, by: Actor | None = None) -> None:
        """A fresh yes to what the record says now."""
        if self.world.state(record) is State.PUBLISHED:
            changed = steps.Changed(destination=WIKI, by="source")
            self.world.take(record, changed)
        assert self.approve(record, by) == Complete()

    def published(self, **fields: str) -> str:
        record = self.approved(**fields)
        assert self.run().saved == 1
        return record

    def withdraw(self, record: str) -> None:
        self.world.withdraw(record, self.world.archivist)

    def settle_flags(self, record: str) -> None:
        """Those concerned looked: what may be shown is said by their answer."""
        with self.world.store.reading() as db:
            held = get_record(db, record).known.flags
        for flag in held:
            flags.settle_flag(
                self.world.store,
                record,
                flag.id,
                seen=self.world.length(record),
                by=self.world.archivist,
                now=self.world.later(),
            )

    # --- what stands where

    def page(self, record: str) -> PageState:
        with self.world.store.reading() as db:
            found = page_of(db, record, WIKI)
        assert found is not None
        return found

    def steps(self, record: str) -> list[Step]:
        with self.world.store.reading() as db:
            return [entry.step for entry in history_of(db, record)]

    def text(self, record: str) -> str:
        """The page as anyone reads its source; empty where there is none."""
        return self._text(pageids=self.page(record).page_id)

    def text_at(self, title: str) -> str:
        """What anyone reads at that title; empty where nothing stands."""
        return self._text(titles=title)

    def among_the_deleted(self, title: str) -> str:
        """All that the archive has of a title, as whoever may see there reads it."""
        reply = self.wiki.visitor("deploy").get(
            action="query",
            prop="deletedrevisions",
            titles=title,
            drvprop="ids|content|comment",
            drvslots="main",
            drvlimit=50,
        )
        return str(reply)

    def _text(self, **which: object) -> str:
        reply = self.wiki.visitor().get(
            action="query", prop="revisions", rvprop="content", rvslots="main", **which
        )
        found = reply["query"]["pages"][0]
        if "revisions" not in found:
            return ""
        return str(found["revisions"][0]["slots"]["main"]["content"])

    def edit(self, record: str, change: Callable[[str], str]) -> int:
        """A person edits the page; the new revision."""
        reply = self.wiki.visitor("human").edit(
            self.page(record).title, change(self.text(record)), summary="a person"
        )
        return int(reply["edit"]["newrevid"])


class SlowDoors(SettingsDoors):
    """The same doors; what the bench holds ready happens just before a save."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.settings, WIKI, patience=PATIENCE)
        self._bench = bench

    def bot(self) -> Wiki:
        return cast(Wiki, SlowWiki(super().bot(), self._bench))


class SlowWiki:
    """A real wiki behind which people are quick."""

    def __init__(self, wiki: Wiki, bench: Bench) -> None:
        self._wiki, self._bench = wiki, bench

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wiki, name)

    def edit(self, edit: Edit) -> EditOutcome:
        while self._bench.before_save:
            self._bench.before_save.pop()()
        if self._bench.is_slow:
            self._bench.on_the_way.append(edit)
            return Unreachable("a test")
        return self._wiki.edit(edit)

    def own_saves(
        self, *, page_id: int | None, title: str
    ) -> tuple[OwnSave, ...] | Failure:
        if self._bench.fail_own_saves:
            self._bench.fail_own_saves -= 1
            return Unreachable("a test")
        return self._wiki.own_saves(page_id=page_id, title=title)

    def read(self, page_ids: Sequence[int]) -> Mapping[int, PageText] | Failure:
        if self._bench.fail_reads:
            self._bench.fail_reads -= 1
            return Unreachable("a test")
        return self._wiki.read(page_ids)


def settings_text(bench: Bench, *, live: bool = True) -> str:
    """The same settings as a file of an operator's."""
    place = place_text(bench.wiki, id=WIKI)
    contact = f'contact = "{bench.settings.contact}"\n'
    return contact + (place if live else place.replace("live = true", "live = false"))


def make_bench(home: Path, wiki: RunningSandbox, url: str) -> Bench:
    """The world at an empty database, with keys for the wiki's accounts."""
    place = Place(
        id=WIKI,
        label="Our wiki",
        scheme="http",
        host=wiki.address.partition("//")[2],
        account=wiki.accounts["bot"].user,
        withdrawal_account=wiki.accounts["withdrawal"].user,
        deploy_account=wiki.accounts["deploy"].user,
        live=True,
        seconds_between_edits=0.0,
    )
    settings = Settings(
        home=home, contact="mailto:somebody@example.org", destinations=(place,)
    )
    for role in ("bot", "withdrawal", "deploy"):
        who = wiki.accounts[role]
        path = key_file(settings.keys, WIKI, who.user)
        write_key(path, BotPassword(who.login_name, who.bot_password))
    make_once(settings.keys / FILE, MASTER.hex().encode())
    world = make_sealed_world(url, read_master(settings.keys, {}))
    world.store.markers = settings.marker_book()
    return Bench(world, settings, wiki)
