"""Commands that write are killed before and after each of their commits.

Then it is typed again, as a person would. What the store holds in the end is what it
holds where nothing was killed: nothing is missing, nothing stands there twice.
"""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from knowledge_base import tables
from knowledge_base.engines import engine_for
from knowledge_base.work import ASKED_FOR, KINDS
from tests.withcare.commands_to_kill import COMMANDS, LONG, prepare
from tests.withcare.mortal import Mortals, mortals
from tests.withcare.mortal_shell import Shell
from tests.withcare.test_no_single_account import every_command
from tests.withcare.test_upgrades import WIKI
from tests.withcare.told import told
from withcare.exit_codes import ExitCode

MOST_MOMENTS = 100
MARKS = tables.watermarks.name
Grounds = Callable[[Callable[[Shell], None]], Shell]


@pytest.fixture(scope="module")
def loaded() -> Iterator[Mortals]:
    with mortals() as running:
        yield running


@pytest.fixture(scope="module")
def grounds(loaded: Mortals, tmp_path_factory: pytest.TempPathFactory) -> Grounds:
    """Each ground is prepared once, and copied by whoever changes it."""

    @cache
    def prepared(by: Callable[[Shell], None]) -> Shell:
        made = Shell(tmp_path_factory.mktemp("ground") / "home", loaded)
        by(made)
        return made

    return prepared


@pytest.fixture(scope="module")
def ground(grounds: Grounds) -> Shell:
    return grounds(prepare)


def begin(made: Shell) -> None:
    made.done("kb", "init")


def begin_with_a_wiki(made: Shell) -> None:
    begin(made)
    (made.home / "settings.toml").write_text(WIKI, "utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_typed_again_ends_as_if_it_had_lived(
    name: str, grounds: Grounds, tmp_path: Path
) -> None:
    command = COMMANDS[name]
    ground = grounds(command.prepare)
    whole, words = ground.copied_to(tmp_path / "whole"), command.typed(ground)
    whole.done(*words)
    expected = command.told(whole)
    moments = 0
    for moment in range(1, MOST_MOMENTS):
        killed = ground.copied_to(tmp_path / str(moment))
        if killed.run(*words, dies_at=moment) is not None:
            break
        moments += 1
        again = killed.run(*command.again(killed, words))
        assert again in (ExitCode.DONE, ExitCode.ERROR), killed.said
        assert "Traceback" not in killed.said
        assert command.told(killed) == expected, f"killed at moment {moment}"
    else:
        pytest.fail("it never lived to its end")
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
    grounds: Grounds, tmp_path: Path
) -> None:
    """Its link was printed to nobody, and nobody else could make it one."""
    moment = 0
    while True:
        moment += 1
        killed = grounds(begin).copied_to(tmp_path / str(moment))
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
    full.done(*COMMANDS["erase"].typed(full))
    file = str(tmp_path / "all.zip")
    full.done("kb", "backup", file)
    newest = full.said.rpartition("head ")[2].strip()
    since = ("--markers-gone",) if is_lost else ("--newest-head", newest)
    words = ("kb", "restore", file, *since)
    begun = Shell(tmp_path / "begun" / "home", loaded)
    begun.home.mkdir(parents=True)
    # As the page of restoring has it: without them nobody could read the records.
    shutil.copytree(full.home / "keys", begun.home / "keys")
    begin(begun)
    expected, moment = kept(full), 0
    while True:
        moment += 1
        killed = begun.copied_to(tmp_path / str(moment))
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
    grounds: Grounds, tmp_path: Path
) -> None:
    """Nothing is left in the clear of where it was brought up to this version."""
    words = ("kb", "restore", str(OLDER), "--markers-gone")
    begun = grounds(begin_with_a_wiki)
    whole = begun.copied_to(tmp_path / "whole")
    whole.done(*words)
    expected, moment, was_left = kept(whole), 1, 0
    while True:
        killed = begun.copied_to(tmp_path / str(moment))
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


def test_a_worker_that_is_killed_has_something_of_each_kind_to_do(
    grounds: Grounds, tmp_path: Path
) -> None:
    """Or the soak would kill one that has nothing to lose."""
    working = grounds(LONG["work"].prepare).copied_to(tmp_path / "working")
    working.done("work", "--once")
    did = {line.partition(":")[0] for line in working.said.splitlines()}
    assert did == {*KINDS, *ASKED_FOR} - {"members"}


def test_what_writes_is_killed_here_or_elsewhere(grounds: Grounds) -> None:
    """A new command finds its way to those, or says why it need not."""
    known = (*COMMANDS.values(), *LONG.values())
    typed = {" ".join(one.typed(grounds(one.prepare))) for one in known}
    paths = {" ".join(path) for path in every_command()}
    assert {
        x for x in paths if not any(f"{y} ".startswith(f"{x} ") for y in typed)
    } == {
        *("review serve", "demo"),
        # Above.
        *("kb init", "kb restore"),
        # They only read.
        *("kb show", "kb search", "kb problems", "kb audit verify", "community show"),
        *("keys list", "kb calendar"),
        *("policies check", "policies cases", "policies explain"),
        # tests/wikibot/hands/test_reconcile.py and test_deploy.py
        *("bot run", "bot propose", "bot publish", "bot watch", "bot withdraw"),
        *("bot reconcile", "bot deploy"),
        # tests/withcare/test_sandbox.py
        *("sandbox start", "sandbox stop", "sandbox reset", "sandbox status"),
    }


def test_the_engine_is_the_one_that_dies() -> None:
    """What the kills hang on: every commit of ours goes through the dialect."""
    engine = engine_for("sqlite://")
    assert type(engine.dialect).do_commit.__qualname__.startswith("DefaultDialect")
    engine.dispose()
