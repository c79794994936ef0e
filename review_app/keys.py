"""The app's own key: made once, kept in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

FILE = "review-app.key"


def own_key(folder: Path) -> bytes:
    """The key in the folder; two workers that begin together agree on one."""
    path = folder / FILE
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{FILE}.{secrets.token_hex(8)}")
    with open(
        os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as new:
        new.write(secrets.token_bytes(32))
        new.flush()
        os.fsync(new.fileno())
    try:
        # A link does not replace: whoever comes second takes the key of the first.
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
