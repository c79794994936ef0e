"""What a command cannot do it says in a sentence, with the way on, and ends with 1."""

from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner, Result

from withcare.cli import COMMANDS, app
from withcare.exit_codes import ExitCode

REASON = ("--reason", "read-and-found-in-order")


def run(home: Path, *words: str) -> Result:
    environment = {"WITHCARE_HOME": str(home), "WITHCARE_ACTOR": None}
    return CliRunner().invoke(app, list(words), env=environment)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an operator, an archivist and a collection."""
    home = tmp_path / "home"
    for words in (
        ("kb", "init"),
        ("review", "add-account", "odo"),
        ("review", "add-account", "ilse", "--role", "archivist", "--as", "odo"),
        ("kb", "collection", "ima", "--title", "A slice", "--as", "ilse", *REASON),
    ):
        assert run(home, *words).exit_code == ExitCode.DONE
    return home


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("kb", "collection", "ima", "--title", "X", *REASON), "'ima' is already"),
        (("kb", "erase", "nosuch", *REASON), "no record here"),
        (("kb", "erase", "nosuch", "--reason", "whim"), "asked-by-those-concerned"),
        (("kb", "collection", "x", "--title", "X", "--reason", "whim"), "'whim'"),
    ],
    ids=["twice", "no-record", "no-reason", "made-up-reason"],
)
def test_a_refusal_is_a_sentence_and_nothing_is_written(
    home: Path, words: tuple[str, ...], told: str
) -> None:
    before = run(home, "kb", "audit", "verify").stdout

    ended = run(home, *words, "--as", "ilse")

    assert ended.exit_code == ExitCode.ERROR
    assert isinstance(ended.exception, SystemExit)
    assert told in ended.stderr
    assert run(home, "kb", "audit", "verify").stdout == before


@pytest.mark.parametrize("act", ["run", "publish", "watch", "withdraw", "deploy"])
def test_a_bot_that_knows_no_wiki_says_so(home: Path, act: str) -> None:
    ended = run(home, "bot", act)

    assert ended.exit_code == ExitCode.ERROR
    assert "No wiki is named" in ended.stderr


def test_what_is_said_of_a_file_is_believed(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("identifier\ttitle\tmaker\nA.1\tCaf\xe9\tA/B\n".encode("cp1252"))

    ended = run(
        home,
        *("kb", "import", str(path), "--collection", "ima", "--as", "ilse", *REASON),
        *("--encoding", "cp1252", "--delimiter", "tab", "--separator", "/"),
    )

    assert ended.exit_code == ExitCode.DONE, ended.stderr
    assert "1 received" in ended.stdout
    wrong = run(
        home,
        *("kb", "import", str(path), "--collection", "ima", "--as", "ilse", *REASON),
        *("--encoding", "martian"),
    )
    assert wrong.exit_code == ExitCode.ERROR
    assert "no encoding 'martian'" in wrong.stderr


def test_the_first_help_promises_only_what_there_is() -> None:
    promised = {one.name: one.get_short_help_str(200) for one in COMMANDS}
    kb = COMMANDS[0].load()
    assert isinstance(kb, click.Group)

    words = promised["kb"].rstrip(".").partition(": ")[2].split(", ")

    assert {word for word in words if word != "set up"} <= set(kb.commands)
    assert "season" not in (promised["community"] or "")
