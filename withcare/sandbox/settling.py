"""What our bot needs to reach a sandbox wiki: a settings file, and a key per account.

Each file is for its owner alone. One that a person wrote, or changed after we wrote
it, stays as it is.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from knowledge_base.settings import FILE, NOTHING_SET
from wikibot.hands.keys import BotPassword, key_file, key_text
from withcare.sandbox.layout import write_private
from withcare.sandbox.server import LOOPBACK
from withcare.sandbox.wiki import RunningSandbox

ID = "sandbox"
ACCOUNTS = ("bot", "withdrawal", "deploy")  # those whom a program signs in as
_SETTINGS = """\
# Written by `withcare {by}`. Change it and it is yours: it is not written again.
review_address = "{table}"
contact = "https://example.org/a-wiki-on-this-machine"

"""
_PLACE = """\
[[destinations]]
id = "{id}"
label = "{label}"
scheme = "http"
host = "{host}"
api = "/api.php"
account = "{bot}"
withdrawal_account = "{withdrawal}"
deploy_account = "{deploy}"
live = {live}
ours = true
public = true
keeps_history = true
can_close = true
forces_commercial = true
mirrored = false
licence = "cc-by-sa-4.0"
seconds_between_edits = 0.0
most_edits_per_run = 5000
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done; `theirs` are a person's own files, which stay as they are."""

    written: tuple[Path, ...]
    theirs: tuple[Path, ...]


def settings_text(wiki: RunningSandbox | None, *, table: str, by: str) -> str:
    """All settings; without a wiki the destination is named and never reached."""
    return _SETTINGS.format(table=table, by=by) + place_text(wiki)


def place_text(wiki: RunningSandbox | None, *, id: str = ID) -> str:
    """The destination; `live` for a wiki on this machine, and for no other."""
    address = "http://localhost" if wiki is None else wiki.address
    found = {} if wiki is None else wiki.accounts
    names = {role: found[role].user if role in found else "" for role in ACCOUNTS}
    live = "true" if urlsplit(address).hostname in (LOOPBACK, "localhost") else "false"
    return _PLACE.format(
        **names,
        id=id,
        label="A wiki on this machine",
        host=urlsplit(address).netloc,
        live=live,
    )


def keys_of(wiki: RunningSandbox, keys: Path, *, id: str = ID) -> dict[Path, str]:
    """What each key file holds; nothing while the wiki has no accounts."""
    who = [wiki.accounts[role] for role in ACCOUNTS if role in wiki.accounts]
    return {
        key_file(keys, id, one.user): key_text(
            BotPassword(one.login_name, one.bot_password)
        )
        for one in who
    }


def settle(home: Path, wiki: RunningSandbox, *, table: str) -> Settled:
    """Writes what is missing, and again what we wrote and nobody changed since."""
    wanted = keys_of(wiki, home / "keys")
    if not wanted:
        return Settled((), ())
    wanted[home / FILE] = settings_text(wiki, table=table, by="sandbox start")
    (home / "keys").mkdir(mode=0o700, exist_ok=True)
    marks = home / "keys" / f"{ID}.written"
    ours = _read(marks)
    theirs = tuple(path for path in wanted if not _may_write(path, wanted[path], ours))
    due = {
        path: text
        for path, text in wanted.items()
        if path not in theirs and _text(path) != text
    }
    # First the marks: what a killed start has written is ours all the same.
    known = {path.name: [*ours.get(path.name, ()), _mark(due[path])] for path in due}
    write_private(marks, json.dumps({**ours, **known}, indent=1))
    for path, text in due.items():
        write_private(path, text)
    return Settled(tuple(due), theirs)


def _may_write(path: Path, text: str, ours: Mapping[str, list[str]]) -> bool:
    standing = _text(path)
    if standing is None or standing in (text, NOTHING_SET):
        return True
    return _mark(standing) in ours.get(path.name, ())


def _text(path: Path) -> str | None:
    """What stands there; None: nothing does. Whatever is no text is a person's."""
    if not path.exists() and not path.is_symlink():
        return None
    return path.read_text("utf-8", errors="replace")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(marks: Path) -> dict[str, list[str]]:
    if not marks.exists():
        return {}
    found: dict[str, list[str]] = json.loads(marks.read_text("utf-8"))
    return found
