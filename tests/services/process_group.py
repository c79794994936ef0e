"""A server in a process group of its own, ended as a whole, after a killed run too.

Some servers leave workers behind when only their first process is ended. Each group is
therefore named in a file that its owner keeps locked: a file that can be locked has
lost its owner, and whoever starts a server next ends that group first.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

# The shell says its number and the time it started before it becomes the server: so
# there is no moment in which a server runs that no file names.
NAME_YOURSELF = ["sh", "-c", 'read -r me </proc/$$/stat; echo "$me"; exec "$@" >&2', ""]
STARTED = 20  # where the time stands, once number and name are one


class ServerFailed(Exception):
    """A server that did not start; what it said is part of the message."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What a lock file names; None where the server was never started."""

    room: Path
    group: int | None = None
    since: str | None = None


@contextmanager
def serving(
    command: Sequence[str],
    *,
    room: Path,
    ready: Callable[[], bool],
    prepare: Sequence[str] = (),
    user: str | None = None,
) -> Iterator[int]:
    """Yields the running server's process group; afterwards group and room are gone.

    `prepare` is run first; `ready` is asked until it says yes; `user` is who runs both
    (None: we do).
    """
    clear_killed_runs()
    log = room / "server.log"
    with _named(room) as (lock, names), log.open("wb") as said:
        if prepare:
            first = _start(prepare, room, said, said, user)
            _expect(first.wait() == 0, prepare, log)
        server = _start([*NAME_YOURSELF, *command], room, names, said, user)
        try:
            named = wait_until(lambda: _read(lock).group is not None, seconds=30)
            _expect(named and _becomes_ready(server, ready), command, log)
            yield server.pid
        finally:
            end_group(server.pid)
            server.wait()


def _start(
    command: Sequence[str],
    room: Path,
    out: IO[bytes],
    err: IO[bytes],
    user: str | None,
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=room,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        process_group=0,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )


def _becomes_ready(server: subprocess.Popen[bytes], ready: Callable[[], bool]) -> bool:
    settled = wait_until(lambda: server.poll() is not None or ready(), seconds=30)
    return settled and server.returncode is None


def _expect(well: bool, command: Sequence[str], log: Path) -> None:
    if not well:
        said = log.read_text(errors="replace")[-2000:]
        raise ServerFailed(f"{command[0]} did not start:\n{said}")


def clear_killed_runs() -> list[Path]:
    """Ends every group whose owner is gone; the rooms that were cleared."""
    cleared = []
    for lock in sorted(lock_folder().glob("*.lock")):
        # Another run may be clearing at the same time.
        with suppress(FileNotFoundError), lock.open("rb") as held:
            if _can_lock(held):
                cleared.append(_clear(lock))
    return cleared


def _clear(lock: Path) -> Path:
    # Its owner may have been killed before the shell could say its number.
    wait_until(lambda: _read(lock).group is not None, seconds=1)
    owned = _read(lock)
    if owned.group is not None and _is_still_theirs(owned):
        end_group(owned.group)
    shutil.rmtree(owned.room, ignore_errors=True)
    lock.unlink()
    return owned.room


def end_group(group: int, *, patience: float = 5) -> None:
    """Asks the first process to stop, then ends whatever is left of its group."""
    # PostgreSQL would wait for its clients on SIGTERM; all our servers know SIGQUIT.
    with suppress(ProcessLookupError):
        os.kill(group, signal.SIGQUIT)
    wait_until(lambda: group not in members(group), seconds=patience)
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    if not wait_until(lambda: not members(group), seconds=patience):
        raise ServerFailed(f"The process group {group} does not end.")


def members(group: int) -> list[int]:
    """The running processes of a group; the dead that nobody has waited for are not."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            number, state, _, its_group, *_ = _status((folder / "stat").read_text())
            if int(its_group) == group and state not in "ZX":
                found.append(int(number))
    return found


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Whether the condition came true in time."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


def lock_folder() -> Path:
    """Where the files stand that name running groups: one folder per user."""
    folder = Path(tempfile.gettempdir()) / f"withcare-test-services-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise ServerFailed(f"{folder} belongs to somebody else: remove it.")
    return folder


@contextmanager
def _named(room: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    # Locked under another name first: nobody may take it for a file without an owner.
    hidden = lock_folder() / f"{uuid4().hex}.new"
    lock = hidden.with_suffix(".lock")
    with hidden.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(os.fsencode(room) + b"\n")
        held.flush()
        hidden.rename(lock)
        try:
            # Opened once more: the server must not inherit the lock itself.
            with lock.open("ab") as names:
                yield lock, names
        finally:
            shutil.rmtree(room, ignore_errors=True)
            lock.unlink()


def _can_lock(held: IO[bytes]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _status(line: str) -> list[str]:
    # number (name) state parent group …: the name may hold spaces and brackets itself.
    number, _, rest = line.partition(" (")
    return [number, *rest.rpartition(")")[2].split()]


def _read(lock: Path) -> Owned:
    room, _, line = lock.read_text().partition("\n")
    if not line.endswith("\n"):
        return Owned(Path(room))
    status = _status(line)
    return Owned(Path(room), int(status[0]), status[STARTED])


def _is_still_theirs(owned: Owned) -> bool:
    # Numbers are used again, but not at the same time. Where the first process is gone,
    # what is left of the group keeps its number from being given away.
    try:
        line = Path(f"/proc/{owned.group}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return _status(line)[STARTED] == owned.since
