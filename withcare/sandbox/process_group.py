"""The processes that serve a sandbox: which they are, and how they are ended.

PHP's workers outlive the process that made them, so that only the whole group counts.
The group is known by the very command it runs, which names the sandbox's folder: it can
be written down before there is a process, and a number may belong to somebody else by
the time it is read.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 5.0  # seconds before a group that was asked to end is killed
PAUSE = 0.005


@dataclass(frozen=True, slots=True)
class ProcessGroup:
    """Every process that runs this command."""

    command: tuple[str, ...]

    def members(self) -> tuple[int, ...]:
        """The processes of ours that still run, lowest number first."""
        return tuple(sorted(p for p in _processes() if _command_of(p) == self.command))

    def holds_open(self, folder: Path) -> bool:
        """Whether a member has a file of the folder open."""
        inside = f"{folder.resolve()}/"
        return any(
            file.startswith(inside) for pid in self.members() for file in _files_of(pid)
        )

    def end(self) -> None:
        """Ends every member, by force where asking does not help; returns when gone."""
        groups = self._groups()
        for order in (signal.SIGTERM, signal.SIGKILL):
            for group in self._groups():
                with suppress(ProcessLookupError):
                    os.killpg(group, order)
            self._wait_until_gone()
        for group in groups:
            _reap(group)

    def _groups(self) -> set[int]:
        # The whole group: Lua, which a worker may be running, has another command.
        return {
            group for pid in self.members() if (group := _group_of(pid)) is not None
        }

    def _wait_until_gone(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.members() and time.monotonic() < until:
            time.sleep(PAUSE)


def _processes() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _command_of(pid: int) -> tuple[str, ...]:
    # A process that ended and was not waited for yet has an empty command.
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ()
    return tuple(os.fsdecode(line).removesuffix("\0").split("\0"))


def _group_of(pid: int) -> int | None:
    """The number of its group, or None once it is gone or where it shares ours."""
    try:
        group = os.getpgid(pid)
    except ProcessLookupError:
        return None
    return None if group == os.getpgrp() else group


def _files_of(pid: int) -> Iterator[str]:
    folder = f"/proc/{pid}/fd"
    try:
        descriptors = os.listdir(folder)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return
    for descriptor in descriptors:
        with suppress(FileNotFoundError, ProcessLookupError):
            yield os.readlink(f"{folder}/{descriptor}")


def _reap(leader: int) -> None:
    # Only where we are its parent; otherwise the system's first process does it.
    try:
        os.waitpid(leader, os.WNOHANG)
    except ChildProcessError:
        return
