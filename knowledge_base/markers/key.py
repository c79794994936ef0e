"""The key under which a marker knows a source or a content again.

Without it whoever has the file of markers could try likely numbers and contents.
"""

import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from policies.errors import WithcareError

FILE = "markers"


class MarkerKeyUnusable(WithcareError):
    """The key of the markers cannot be used; nothing was opened."""

    def __init__(self, path: Path, why: str, remedy: str) -> None:
        super().__init__(f"The key {path} {why}; {remedy}.")


@dataclass(frozen=True, slots=True)
class MarkerKey:
    """The secret shows in no `repr`."""

    secret: bytes = field(repr=False)

    def mark(self, purpose: str, text: str) -> str:
        """What stands in a marker instead of the text."""
        told = f"{purpose}\n{text}".encode()
        return hmac.new(self.secret, told, hashlib.sha256).hexdigest()


def read_key(keys: Path) -> MarkerKey:
    """The key in that folder, made at its first use; raises `MarkerKeyUnusable`."""
    path = keys / FILE
    try:
        status = path.lstat()
    except FileNotFoundError:
        return _make(path)
    if not stat.S_ISREG(status.st_mode):
        raise MarkerKeyUnusable(path, "is no plain file", "put the file itself there")
    if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MarkerKeyUnusable(
            path, "can be read by others than its owner", f"run `chmod 600 {path}`"
        )
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        secret = b""
    if len(secret) != 32:
        raise MarkerKeyUnusable(
            path, "cannot be read", "put your copy of it back, for the same account"
        )
    return MarkerKey(secret)


def _make(path: Path) -> MarkerKey:
    """Written beside and put in its place whole; whoever is first made it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = secrets.token_bytes(32)
    part = path.with_name(f"{FILE}.{secrets.token_hex(8)}.part")
    opened = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(secret.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        return read_key(path.parent)
    finally:
        part.unlink()
    return MarkerKey(secret)
