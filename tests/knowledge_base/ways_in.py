"""Every ordinary way by which a word comes into the store; each plants its own."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge_base import answers, steps
from knowledge_base.accounts import add_account
from knowledge_base.approving import approve
from knowledge_base.clearing import clear_erased
from knowledge_base.collections import add_collection
from knowledge_base.communities import add_community, date_season, name_season
from knowledge_base.community_keys import make_key
from knowledge_base.exchange.importing import import_file
from knowledge_base.exchange.later import import_later
from knowledge_base.exchange.mappings import read_mapping
from knowledge_base.exchange.shape import Told
from knowledge_base.flags import FlagAgainst, flag, settle_flag
from knowledge_base.identity import mark_of
from knowledge_base.invitations import (
    make_half,
    record_invitation,
    record_one_is_enough,
)
from knowledge_base.kinds import shipped_kinds
from knowledge_base.labelling import LabelWords, apply_label
from knowledge_base.links import make_link
from knowledge_base.notes import Note
from knowledge_base.pages import choose_title, keep_base, keep_title
from knowledge_base.passwords import set_password
from knowledge_base.receiving import receive
from knowledge_base.reports import Report, report
from knowledge_base.rights import Role
from knowledge_base.sign_ins import sign_in
from knowledge_base.steps import SOFTWARE
from knowledge_base.word_lists import give_list, own_list
from knowledge_base.work import work
from knowledge_base.workflow import note
from policies.view import OwnWords
from tests.knowledge_base.conftest import WIKI, World
from tests.knowledge_base.exchange.conftest import item, write_lines, write_table

GONE, OPENS = "nowhere", "with a key"


@dataclass
class Planting:
    """The world into which it is planted; `secrets` are what it was given to keep."""

    world: World
    folder: Path
    collection: str
    secrets: dict[str, str] = field(default_factory=dict)

    def take_in(self, path: Path, **more: Any) -> None:
        told: dict[str, Any] = {
            "collection": self.collection,
            "kind": shipped_kinds()["item"],
            "towards": (WIKI,),
            "by": self.world.archivist,
            "now": self.world.later,
        }
        import_file(self.world.store, path, **(told | more))

    def take_in_rows(self, name: str, *rows: dict[str, Any] | str) -> None:
        self.take_in(write_lines(self.folder / f"{name}.jsonl", rows))

    def theirs(self, **fields: str) -> str:
        """An item that concerns the people."""
        record = self.world.item(**fields)
        self.world.concern(record, "named", self.world.people)
        return record

    def said(self, record: str, by: steps.Actor) -> dict[str, Any]:
        """What every word about a record is said with."""
        now = self.world.later()
        return {"seen": self.world.length(record), "by": by, "now": now}


def _content(on: Planting, word: str) -> None:
    fields = {one.name: f"the {word}" for one in shipped_kinds()["item"].fields}
    on.world.item(**(fields | {"identifier": "C.1"}))


def _screened(on: Planting, word: str) -> None:
    on.world.item(title=f"{word} burial", description=f"sacred {word} remains")


def _institution(on: Planting, word: str) -> None:
    content = {"name": (word,), "description": (word,)}
    by, now = on.world.operator, on.world.later()
    receive(on.world.store, "organisation", content, by=by, now=now)


def _collection(on: Planting, word: str) -> None:
    on.world.collection(title=word, considerations=f"Ask about {word} first")


def _row(on: Planting, word: str) -> None:
    on.take_in_rows("row", item(1, title=word, description=f"of {word}"))


def _earlier(on: Planting, word: str) -> None:
    """What a source said before it said something else."""
    on.take_in_rows("earlier", item(2, title=word))
    on.take_in_rows("later", item(2, title="Told anew (invented)"))


def _changed(on: Planting, word: str) -> None:
    on.take_in_rows("before", item(3))
    on.take_in_rows("after", item(3, title=word, maker=[word]))


def _wrong_rows(on: Planting, word: str) -> None:
    """Rows that do not come in, or come in mended, for every reason there is."""
    long = word * 20
    on.take_in_rows(
        "wrong",
        item(4, identifier="", title=word),
        item(5, identifier=long),
        item(6, identifier=1.5, title=word),
        item(7, title="", maker=[f"{word}\x96 and \udc00"]),
        item(8, title=[word, f"other {word}"]),
        item(9, maker={"name": word}),
        item(10, description=word * 20_000),
        item(11, note=word),
        f'{{"identifier": "I.12", "title": "{word}", }}',
        f'["{word}"]',
        f'{{"identifier": "I.13", "title": "{word}", "size": NaN}}',
        f"{word} and no JSON",
    )


def _wrong_cells(on: Planting, word: str) -> None:
    path = write_table(
        on.folder / "cells.csv",
        [
            ("identifier", "title", "maker"),
            ("T.1", f"{word} (invented)", "Somebody (invented)", word),
            ("", word, word),
        ],
        ",",
    )
    path.write_bytes(path.read_bytes() + f"T.2,{word},".encode() + b"\xff\n")
    on.take_in(path, told=Told(encoding="utf-8"))


def _preview(on: Planting, word: str) -> None:
    path = write_lines(on.folder / "preview.jsonl", [item(14, title=word)])
    on.take_in(path, dry_run=True)


def _left_for_later(on: Planting, word: str) -> None:
    """A file of which the worker has not read a row."""
    path = write_lines(on.folder / "left.jsonl", [item(15, title=word)])
    _leave(on, path)


def _leave(on: Planting, path: Path) -> None:
    import_later(
        on.world.store,
        path,
        collection=on.collection,
        kind="item",
        mapping="auto",
        towards=(WIKI,),
        told=Told(),
        by=on.world.archivist,
        now=on.world.later(),
    )


def _path_left(on: Planting, word: str) -> None:
    """The worker looks at it, and says why it cannot be read any more."""
    path = write_lines(on.folder / f"{word}.jsonl", [item(16)])
    _leave(on, path)
    path.unlink()
    list(work(on.world.store, worker="one", clock=on.world.later, only="import"))


def _column(on: Planting, word: str) -> None:
    """One that goes nowhere, and one that is wrong in a row."""
    twice = f'{{"identifier": "I.17", "{word}": "a", "{word}": "b"}}'
    on.take_in_rows("column", item(18, **{word: "a"}), twice)


def _source(on: Planting, word: str) -> None:
    path = on.folder / "mapping.yaml"
    path.write_text(
        f"mapping: own\nkind: item\nsource: {word}\nidentified_by: identifier\n"
        "columns:\n- {column: title, to: title}\n",
        "utf-8",
    )
    rows = write_lines(on.folder / "source.jsonl", [item(19)])
    on.take_in(rows, mapping=read_mapping(path))


def _number(on: Planting, word: str) -> None:
    on.take_in_rows("number", item(20, identifier=word))


def _label(on: Planting, word: str) -> None:
    record, words = on.theirs(), LabelWords(text=word, attribution=f"{word} people")
    on.secrets["hash of its words"] = mark_of(word)  # with it they could be guessed
    how = on.said(record, on.world.steward)
    apply_label(on.world.store, record, ("tk", "attribution"), words, **how)


def _label_before(on: Planting, word: str) -> None:
    """A label that was put on anew, and taken off."""
    record = on.theirs()
    for text in (word, "said anew"):
        how = on.said(record, on.world.steward)
        words = LabelWords(text=text, attribution=text)
        apply_label(on.world.store, record, ("tk", "family"), words, **how)


def _own_words(on: Planting, word: str) -> None:
    record = on.theirs()
    for field_name in ("title", "description"):
        words = OwnWords(on.world.people, word, field_name, word, "en", True)
        how = on.said(record, on.world.steward)
        answers.give_words(on.world.store, record, words, **how)


def _words_with_a_yes(on: Planting, word: str) -> None:
    """Another people is asked as well: nobody may see them yet."""
    record, by = on.world.item(), on.world.steward
    named, now = {"name": ("Ysolde's people (invented)",)}, on.world.later()
    other = add_community(on.world.store, named, by=on.world.operator, now=now)
    on.world.concern(record, "named", on.world.people, other)
    words = OwnWords(on.world.people, word, "title", word, "en", True)
    seen = on.world.seen(record)
    given = answers.own_words(record, words, seen=seen.length, by=by)
    approve(
        on.world.store,
        record,
        WIKI,
        seen=seen,
        by=by,
        now=on.world.later(),
        yes=answers.Yes(informed=True),
        words=given,
    )


def _flag(on: Planting, word: str) -> None:
    record = on.theirs()
    for against in ("not-written-yet", "sacred"):
        what = FlagAgainst(against=against, is_grave=True, field="title", note=word)
        how = on.said(record, on.world.steward)
        held = flag(on.world.store, record, what, **how)
    settle_flag(on.world.store, record, held, **on.said(record, on.world.steward))


def _report(on: Planting, word: str) -> None:
    record, title = on.theirs(), "A page that is reported (invented)"
    with on.world.store.writing() as db:
        choose_title(db, record, WIKI, title)
    for grave in (True, False):
        _send(on, title, word, is_grave=grave)


def _report_of_none(on: Planting, word: str) -> None:
    """Of a page that is not ours."""
    _send(on, word, word, is_grave=True)


def _send(on: Planting, page: str, word: str, *, is_grave: bool) -> None:
    said = Report(
        page=page,
        destination=WIKI,
        concerns_asker=True,
        is_grave=is_grave,
        words=word,
        from_mark=f"m{is_grave}",
    )
    receipt = report(on.world.store, said, now=on.world.later())
    on.secrets[f"receipt {len(on.secrets)}"] = receipt


def _refusal(on: Planting, word: str) -> None:
    on.world.refuse(on.theirs(), on.world.steward, word)


def _question(on: Planting, word: str) -> None:
    record, by = on.world.item(), on.world.archivist
    how = on.said(record, by)
    answers.ask(on.world.store, record, on.world.people, note_text=word, **how)


def _withdrawal(on: Planting, word: str) -> None:
    record = on.theirs()
    how = on.said(record, on.world.steward)
    answers.withdraw(on.world.store, record, note_text=word, **how)


def _proof(on: Planting, word: str) -> None:
    """What the bot found when it proved that a page is gone."""
    record = _published(on)
    how = on.said(record, on.world.steward)
    answers.withdraw(on.world.store, record, note_text="", **how)
    gone = steps.Withdrawn(destination=WIKI, probes=3, still_visible=0)
    seen = on.world.length(record)
    one = Note(record=record, seen=seen, step=gone, by=SOFTWARE, text=word)
    note(on.world.store, [one], now=on.world.later())


def _published(on: Planting, **fields: str) -> str:
    record = on.theirs(**fields)
    on.world.approve(record, on.world.steward)
    on.world.publish(record)
    return record


def _invitation(on: Planting, word: str) -> None:
    half, by, now = make_half(), on.world.operator, on.world.later()
    community = add_community(
        on.world.store, {"name": ("Ombral (invented)",)}, by=by, now=now
    )
    how: dict[str, Any] = {"evidence": word, "now": on.world.later()}
    record_one_is_enough(on.world.store, community, by=on.world.archivist, **how)
    record_invitation(on.world.store, community, mark=half.mark, by=by, **how)
    on.secrets["half"] = half.secret


def _community(on: Planting, word: str) -> None:
    content = {
        "name": (word,),
        "own_name": (word,),
        "contact": (f"{word} at the lake",),
    }
    by, now, whole = on.world.operator, on.world.later(), on.world.people
    add_community(on.world.store, content, by=by, now=now, part_of=whole)


def _private_list(on: Planting, word: str) -> None:
    """A list, what it finds, and what of that its community says is not its own."""
    world = on.world
    for words in ((word, "quilloxin"), (word, "basket")):
        with world.store.reading() as db:
            stands = own_list(db, world.people).step
        by, now = world.steward, world.later()
        give_list(world.store, world.people, words, replaces=stands, by=by, now=now)
    world.item(title=f"The {word} of the lake")
    record = world.item(title=f"Another {word}")
    answers.not_ours(world.store, record, **on.said(record, world.steward))


def _erased(on: Planting, word: str) -> None:
    """All of a record that was shown, and then erased; the indexes forget it too."""
    world, record = on.world, on.theirs(title=word, description=f"of {word}")
    world.approve(record, world.steward)
    how = on.said(record, world.steward)
    answers.withdraw(world.store, record, note_text=word, **how)
    world.take(record, steps.Erased(), by=world.steward)
    reached = clear_erased(world.store, "")[1]
    while reached:
        reached = clear_erased(world.store, reached)[1]


def _season(on: Planting, word: str) -> None:
    by, store, people = on.world.steward, on.world.store, on.world.people
    season = name_season(store, people, word, by=by, now=on.world.later())
    days: dict[str, Any] = {"opens": "03-01", "closes": "04-01", "zone": "UTC"}
    date_season(store, people, season, by=by, now=on.world.later(), **days)


def _short_name(on: Planting, word: str) -> None:
    by, now = on.world.archivist, on.world.later()
    add_collection(on.world.store, word, {"title": ("Things",)}, by=by, now=now)


def _account(on: Planting, word: str) -> None:
    by, store = on.world.operator, on.world.store
    roles = ((Role.VIEWER, ""),)
    account = add_account(store, word, roles, by=by, now=on.world.later())
    link = make_link(store, account, by=by, now=on.world.later())
    password = "a password that is long enough (invented)"
    set_password(store, account, password, now=on.world.later())
    on.secrets["link"], on.secrets["password"] = link, password
    on.secrets["sign-in"] = sign_in(store, account, now=on.world.later()).secret
    key = make_key(store, on.world.people, by=on.world.steward, now=on.world.later())
    on.secrets["community's key"] = key


def _title(on: Planting, word: str) -> None:
    record = on.world.item()
    with on.world.store.writing() as db:
        choose_title(db, record, WIKI, f"{word} (invented)")


def _shown(on: Planting, word: str) -> None:
    record = on.theirs(title=word)
    on.world.approve(record, on.world.steward)


def _saved(on: Planting, word: str) -> None:
    """What the bot keeps of a page, which is closed since: it is to be compared."""
    record = _published(on)
    with on.world.store.writing() as db:
        units, how = {"title": f"'''{word}'''"}, dict[str, Any](page_id=7, revision=70)
        keep_base(db, record, WIKI, sha1=_sha1(word), units=units, **how)
        keep_title(db, record, WIKI, "Moved (invented)", past=f"{word} of before")
    on.world.refuse(record, on.world.steward)


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Way:
    """A way in. `stays`: what decision 022 says of it, by the name in columns.yaml.

    None: it is sealed. `GONE`: it is kept nowhere at all.
    """

    name: str
    plant: Callable[[Planting, str], None]
    stays: str | None = None

    @property
    def word(self) -> str:
        """The word of this way, that no other has."""
        return f"quill{self.name.replace(' ', '').replace('-', '')}ox"


WAYS = (
    Way("content", _content),
    Way("screened", _screened),
    Way("institution", _institution),
    Way("collection", _collection),
    Way("row", _row),
    Way("earlier", _earlier),
    Way("changed", _changed),
    Way("wrong rows", _wrong_rows),
    Way("wrong cells", _wrong_cells, GONE),
    Way("preview", _preview, GONE),
    Way("left for later", _left_for_later, GONE),
    Way("path left", _path_left, "files"),
    Way("column", _column, "files"),
    Way("source", _source, "files"),
    Way("number", _number, "numbers"),
    Way("label", _label),
    Way("label before", _label_before),
    Way("own words", _own_words),
    Way("words with a yes", _words_with_a_yes),
    Way("flag", _flag),
    Way("report", _report),
    Way("report of none", _report_of_none, GONE),
    Way("refusal", _refusal),
    Way("question", _question),
    Way("withdrawal", _withdrawal),
    Way("proof", _proof),
    Way("invitation", _invitation),
    Way("community", _community),
    Way("private list", _private_list),
    Way("erased", _erased, GONE),
    Way("season", _season, "names"),
    Way("short name", _short_name, "names"),
    Way("account", _account, "names"),
    Way("title", _title, "titles"),
    Way("shown", _shown, "views"),
    Way("saved", _saved, "pages"),
)


def plant_all(world: World, folder: Path) -> Planting:
    """Plants a word by each way; `secrets` are to be found nowhere either."""
    on = Planting(world, folder, world.collection())
    for way in WAYS:
        way.plant(on, way.word)
    return on
