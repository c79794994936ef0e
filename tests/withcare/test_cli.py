"""The command as a person or a schedule meets it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import rich_click as click

from policies.errors import WithcareError
from withcare.cli import COMMANDS, Withcare, app
from withcare.exit_codes import ExitCode
from withcare.lazy import EXTRAS, Later, NotInstalled

WITHCARE = Path(sys.executable).with_name("withcare")


def run(words: str, *, closing: str = "") -> subprocess.CompletedProcess[str]:
    """The real command in a shell, with the named streams closed."""
    line = f"{WITHCARE} {words} {closing}"
    return subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, timeout=60, check=False
    )


def group_with(command: click.Command) -> Withcare:
    group = Withcare(name="withcare")
    group.add_command(command)
    return group


def code_of(body: Callable[..., object]) -> int:
    """The exit code of a command with this body."""
    group = group_with(click.command("act")(body))
    with pytest.raises(SystemExit) as ending:
        group.main(["act"])
    assert isinstance(ending.value.code, int)
    return ending.value.code


def test_help_names_every_command_but_the_hidden_ones() -> None:
    shown = run("--help").stdout

    listed = {command.command_name for command in COMMANDS if not command.hidden}
    assert all(name in shown for name in listed)
    assert "demo" not in shown


def test_help_imports_none_of_the_packages() -> None:
    heavy = {"flask", "pywikibot", "sqlalchemy", "knowledge_base", "review_app"}
    script = (
        "import sys; from withcare.cli import app; app.main(['--help'], "
        f"standalone_mode=False); print(sorted({heavy!r} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize("closing", ["<&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_it_works_with_its_streams_closed(closing: str) -> None:
    assert run("--version", closing=closing).returncode == ExitCode.DONE


def test_a_typing_error_is_an_error_and_needs_no_person() -> None:
    done = run("communty")

    assert done.returncode == ExitCode.ERROR
    assert "community" in done.stderr


def test_asked_for_nothing_it_shows_the_help() -> None:
    done = run("")

    assert (done.returncode, done.stderr) == (ExitCode.DONE, "")
    assert "Usage: withcare" in done.stdout


SAYS_LITTLE = """
import sys
import rich_click as click
from withcare.cli import app, main
app.add_command(click.command("say")(lambda: sys.stdout.write("a word") and None))
sys.argv[1:] = ["say"]
main()
"""


@pytest.mark.parametrize(
    "command",
    [[WITHCARE], [WITHCARE, "--help"], [sys.executable, "-c", SAYS_LITTLE]],
    ids=["nothing asked", "help", "a word not yet sent"],
)
def test_a_reader_that_stops_early_gets_no_traceback(command: list[str]) -> None:
    unread, pipe = os.pipe()
    os.close(unread)
    # Unbuffered, every word would be sent at once and none be left for the end.
    ordinary = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}

    done = subprocess.run(
        command, stdout=pipe, stderr=subprocess.PIPE, check=False, env=ordinary
    )
    os.close(pipe)

    assert (done.returncode, done.stderr) == (ExitCode.ERROR, b"")


def test_an_error_of_ours_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def act() -> None:
        raise WithcareError("The store is of another version: run `kb upgrade`.")

    assert code_of(act) == ExitCode.ERROR
    assert capsys.readouterr().err == (
        "withcare: The store is of another version: run `kb upgrade`.\n"
    )


def test_a_command_may_say_that_it_needs_a_person() -> None:
    @click.pass_context
    def act(context: click.Context) -> None:
        context.exit(ExitCode.NEEDS_A_PERSON)

    assert code_of(act) == ExitCode.NEEDS_A_PERSON


def test_what_a_command_returns_is_not_taken_for_its_exit_code() -> None:
    assert code_of(lambda: 3) == ExitCode.DONE


@pytest.mark.parametrize("stop", [KeyboardInterrupt, EOFError, click.Abort])
def test_a_command_that_was_stopped_says_so(
    stop: type[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    def act() -> None:
        raise stop

    assert code_of(act) == ExitCode.ERROR
    assert "stopped" in capsys.readouterr().err


def test_a_missing_package_is_named_with_its_extra() -> None:
    assert "extra 'web'" in str(NotInstalled("review", "flask"))
    assert set(EXTRAS.values()) == {"web", "bot"}


def test_a_command_whose_module_is_missing_says_so() -> None:
    with pytest.raises(NotInstalled, match=r"withcare\.commands\.nowhere"):
        Later("nowhere", "Leads nowhere.").load()


def test_every_command_has_a_module_and_every_module_a_command() -> None:
    folder = Path(__file__).parents[2] / "withcare" / "commands"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}

    # The demo and others may still be on their way; a module nobody can reach may not.
    assert modules <= set(app.commands)
