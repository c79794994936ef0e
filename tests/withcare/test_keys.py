"""`withcare keys`: what is typed, and what stands in the home afterwards."""

import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select

from knowledge_base import tables
from knowledge_base.engines import engine_for
from knowledge_base.keys import make_master, make_next, put_next_in_place
from knowledge_base.settings import read_settings
from tests.withcare.mortal import mortals
from withcare.cli import app
from withcare.exit_codes import ExitCode

BY = ("--as", "odo")
TURN = ("keys", "rotate", "--master", *BY)
FIELDS = '{"identifier": "1", "title": "Lakewords (invented)"}\n'


@dataclass(frozen=True)
class Shell:
    """A home, in which something is sealed."""

    home: Path

    def run(self, *words: str) -> Result:
        environment = {
            "WITHCARE_HOME": str(self.home),
            "WITHCARE_ACTOR": None,
            "CREDENTIALS_DIRECTORY": None,
        }
        return CliRunner().invoke(app, list(words), env=environment)

    def done(self, *words: str) -> str:
        ended = self.run(*words)
        assert ended.exit_code == ExitCode.DONE, ended.stderr
        return ended.stdout

    def refused(self, *words: str) -> str:
        ended = self.run(*words)
        assert ended.exit_code == ExitCode.ERROR, ended.stdout
        return ended.stderr

    @property
    def master(self) -> Path:
        return self.home / "keys" / "master"

    @property
    def can_be_read(self) -> bool:
        return "cannot be read" not in self.done("kb", "audit", "verify")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    made = Shell(tmp_path_factory.mktemp("ground") / "home")
    rows = made.home.parent / "rows.jsonl"
    rows.write_text(FIELDS, "utf-8")
    reason = ("--reason", "read-and-found-in-order")
    made.done("kb", "init")
    made.done("review", "add-account", "odo")
    made.done("review", "add-account", "ilse", "--role", "archivist", *BY)
    made.done("community", "add", "Zephrindle", *BY)
    made.done("kb", "collection", "c", "--title", "Cups", "--as", "ilse", *reason)
    of = ("--collection", "c", "--as", "ilse", *reason)
    made.done("kb", "import", str(rows), *of)
    return made


@pytest.fixture
def shell(ground: Shell, tmp_path: Path) -> Shell:
    """That home, copied."""
    shutil.copytree(ground.home, tmp_path / "home")
    return Shell(tmp_path / "home")


def test_the_list_says_which_private_list_nobody_can_read(shell: Shell) -> None:
    assert "private list" not in shell.done("keys", "list")
    engine = engine_for(read_settings(shell.home, {}).database_url)
    with engine.begin() as db:
        (community,) = db.scalars(select(tables.communities.c.id))
        gone = {"content": "gone", "next_number": 2, "step": 1, "was_unreadable": False}
        db.execute(insert(tables.word_lists).values(community_id=community, **gone))
    engine.dispose()
    said = shell.done("keys", "list").splitlines()
    assert said[-1].startswith(f"{community}: its private list of words cannot be read")


def test_the_list_says_whose_keys_there_are_and_shows_none(shell: Shell) -> None:
    said = shell.done("keys", "list")
    assert "(Zephrindle): version 1, since " in said
    assert "house: version 1, since " in said
    assert ", what is known of " in said
    assert shell.master.read_text("ascii") not in said
    shell.done("keys", "rotate", "house", *BY)
    assert "house: version 2, since " in shell.done("keys", "list")


def test_a_copy_is_a_file_for_its_owner_alone(shell: Shell) -> None:
    to = shell.home / "the-copy"
    said = shell.done("keys", "export", "house", "--to", str(to), *BY)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    key = to.read_text("utf-8").split()[-1]
    assert key not in said
    assert "there already" in shell.refused(
        "keys", "export", "house", "--to", str(to), *BY
    )


def test_the_master_key_is_replaced_and_older_backups_keep_theirs(
    shell: Shell,
) -> None:
    before = shell.master.read_text("ascii")
    said = shell.done(*TURN)
    assert shell.master.read_text("ascii") != before
    assert stat.S_IMODE(shell.master.stat().st_mode) == 0o600
    (kept,) = shell.master.parent.glob("master.until-*")
    assert kept.read_text("ascii") == before
    assert str(kept) in said
    assert shell.can_be_read


def test_a_replacement_that_dies_at_any_commit_goes_on(
    ground: Shell, tmp_path: Path
) -> None:
    moment, refused = 0, 0
    with mortals() as loaded:
        while True:
            moment += 1
            home, said = tmp_path / str(moment), tmp_path / "said"
            shutil.copytree(ground.home, home)
            if not loaded.run(home, *TURN, dies_at=moment, said=said).was_killed:
                break
            killed = Shell(home)
            if killed.run("keys", "list").exit_code == ExitCode.ERROR:
                refused += 1
                assert "rotate --master` again" in killed.refused("keys", "list")
            killed.done(*TURN)
            assert killed.can_be_read
            assert not (home / "keys" / "master.next").exists()
    assert refused


def test_two_turns_in_one_second_keep_both_keys(tmp_path: Path) -> None:
    """A backup from before either of them needs its own."""
    make_master(tmp_path)
    kept: dict[Path | None, bytes] = {}
    for _ in range(2):
        before = (tmp_path / "master").read_bytes()
        make_next(tmp_path)
        kept[put_next_in_place(tmp_path, "master.until-now")] = before

    assert len(kept) == 2
    assert all(path and path.read_bytes() == key for path, key in kept.items())


def test_a_master_key_that_is_gone_is_said_and_another_follows(shell: Shell) -> None:
    old = shell.home / "drawer"
    assert "nothing is gone" in shell.refused(*TURN, "--gone")
    shell.master.rename(old)
    assert "put it back" in shell.refused("keys", "list")
    shell.done(*TURN, "--gone")
    assert not shell.can_be_read
    assert "its master key is gone" in shell.done("keys", "list")
    shell.done("community", "add", "Ombral", *BY)  # what comes from now on is sealed
    shell.done(*TURN, "--found", str(old))
    assert shell.can_be_read


def test_keys_that_others_can_read_are_refused_with_the_remedy(shell: Shell) -> None:
    shell.master.chmod(0o644)
    for words in (("keys", "list"), TURN, ("kb", "audit", "verify")):
        assert f"run `chmod 600 {shell.master}`" in shell.refused(*words)
    shell.master.chmod(0o600)
    old = shell.home / "drawer"
    shutil.copy(shell.master, old)
    old.chmod(0o604)
    assert f"chmod 600 {old}" in shell.refused(*TURN, "--found", str(old))


def test_a_key_of_systemds_is_not_ours_to_replace(shell: Shell) -> None:
    handed = shell.home / "handed"
    handed.mkdir()
    shutil.copy(shell.master, handed / "withcare-master")
    environment = {
        "WITHCARE_HOME": str(shell.home),
        "CREDENTIALS_DIRECTORY": str(handed),
    }
    ended = CliRunner().invoke(app, list(TURN), env=environment)
    assert ended.exit_code == ExitCode.ERROR
    assert "systemd hands" in ended.stderr
