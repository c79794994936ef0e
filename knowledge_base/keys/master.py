"""The master key: one file for its owner alone, or a credential of systemd.

It is never in the database, in a backup, in a log or on a command line.
"""

import os
import secrets
from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path

from knowledge_base.key_files import (
    NoPlainFile,
    OpenToOthers,
    make_once,
    require_private,
    settle_folder,
)
from policies.errors import WithcareError

FILE = "master"
NEXT = "master.next"
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


def make_next(folder: Path) -> bytes:
    """The key that is to follow; the one of a turn that died is taken up again."""
    path = folder / NEXT
    if not path.exists():
        make_once(path, secrets.token_hex(LENGTH).encode())
    return read_key_in(path)


def read_next(folder: Path) -> bytes | None:
    """The key that is to follow, of a turn that died; None where none did."""
    return read_key_in(folder / NEXT) if (folder / NEXT).exists() else None


def put_next_in_place(folder: Path, kept: str) -> Path | None:
    """Makes the key that was to follow the key; the one before it stays as `kept`.

    A backup that was made before needs the earlier one. None: there was no earlier one.
    Where another key is kept under that name, a number follows it.
    """
    path = folder / FILE
    before = _keep(path, folder / kept) if path.exists() else None
    os.replace(folder / NEXT, path)
    settle_folder(folder)
    return before


def _keep(path: Path, named: Path) -> Path:
    """A second name for the key, which no other key has; that of a turn that died."""
    numbered = (named.with_name(f"{named.name}-{number}") for number in count(2))
    names = chain((named,), numbered)
    before = next(one for one in names if not one.exists() or one.samefile(path))
    if not before.exists():
        os.link(path, before)
    settle_folder(path.parent)
    return before


def master_is_handed(environment: Mapping[str, str]) -> bool:
    """Whether systemd hands the key over, and no file of ours is asked."""
    handed = environment.get("CREDENTIALS_DIRECTORY")
    return bool(handed) and (Path(str(handed)) / CREDENTIAL).is_file()


def read_master(folder: Path, environment: Mapping[str, str]) -> bytes:
    """The 32 bytes of the key; raises `MasterKeyUnusable`.

    A credential that systemd hands over comes before the file.
    https://systemd.io/CREDENTIALS/ (2024)
    """
    if master_is_handed(environment):
        return _key_in(Path(environment["CREDENTIALS_DIRECTORY"]) / CREDENTIAL)
    return read_key_in(folder / FILE)


def read_key_in(path: Path) -> bytes:
    """The master key in that file of its owner alone; raises `MasterKeyUnusable`."""
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
