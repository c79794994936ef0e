"""The app's own key: made once, kept in a file that only its owner reads."""

import secrets
from pathlib import Path

from knowledge_base.key_files import make_once

FILE = "review-app.key"


def own_key(folder: Path) -> bytes:
    """The key in the folder; two workers that begin together agree on one."""
    path = folder / FILE
    if not path.exists():
        make_once(path, secrets.token_bytes(32))
    return path.read_bytes()
