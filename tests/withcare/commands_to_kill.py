"""What is typed and killed, and the ground on which it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from knowledge_base import tables
from knowledge_base.accounts import find_account
from knowledge_base.invitations import Half
from knowledge_base.steps import Actor, Voice
from tests.knowledge_base.conftest import World, seat_steward
from tests.knowledge_base.test_dates_due import published
from tests.knowledge_base.test_word_lists import give
from tests.knowledge_base.test_word_lists import published as shown
from tests.withcare.mortal_shell import Shell
from tests.withcare.test_upgrades import WIKI
from tests.withcare.told import (
    BACKUP,
    COPY,
    copies_of_keys,
    told,
    told_to_the_holder,
    told_with_backup,
    told_with_copy,
)

REASON = ("--reason", "read-and-found-in-order")
BY_ILSE = ("--as", "ilse", *REASON)
BY_ODO = ("--as", "odo")
Words = tuple[str, ...]


def prepare(made: Shell) -> None:
    """A home with an operator, an archivist, a collection, records and a community."""
    folder = made.home.parent
    rows = "identifier,title\n" + "".join(f"{n},Boat {n}\n" for n in range(300))
    (folder / "boats.csv").write_text(rows, "utf-8")
    made.done("kb", "init")
    made.done("review", "add-account", "odo")
    made.done("review", "add-account", "ilse", "--role", "archivist", "--as", "odo")
    made.done("kb", "collection", "boats", "--title", "Boats", *BY_ILSE)
    made.done("community", "add", "Zephrindle", "--as", "odo")
    (folder / "one.csv").write_text("identifier,title\nx,One\n", "utf-8")
    one = str(folder / "one.csv")
    made.done("kb", "import", one, "--collection", "boats", *BY_ILSE)


def _id_of(shell: Shell, kind: str, identifier: str | None = None) -> str:
    table = tables.records
    wanted = [table.c.kind == kind]
    if identifier is not None:
        wanted.append(table.c.identifier == identifier)
    store = shell.store
    with store.reading() as db:
        found = str(db.execute(select(table.c.id).where(*wanted)).scalar_one())
    store.close()
    return found


def _invite(shell: Shell) -> Words:
    mark = ("--mark", Half("a half that she keeps").mark)
    letter = ("--evidence", "A letter.", "--as", "odo", "--reason", "letter-or-meeting")
    return ("community", "invite", _id_of(shell, "community"), *mark, *letter)


def _import(shell: Shell) -> Words:
    file = str(shell.home.parents[0] / "boats.csv")
    return ("kb", "import", file, "--collection", "boats", *BY_ILSE)


def _erase(shell: Shell) -> Words:
    return ("kb", "erase", _id_of(shell, "item", "x"), *BY_ILSE)


def _add_part(shell: Shell) -> Words:
    """A part of the community, which is of one name with another that is no part."""
    whole = _id_of(shell, "community")
    return ("community", "add", "Zephrindle", "--part-of", whole, *BY_ODO)


_OMBRAL = ("community", "add", "Ombral", "--own-name", "Ombral-a")


def _fall_due(made: Shell) -> None:
    """The same, and work of each kind is due, but of collections too large for here.

    A yes has ended, a list was given, a wiki is said to be another, a record was
    erased, an import is left to the worker. The community has a key of its own.
    """
    prepare(made)
    settings = made.home / "settings.toml"
    before = settings.read_text("utf-8")
    settings.write_text(before + WIKI, "utf-8")
    world = _world(made, datetime.now(UTC) - timedelta(days=9))
    published(world, days=3)
    shown(world, title="A quillox")
    give(world, "quillox")
    world.store.close()
    # What is said of the wiki changes, and so every view towards it is worked out anew.
    as_said = WIKI.replace("mirrored = false", "mirrored = true")
    settings.write_text(before + as_said, "utf-8")
    made.done(*_erase(made))
    few = made.home.parent / "few.csv"
    few.write_text("identifier,title\na,Oar\nb,Net\nc,Sail\n", "utf-8")
    made.done("kb", "import", str(few), "--collection", "boats", "--later", *BY_ILSE)


def _world(made: Shell, now: datetime) -> World:
    """Those of the ground who act in code: no shell gives a community's word."""
    store = made.opened
    with store.reading() as db:
        odo, ilse = (find_account(db, name=name) for name in ("odo", "ilse"))
    assert odo
    assert ilse
    world = World(
        store,
        now,
        operator=Actor(Voice.OPERATOR, account=odo.id, reason="not-sure"),
        archivist=Actor(Voice.INSTITUTION, account=ilse.id, reason="own-collection"),
        people=_id_of(made, "community"),
    )
    world.steward = seat_steward(world, world.people, "tamsel")
    return world


