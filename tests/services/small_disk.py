"""A small disk of its own, that can be filled and set to read-only: a tmpfs."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.binaries import NotInstalled


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """Mounted at `path`; `home` is a folder on it."""

    path: Path

    @property
    def home(self) -> Path:
        return self.path / "home"

    def fill(self) -> None:
        """Leaves no room at all."""
        with open(self.path / "ballast", "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    def leave_room(self, size: int) -> None:
        """Leaves so many bytes on a disk that is otherwise full."""
        self.fill()
        ballast = self.path / "ballast"
        os.truncate(ballast, max(0, ballast.stat().st_size - size))

    def make_room(self) -> None:
        (self.path / "ballast").unlink(missing_ok=True)

    def turn(self, way: str) -> None:
        """`ro` for a disk that may only be read, `rw` for one that may be written."""
        subprocess.run(["mount", "-o", f"remount,{way}", str(self.path)], check=True)


@contextmanager
def mounted(path: Path, *, kilobytes: int) -> Iterator[SmallDisk]:
    """The disk; raises NotInstalled where nobody lets us mount one."""
    path.mkdir()
    size = f"size={kilobytes}k"
    words = ["mount", "-t", "tmpfs", "-o", size, "withcare-small-disk", str(path)]
    try:
        tried = subprocess.run(words, capture_output=True)
    except FileNotFoundError as absent:
        raise NotInstalled("mount is not here: no small disk to fill") from absent
    if tried.returncode:
        raise NotInstalled("this account may not mount a disk: none to fill")
    disk = SmallDisk(path)
    disk.home.mkdir()
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
