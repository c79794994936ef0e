"""The key under which a marker knows a source or a content again.

Without it whoever has the file of markers could try likely numbers and contents.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.key_files import (
    NoPlainFile,
    OpenToOthers,
    make_once,
    require_private,
)
from policies.errors import WithcareError

FILE = "markers"
LENGTH = 32


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
    if not (path.exists() or path.is_symlink()):
        make_once(path, f"{secrets.token_hex(LENGTH)}\n".encode())
    try:
        require_private(path)
    except NoPlainFile as wrong:
        remedy = "put the file itself there"
        raise MarkerKeyUnusable(path, wrong.what, remedy) from None
    except OpenToOthers as wrong:
        remedy = f"run `chmod 600 {path}`"
        raise MarkerKeyUnusable(path, wrong.what, remedy) from None
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        secret = b""
    if len(secret) != LENGTH:
        raise MarkerKeyUnusable(
            path, "cannot be read", "put your copy of it back, for the same account"
        )
    return MarkerKey(secret)