def _rotate(shell: Shell) -> Words:
    return ("keys", "rotate", _id_of(shell, "community"), *BY_ODO)


def _export(shell: Shell) -> Words:
    return ("keys", "export", _id_of(shell, "community"), "--to", COPY, *BY_ODO)


def as_before(shell: Shell, words: Words) -> Words:
    """Typed again as it was typed."""
    return words


def under_another_name(shell: Shell, words: Words) -> Words:
    """What it says where a copy of that name is there, be it half of one."""
    many = len(copies_of_keys(shell))
    return tuple(f"{COPY}-{many}" if word == COPY and many else word for word in words)


def a_minute_later(shell: Shell, words: Words) -> Words:
    """The lease of a killed worker has run out, and each job is due."""
    jobs, past = tables.jobs, datetime.now(UTC) - timedelta(seconds=1)
    held = jobs.c.worker.is_not(None)
    store = shell.store
    with store.writing() as db:
        db.execute(update(jobs).values(due_at=past))
        db.execute(update(jobs).where(held).values(leased_until=past))
    store.close()
    return words


@dataclass(frozen=True)
class ToKill:
    """A command that is killed on a ground, and typed again.

    `typed` says what is typed, with ids of the ground; `again` what a person types
    after a kill, once she has waited or read what was said; `told` what has to be the
    same in the end.
    """

    typed: Callable[[Shell], Words]
    prepare: Callable[[Shell], None] = prepare
    again: Callable[[Shell, Words], Words] = as_before
    told: Callable[[Shell], dict[str, Any]] = told


_ONE = ("--one-is-enough", "A letter.")
_ADA = ("review", "add-account", "ada", "--role", "archivist")

# Typed again they change nothing, or say that it is there already.
COMMANDS: Mapping[str, ToKill] = {
    "upgrade": ToKill(lambda _: ("kb", "upgrade")),
    "collection": ToKill(
        lambda _: ("kb", "collection", "c", "--title", "Cups", *BY_ILSE)
    ),
    "import": ToKill(_import),
    "invite": ToKill(_invite),
    "institution": ToKill(lambda _: ("kb", "institution", "Lantern House", *BY_ODO)),
    "erase": ToKill(_erase),
    "community": ToKill(lambda _: (*_OMBRAL, *BY_ODO)),
    "community-wishes-one": ToKill(lambda _: (*_OMBRAL, *_ONE, *BY_ODO)),
    "part-of-a-community": ToKill(_add_part),
    "account": ToKill(lambda _: ("review", "add-account", "bo", *BY_ODO)),
    "account-with-roles": ToKill(lambda _: (*_ADA, "--role", "operator", *BY_ODO)),
    "backup": ToKill(lambda _: ("kb", "backup", BACKUP), told=told_with_backup),
    "keys-rotate": ToKill(_rotate, _fall_due, told=told_to_the_holder),
    "keys-rotate-master": ToKill(
        lambda _: ("keys", "rotate", "--master", *BY_ODO), told=told_to_the_holder
    ),
    "keys-export": ToKill(_export, _fall_due, under_another_name, told_with_copy),
}

# Those that have so many moments that the soak alone walks through them.
LONG: Mapping[str, ToKill] = {
    "work": ToKill(lambda _: ("work", "--once"), _fall_due, a_minute_later),
}
