"""`kb upgrade` backs up first; a store of another version says what to do."""

import gzip
import json
import sqlite3
import stat
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge_base.engines import engine_for
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.marker import Marker
from knowledge_base.versions import needed_version
from tests.stored.test_stores import HERE, RELEASES, require_as_told, told
from tests.withcare.test_commands import REASON, Shell
from tests.withcare.test_no_single_account import every_command
from withcare.exit_codes import ExitCode

NEWER = "9999"
BY = ("--as", "ilse")
EVERY_COMMAND = [
    ("kb", "audit", "verify"),
    ("kb", "backup", "all.zip"),
    ("kb", "calendar", *BY),
    ("kb", "collection", "x", "--title", "X", *BY, *REASON),
    ("kb", "erase", "x", *BY, *REASON),
    ("kb", "import", __file__, "--collection", "x", *BY, *REASON),
    ("kb", "init"),
    ("kb", "institution", "X", *BY),
    ("kb", "problems", "x", *BY),
    ("kb", "search", "x"),
    ("kb", "show", "x", *BY),
    ("keys", "export", "house", "--to", "copy", *BY),
    ("keys", "list"),
    ("keys", "rotate", *BY),
    ("policies", "explain", "x", *BY),
    ("work", "--once"),
    ("community", "add", "X", *BY),
    ("community", "invite", "x", "--mark", "x", "--evidence", "x", *BY, *REASON),
    ("community", "show"),
    ("review", "add-account", "ada"),
    ("review", "serve", "--port", "0"),
    *(
        ("bot", act)
        for act in [
            "deploy",
            "propose",
            "publish",
            "reconcile",
            "run",
            "watch",
            "withdraw",
        ]
    ),
]
# They open no store, or make or fill an empty one alone.
OTHERS = {
    "kb upgrade",
    "kb restore",
    "policies cases",
    "policies check",
    "demo",
    *(f"sandbox {act}" for act in ("reset", "start", "status", "stop")),
}


def test_every_command_that_opens_a_store_is_tried_here() -> None:
    there = {" ".join(path) for path in every_command()}
    tried = {" ".join(words) for words in EVERY_COMMAND}
    assert {
        one for one in there if not any(f"{x} ".startswith(f"{one} ") for x in tried)
    } == OTHERS


WIKI = """
[[destinations]]
id = "own-wiki"
label = "Our wiki"
host = "wiki.example.org"
ours = true
public = true
keeps_history = true
can_close = true
forces_commercial = true
mirrored = false
licence = "cc-by-sa-4.0"
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A home with an empty store."""
    made = Shell(tmp_path / "home")
    made.done("kb", "init")
    return made


def rows_of(shell: Shell) -> list[str]:
    """All that stands in the file, as SQL."""
    with closing(sqlite3.connect(shell.home / "withcare.sqlite")) as db:
        return list(db.iterdump())


def turn_version(shell: Shell, version: str) -> None:
    engine = engine_for(shell.url).execution_options(withcare_writes=True)
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
    engine.dispose()


@pytest.mark.parametrize(
    "words", [*EVERY_COMMAND, ("kb", "upgrade")], ids=lambda words: "-".join(words[:2])
)
def test_a_store_that_a_newer_withcare_made_is_left_alone(
    shell: Shell, words: tuple[str, ...]
) -> None:
    turn_version(shell, NEWER)
    (shell.home / "settings.toml").write_text(WIKI, "utf-8")
    before = rows_of(shell)
    ended = shell.run(*words)
    assert ended.exit_code == ExitCode.ERROR
    assert "which a newer withcare made" in ended.stderr
    assert "kb upgrade" not in ended.stderr
    assert rows_of(shell) == before
    assert not (shell.home / "backups").exists()


def test_a_store_of_this_version_is_not_backed_up_again(shell: Shell) -> None:
    said = shell.done("kb", "upgrade")
    assert said == f"The store is of version {needed_version()}.\n"
    assert not (shell.home / "backups").exists()


def test_where_no_store_is_there_is_nothing_to_upgrade(tmp_path: Path) -> None:
    ended = Shell(tmp_path / "home").run("kb", "upgrade")
    assert ended.exit_code == ExitCode.ERROR
    assert "run `withcare kb init`" in ended.stderr


OLDER = [name for name in RELEASES if told(name)["version"] != needed_version()]


@pytest.fixture(params=OLDER)
def release(request: pytest.FixtureRequest, shell: Shell) -> str:
    """A release whose store is of an older version, standing in the home."""
    name: str = request.param
    kept = (HERE / f"{name}.sqlite.gz").read_bytes()
    for path in shell.home.glob("withcare.sqlite*"):
        path.unlink()
    (shell.home / "withcare.sqlite").write_bytes(gzip.decompress(kept))
    (shell.home / "settings.toml").write_text(WIKI, "utf-8")
    return name


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=lambda words: "-".join(words[:2]))
def test_an_older_store_is_left_alone_until_it_is_upgraded(
    shell: Shell, release: str, words: tuple[str, ...]
) -> None:
    before = rows_of(shell)
    ended = shell.run(*words)
    assert ended.exit_code == ExitCode.ERROR
    assert "run `withcare kb upgrade`" in ended.stderr
    assert rows_of(shell) == before


def test_an_upgrade_says_where_it_put_the_store_as_it_was(
    shell: Shell, release: str
) -> None:
    then = told(release)
    said = shell.done("kb", "upgrade")
    (backup,) = (shell.home / "backups").iterdir()
    assert str(backup) in said
    assert f"head {then['head'][0]}:{then['head'][1]}" in said
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as kept:
        manifest = json.loads(kept.read("manifest.json"))
    assert manifest["store"] == then["version"]
    with zipfile.ZipFile(HERE / f"{release}.zip") as made:
        rows = json.loads(made.read("manifest.json"))["tables"]
    assert manifest["tables"] == rows
    require_as_told(shell.url, release)
    shell.done("kb", "upgrade")
    assert len(list((shell.home / "backups").iterdir())) == 1


@pytest.mark.usefixtures("release")
def test_the_backup_of_an_upgrade_knows_how_far_the_markers_go(
    shell: Shell,
) -> None:
    """So that nobody restores it with a file that ends before."""
    book = MarkerBook(shell.home / "markers.jsonl")
    marker = Marker(
        record="r",
        at="2026-03-01T12:00:00Z",
        act="withdrawal-asked",
        destination="own-wiki",
        ordinal=1,
        step="0" * 64,
        pages={},
        source=None,
        content=None,
    )
    book.append([marker])
    shell.done("kb", "upgrade")
    (backup,) = (shell.home / "backups").iterdir()
    with zipfile.ZipFile(backup) as kept:
        known = tuple(json.loads(kept.read("manifest.json"))["markers"])
    assert known == book.head()
    assert known[0] == 1


@pytest.mark.usefixtures("release")
def test_what_a_killed_restore_left_goes_with_an_upgrade(shell: Shell) -> None:
    left = shell.home / "bringing-up-killed"
    left.mkdir()
    (left / "in-use").touch()
    shell.done("kb", "upgrade")
    assert not left.exists()


def test_a_destination_that_is_named_no_more_is_a_sentence(
    shell: Shell, release: str
) -> None:
    (shell.home / "settings.toml").write_text("", "utf-8")
    ended = shell.run("kb", "upgrade")
    assert ended.exit_code == ExitCode.ERROR
    assert "put its block back" in ended.stderr
    (shell.home / "settings.toml").write_text(WIKI, "utf-8")
    shell.done("kb", "upgrade")
    require_as_told(shell.url, release)
