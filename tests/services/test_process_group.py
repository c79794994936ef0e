"""No server outlives its tests, however they end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.process_group import (
    ServerFailed,
    clear_killed_runs,
    lock_folder,
    members,
    serving,
    wait_until,
)

# A first process with a worker that survives it, as PHP's web server has.
STUBBORN = ["sh", "-c", "(trap '' QUIT; exec sleep 60) & exec sleep 60"]

OWNER = """
import sys
from pathlib import Path
from tests.services.process_group import serving

room = Path(sys.argv[1])
room.mkdir()
command = ["sh", "-c", "sleep 60 & exec sleep 60"]
with serving(command, room=room, ready=lambda: True) as group:
    print(group, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    path = tmp_path / "room"
    path.mkdir()
    return path


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns a server."""
    command = [sys.executable, "-c", OWNER, str(tmp_path / "theirs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()
    clear_killed_runs()


def group_of(owner: subprocess.Popen[str]) -> int:
    assert owner.stdout is not None
    return int(owner.stdout.readline())


def test_the_whole_group_is_ended(room: Path) -> None:
    with serving(STUBBORN, room=room, ready=lambda: True) as group:
        assert wait_until(lambda: len(members(group)) == 2, seconds=10)

    assert members(group) == []


def test_room_and_lock_are_gone_afterwards(room: Path) -> None:
    with serving(["sleep", "60"], room=room, ready=lambda: True):
        assert any(str(room) in lock.read_text() for lock in lock_folder().iterdir())

    assert not room.exists()
    assert not any(str(room) in lock.read_text() for lock in lock_folder().iterdir())


def test_it_is_ended_when_the_test_fails(room: Path) -> None:
    server = serving(["sleep", "60"], room=room, ready=lambda: True)
    with pytest.raises(ZeroDivisionError), server as group:
        raise ZeroDivisionError

    assert members(group) == []


def test_a_server_that_does_not_start_says_what_it_said(room: Path) -> None:
    command = ["sh", "-c", "echo the port is taken >&2; exit 1"]

    server = serving(command, room=room, ready=lambda: False)
    with pytest.raises(ServerFailed, match="the port is taken"), server:
        pass


def test_a_group_whose_owner_was_killed_is_cleared(
    owner: subprocess.Popen[str], tmp_path: Path
) -> None:
    group = group_of(owner)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert members(group)

    assert tmp_path / "theirs" in clear_killed_runs()
    assert members(group) == []
    assert not (tmp_path / "theirs").exists()


def test_a_group_whose_owner_lives_is_left_alone(
    owner: subprocess.Popen[str], tmp_path: Path
) -> None:
    group = group_of(owner)

    assert tmp_path / "theirs" not in clear_killed_runs()
    assert members(group)


def test_a_number_that_was_used_again_is_not_ended(room: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], process_group=0)
    lock = lock_folder() / "test-of-a-stranger.lock"
    earlier = " ".join([str(stranger.pid), "(sleep)", "S", *["1"] * 19])
    lock.write_text(f"{room}\n{earlier}\n")

    clear_killed_runs()

    assert not lock.exists()
    assert members(stranger.pid) == [stranger.pid]
    stranger.kill()
    stranger.wait()


def test_a_killed_run_that_started_nothing_is_forgotten(room: Path) -> None:
    lock = lock_folder() / "test-of-an-early-end.lock"
    lock.write_text(f"{room}\n")

    assert room in clear_killed_runs()
    assert not lock.exists()


def test_the_folder_of_locks_is_ours_alone() -> None:
    assert lock_folder().stat().st_mode & 0o077 == 0
    assert lock_folder().stat().st_uid == os.getuid()
