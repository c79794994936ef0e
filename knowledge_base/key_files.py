"""Files that hold a secret: made once, whole, and read by their owner alone."""

import os
import secrets
import stat
from pathlib import Path

from policies.errors import WithcareError


class NotPrivate(WithcareError):
    """The file of a secret cannot be used; `what` is wrong with it, in words."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


class OpenToOthers(NotPrivate):
    """Others than its owner can read it."""

    def __init__(self) -> None:
        super().__init__("can be read by others than its owner")


class NoPlainFile(NotPrivate):
    """A link, a folder or something else stands in its place."""

    def __init__(self) -> None:
        super().__init__("is no plain file")


def require_private(path: Path) -> None:
    """Raises `FileNotFoundError` and the two above."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise NoPlainFile
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise OpenToOthers


def make_once(path: Path, secret: bytes) -> None:
    """Writes the file where there is none; two that begin together agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(opened, "wb") as new:
            new.write(secret)
            new.flush()
            os.fsync(new.fileno())
        # A link does not replace: whoever comes second takes the file of the first.
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
    settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Names that were just given or taken outlive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
