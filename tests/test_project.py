"""The project keeps the promises it makes to whoever clones it."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import rich_click as click

from tools import locks
from withcare.cli import COMMANDS, app
from withcare.lazy import Later, NotInstalled

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
HASH = f"    --hash=sha256:{'0' * 64}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_names_versions_and_hashes_alone(lock: Path) -> None:
    assert list(locks.faults(lock)) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_all_the_project_asks_for(lock: Path) -> None:
    assert locks.missing(lock, locks.wanted_by(lock.stem)) == set()


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "--find-links wheels",
        "--trusted-host example.org",
        "click @ file:///somewhere/click.whl",
        "./click.whl \\",
        "/somewhere/click.whl",
        "click==8.1",
        "click>=8.1 \\",
        "    # via -r /somewhere/core.in",
        "    #   https://example.org",
    ],
)
def test_anything_else_in_a_lock_is_refused(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "core.lock"
    lock.write_text(f"click==8.1 \\\n{HASH}\n{line}\n")

    assert len(list(locks.faults(lock))) == 1


def test_a_package_that_was_not_locked_is_missed(tmp_path: Path) -> None:
    lock = tmp_path / "core.lock"
    lock.write_text(f"click==8.1 \\\n{HASH}\n")

    assert locks.missing(lock, {"click", "rich"}) == {"rich"}


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / lock).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_a_bot_host_gets_no_flask_and_a_review_host_no_pywikibot() -> None:
    assert "flask" not in pins("bot.lock")
    assert "pywikibot" not in pins("web.lock")


def test_all_locks_name_the_same_versions() -> None:
    everything = pins("test.lock")

    for lock in LOCKS:
        assert pins(lock.name).items() <= everything.items()


def test_make_alone_says_what_can_be_done() -> None:
    shown = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    for target in ("help", "demo", "test", "breaks", "check", "bench", "soak"):
        assert f"make {target} " in shown


def test_the_packages_asked_for_must_be_of_a_known_sort() -> None:
    done = subprocess.run(
        [ROOT / "tools/debian_packages.sh", "everything"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "python|demo|test" in done.stderr) == (2, True)


def walk(
    command: click.Command, parent: click.Context
) -> Iterator[tuple[click.Command, click.Context]]:
    context = click.Context(command, info_name=command.name, parent=parent)
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from walk(inner, context)


@pytest.mark.parametrize("later", COMMANDS, ids=lambda later: later.command_name)
def test_every_command_has_help_that_says_something(later: Later) -> None:
    try:
        loaded = later.load()
    except NotInstalled as absent:
        pytest.skip(str(absent))
    root = click.Context(app, info_name="withcare")

    for command, context in walk(loaded, root):
        assert command.help, f"{context.command_path} has no help"
        assert command.get_help_option(context) is not None
