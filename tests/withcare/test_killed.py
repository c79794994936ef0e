"""Commands that write are killed before and after each of their commits.

Then it is typed again, as a person would. What the store holds in the end is what it
holds where nothing was killed: nothing is missing, nothing stands there twice.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.chain import verify
from knowledge_base.engines import engine_for
from knowledge_base.invitations import Half
from knowledge_base.settings import read_settings
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.withcare.mortal import Mortals, mortals
from tests.withcare.test_no_single_account import every_command
from tests.withcare.test_upgrades import WIKI
from withcare.exit_codes import ExitCode

REASON = ("--reason", "read-and-found-in-order")
BY_ILSE = ("--as", "ilse", *REASON)
BY_ODO = ("--as", "odo")
MOST_COMMITS = 40
MARKS = tables.watermarks.name


@pytest.fixture(scope="module")
def loaded() -> Iterator[Mortals]:
    with mortals() as running:
        yield running


@dataclass(frozen=True)
class Shell:
    """A home, and the process in which its commands live and die."""

    home: Path
    loaded: Mortals

    def run(self, *words: str, dies_at: int = 0) -> int | None:
        """The exit code; None where it was killed."""
        said = self.home.parent / "said"
        ended = self.loaded.run(self.home, *words, dies_at=dies_at, said=said)
        return ended.exit_code

    def done(self, *words: str) -> None:
        assert self.run(*words) == ExitCode.DONE, self.said

    @property
    def said(self) -> str:
        return (self.home.parent / "said").read_text("utf-8")

    @property
    def store(self) -> Store:
        url = read_settings(self.home, {}).database_url
        return Store.open(url, rulebook=Rulebook.shipped(), destinations=(), keys=None)

    def copied_to(self, folder: Path) -> "Shell":
        folder.mkdir(parents=True)
        if self.home.exists():
            shutil.copytree(self.home, folder / "home")
        return Shell(folder / "home", self.loaded)


@pytest.fixture(scope="module")
def ground(loaded: Mortals, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    made = Shell(tmp_path_factory.mktemp("ground") / "home", loaded)
    prepare(made)
    return made


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


def _invite(shell: Shell) -> tuple[str, ...]:
    mark = ("--mark", Half("a half that she keeps").mark)
    letter = ("--evidence", "A letter.", "--as", "odo", "--reason", "letter-or-meeting")
    return ("community", "invite", _id_of(shell, "community"), *mark, *letter)


def _import(shell: Shell) -> tuple[str, ...]:
    file = str(shell.home.parents[0] / "boats.csv")
    return ("kb", "import", file, "--collection", "boats", *BY_ILSE)


def _erase(shell: Shell) -> tuple[str, ...]:
    return ("kb", "erase", _id_of(shell, "item", "x"), *BY_ILSE)


def _add_part(shell: Shell) -> tuple[str, ...]:
    """A part of the community, which is of one name with another that is no part."""
    whole = _id_of(shell, "community")
    return ("community", "add", "Zephrindle", "--part-of", whole, *BY_ODO)


_OMBRAL = ("community", "add", "Ombral", "--own-name", "Ombral-a")
_ONE = ("--one-is-enough", "A letter.")
_ADA = ("review", "add-account", "ada", "--role", "archivist")

# What is typed, on the ground above. Typed again it changes nothing, or says that it is
# there already.
COMMANDS: Mapping[str, Any] = {
    "upgrade": lambda _: ("kb", "upgrade"),
    "collection": lambda _: ("kb", "collection", "c", "--title", "Cups", *BY_ILSE),
    "import": _import,
    "invite": _invite,
    "institution": lambda _: ("kb", "institution", "Lantern House", *BY_ODO),
    "erase": _erase,
    "community": lambda _: (*_OMBRAL, *BY_ODO),
    "community-wishes-one": lambda _: (*_OMBRAL, *_ONE, *BY_ODO),
    "part-of-a-community": _add_part,
    "account": lambda _: ("review", "add-account", "bo", *BY_ODO),
    "account-with-roles": lambda _: (*_ADA, "--role", "operator", *BY_ODO),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_typed_again_ends_as_if_it_had_lived(
    name: str, ground: Shell, tmp_path: Path
) -> None:
    whole, words = ground.copied_to(tmp_path / "whole"), COMMANDS[name](ground)
    whole.done(*words)
    expected = told(whole)
    moments = 0
    for moment in range(1, 2 * MOST_COMMITS):
        killed = ground.copied_to(tmp_path / str(moment))
        if killed.run(*words, dies_at=moment) is not None:
            break
        moments += 1
        again = killed.run(*words)
        assert again in (ExitCode.DONE, ExitCode.ERROR), killed.said
        assert "Traceback" not in killed.said
        assert told(killed) == expected, f"killed at moment {moment}"
    assert moments >= (0 if name == "upgrade" else 2)


def test_a_killed_beginning_begins_again(loaded: Mortals, tmp_path: Path) -> None:
    whole = Shell(tmp_path / "whole" / "home", loaded)
    whole.home.parent.mkdir()
    whole.done("kb", "init")
    expected, moment = told(whole), 0
    while True:
        moment += 1
        killed = Shell(tmp_path / str(moment) / "home", loaded)
        killed.home.parent.mkdir()
        if killed.run("kb", "init", dies_at=moment) is not None:
            break
        killed.done("kb", "init")
        assert told(killed) == expected, f"killed at moment {moment}"
        assert (killed.home / "keys").stat().st_mode & 0o777 == 0o700
    assert moment > 2


def test_a_first_account_that_was_killed_is_let_in_all_the_same(
    loaded: Mortals, tmp_path: Path
) -> None:
    """Its link was printed to nobody, and nobody else could make it one."""
    moment = 0
    while True:
        moment += 1
        killed = Shell(tmp_path / str(moment) / "home", loaded)
        killed.home.parent.mkdir()
        killed.done("kb", "init")
        if killed.run("review", "add-account", "odo", dies_at=moment) is not None:
            break
        killed.done("review", "add-account", "odo")
        now = told(killed)
        assert now["let in"] == ["odo"], f"killed at moment {moment}"
        assert now["roles"] == [("operator",)]
    assert moment > 2


@pytest.mark.parametrize("is_lost", [False, True], ids=["newest", "markers-gone"])
def test_a_killed_restore_begins_again(
    is_lost: bool, ground: Shell, loaded: Mortals, tmp_path: Path
) -> None:
    """Also where the file of markers is gone, and written anew from what is known."""
    full = ground.copied_to(tmp_path / "full")
    full.done(*_erase(full))
    file = str(tmp_path / "all.zip")
    full.done("kb", "backup", file)
    newest = full.said.rpartition("head ")[2].strip()
    since = ("--markers-gone",) if is_lost else ("--newest-head", newest)
    words = ("kb", "restore", file, *since)
    expected, moment = kept(full), 0
    while True:
        moment += 1
        killed = Shell(tmp_path / str(moment) / "home", loaded)
        killed.home.mkdir(parents=True)
        # As the page of restoring has it: without them nobody could read the records.
        shutil.copytree(full.home / "keys", killed.home / "keys")
        killed.done("kb", "init")
        if killed.run(*words, dies_at=moment) is not None:
            break
        _restore_again(killed, words)
        assert kept(killed) == expected, f"killed at moment {moment}"
    assert moment > 2
    assert kept(killed) == expected
    assert told(killed)["let in"] == []


OLDER = Path(__file__).parents[1] / "stored" / "first-line.zip"
EVERY = 7
"""So many moments apart is a killed restore of an older backup looked at: it has half
a hundred, and all but the last few are in a store that is thrown away."""


def test_a_killed_restore_of_an_older_backup_begins_again(
    loaded: Mortals, tmp_path: Path
) -> None:
    """Nothing is left in the clear of where it was brought up to this version."""
    words = ("kb", "restore", str(OLDER), "--markers-gone")
    whole = _with_its_wiki(Shell(tmp_path / "whole" / "home", loaded))
    whole.done(*words)
    expected, moment, was_left = kept(whole), 1, 0
    while True:
        killed = _with_its_wiki(Shell(tmp_path / str(moment) / "home", loaded))
        if killed.run(*words, dies_at=moment) is not None:
            break
        was_left += bool(list(killed.home.glob("bringing-up-*")))
        _restore_again(killed, words)
        assert kept(killed) == expected, f"killed at moment {moment}"
        assert not list(killed.home.glob("bringing-up-*"))
        moment += EVERY
    assert was_left > 2


def _restore_again(killed: Shell, words: tuple[str, ...]) -> None:
    """As a person would, who reads what it says."""
    if killed.run(*words) != ExitCode.DONE:
        assert "holds a history" in killed.said
        killed.done("kb", "upgrade")


def _with_its_wiki(shell: Shell) -> Shell:
    shell.home.parent.mkdir()
    shell.done("kb", "init")
    (shell.home / "settings.toml").write_text(WIKI, "utf-8")
    return shell


def kept(shell: Shell) -> dict[str, Any]:
    """What a backup keeps: no link lets anybody in, and the rules are asked anew."""
    found = told(shell)
    sizes = {
        name: size
        for name, size in found["sizes"].items()
        # Where nothing is seen any more a number of nought may stand, or none.
        if name not in (MARKS, tables.view_counts.name)
    }
    return found | {"let in": [], "sizes": sizes}


def test_what_writes_is_killed_here_or_elsewhere(ground: Shell) -> None:
    """A new command finds its way into this file, or says why it need not."""
    typed = {" ".join(COMMANDS[name](ground)[:2]) for name in COMMANDS}
    assert {" ".join(path) for path in every_command()} - typed == {
        *("kb init", "review serve", "demo"),
        # Above, and tests/knowledge_base/test_backups.py.
        *("kb backup", "kb restore"),
        # They only read.
        *("kb show", "kb search", "kb problems", "kb audit verify", "community show"),
        *("keys list", "kb calendar"),
        # tests/withcare/test_keys.py and tests/knowledge_base/test_key_turning.py
        *("keys rotate", "keys export"),
        *("policies check", "policies cases", "policies explain"),
        # tests/wikibot/hands/test_reconcile.py and test_deploy.py
        *("bot run", "bot propose", "bot publish", "bot watch", "bot withdraw"),
        *("bot reconcile", "bot deploy"),
        # tests/knowledge_base/test_killed_workers.py
        "work",
        # tests/withcare/test_sandbox.py
        *("sandbox start", "sandbox stop", "sandbox reset", "sandbox status"),
    }


def told(shell: Shell) -> dict[str, Any]:
    """All that the store holds, without ids, secrets and times."""
    store = shell.store
    with store.reading() as db:
        assert verify(db).holds
        found = {
            "steps": _steps(db),
            "records": _rows(db, "records", "kind", "length", "content_hash"),
            "accounts": _rows(db, "accounts", "name", "is_suspended"),
            "roles": _rows(db, "roles", "role"),
            "let in": _ways_in(db),
            "communities": _rows(db, "communities", "state", "needs_second"),
            "invitations": _rows(db, "invitations", "half_mark", "matters"),
            "batches": _rows(db, "batches", "row", "state", "counts"),
            "owed": _rows(db, "markers", "is_owed"),
            "sizes": {
                table.name: len(db.execute(select(table)).all())
                for table in tables.metadata.sorted_tables
                # A way in that was printed for nobody is made anew; what is found at
                # a desk is marked by the worker where a portion was too large.
                if table.name not in ("links", "steps")
                and not table.name.startswith("desk_")
            },
        }
    store.close()
    return found


def _rows(db: Connection, table: str, *columns: str) -> list[tuple[str, ...]]:
    of = tables.metadata.tables[table].c
    found = db.execute(select(*(of[name] for name in columns)))
    return sorted(tuple(str(value) for value in row) for row in found)


def _ways_in(db: Connection) -> list[str]:
    """Whom each link lets in that was not used; an earlier one ends with a new one."""
    links, of = tables.links.c, tables.accounts.c
    query = select(of.name).join(tables.links, links.account_id == of.id)
    return sorted(db.scalars(query.where(links.used_at.is_(None))))


def _steps(db: Connection) -> list[tuple[str, ...]]:
    """What happened, apart from the ways in that were made."""
    of = tables.steps.c
    query = select(of.kind, of.voice, of.reason, of.by_command)
    found = db.execute(query.where(of.kind != "link-made"))
    return sorted(tuple(str(value) for value in row) for row in found)


def test_the_engine_is_the_one_that_dies() -> None:
    """What the kills hang on: every commit of ours goes through the dialect."""
    engine = engine_for("sqlite://")
    assert type(engine.dialect).do_commit.__qualname__.startswith("DefaultDialect")
    engine.dispose()
