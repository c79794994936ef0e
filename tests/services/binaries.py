"""Where Debian keeps the servers' programs, or a plain word that they are not there."""

import shutil
from collections.abc import Iterable
from pathlib import Path


class NotInstalled(Exception):
    """A server's program is not on this machine."""


def find_program(name: str, folders: Iterable[Path] = ()) -> str:
    """The program in the last of the folders that has it, else the one in PATH."""
    found = [str(folder / name) for folder in folders if (folder / name).is_file()]
    program = found[-1] if found else shutil.which(name)
    if program is None:
        raise NotInstalled(
            f"{name} is not installed: run tools/debian_packages.sh test"
        )
    return program
