"""The bot passwords: one small file for each account, read for one sign-in."""

from dataclasses import dataclass, field
from pathlib import Path

from knowledge_base.key_files import NotPrivate, require_private
from wikibot.hands.errors import KeyUnusable


@dataclass(frozen=True, slots=True)
class BotPassword:
    """`name` is User@name; the password shows in no `repr`."""

    name: str
    password: str = field(repr=False)


def key_file(keys: Path, destination: str, account: str) -> Path:
    """Where the password of that account for that destination stands."""
    return keys / f"{destination}.{account}"


def read_key(path: Path) -> BotPassword:
    """Raises `KeyUnusable`, also where others than its owner could read it."""
    try:
        require_private(path)
    except FileNotFoundError:
        raise KeyUnusable(path, "is not there") from None
    except NotPrivate as wrong:
        raise KeyUnusable(path, wrong.what) from None
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        raise KeyUnusable(path, "cannot be read") from None
    words = [line.strip() for line in lines if line.strip()]
    if len(words) != 2 or "@" not in words[0]:
        raise KeyUnusable(path, "does not hold a name and a password")
    return BotPassword(words[0], words[1])


def write_key(path: Path, key: BotPassword) -> None:
    """Writes the file for its owner alone, from its first moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(key_text(key), "utf-8")


def key_text(key: BotPassword) -> str:
    """What the file of the key holds."""
    return f"{key.name}\n{key.password}\n"
