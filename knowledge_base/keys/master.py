"""The master key: one file for its owner alone, or a credential of systemd.

It is never in the database, in a backup, in a log or on a command line.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from knowledge_base.key_files import (
    NoPlainFile,
    OpenToOthers,
    make_once,
    require_private,
)
from policies.errors import WithcareError

FILE = "master"
CREDENTIAL = "withcare-master"
LENGTH = 32  # AES-256


class MasterKeyUnusable(WithcareError):
    """The master key cannot be used; nothing was read and nothing was written."""

    def __init__(self, path: Path, what: str, remedy: str) -> None:
        self.path = path
        super().__init__(f"The master key {path} {what}; {remedy}.")


def make_master(folder: Path) -> None:
    """Makes the key where there is none; two that begin together agree on one."""
    path = folder / FILE
    if not path.exists():
        make_once(path, secrets.token_hex(LENGTH).encode())


def read_master(folder: Path, environment: Mapping[str, str]) -> bytes:
    """The 32 bytes of the key; raises `MasterKeyUnusable`.

    A credential that systemd hands over comes before the file.
    https://systemd.io/CREDENTIALS/ (2024)
    """
    handed = environment.get("CREDENTIALS_DIRECTORY")
    if handed and (Path(handed) / CREDENTIAL).is_file():
        return _key_in(Path(handed) / CREDENTIAL)
    path = folder / FILE
    try:
        require_private(path)
    except FileNotFoundError:
        remedy = "put it back from where you keep it"
        raise MasterKeyUnusable(path, "is not there", remedy) from None
    except NoPlainFile as wrong:
        raise MasterKeyUnusable(path, wrong.what, "put the key in its place") from None
    except OpenToOthers as wrong:
        raise MasterKeyUnusable(path, wrong.what, f"run `chmod 600 {path}`") from None
    return _key_in(path)


def _key_in(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except OSError:
        remedy = "run this as the account that owns it"
        raise MasterKeyUnusable(path, "cannot be read", remedy) from None
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        remedy = "put it back from where you keep it"
        raise MasterKeyUnusable(path, "holds no key", remedy)
    return key
