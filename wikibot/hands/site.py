"""Where the bot may go: only to a wiki that the settings name, as the account named."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from knowledge_base.settings import Place, Settings
from wikibot.hands.errors import NotConfigured
from wikibot.hands.keys import key_file, read_key

if TYPE_CHECKING:
    from wikibot.hands.account import Account

PATIENCE = 30.0
"""Seconds until a wiki that says nothing counts as not reachable."""


def connect(
    settings: Settings,
    destination: str,
    *,
    account: str | None = None,
    patience: float = PATIENCE,
) -> "Account":
    """An account at the wiki of that destination; nothing is sent yet.

    `account` is the destination's bot account unless another of its own is asked for.
    Raises `NotConfigured` and `KeyUnusable`.
    """
    place = settings.place(destination)
    name = place.account if account is None else account
    if not name:
        raise NotConfigured(destination, "account")
    if not (place.contact or settings.contact):
        raise NotConfigured(destination, "contact")
    key = read_key(key_file(settings.keys, destination, name))
    directory = bot_directory(settings, destination, name)
    prepare(directory)
    # Only now: importing pywikibot reads a configuration, which is to be ours.
    from wikibot.hands.account import Account

    ours = frozenset(filter(None, (place.account, place.withdrawal_account)))
    return Account(
        with_contact(place, settings),
        name,
        key,
        directory=directory,
        ours=ours,
        patience=patience,
    )


def with_contact(place: Place, settings: Settings) -> Place:
    """The place with a way to reach a person, which every request carries."""
    return msgspec.structs.replace(place, contact=place.contact or settings.contact)


def bot_directory(settings: Settings, destination: str, account: str) -> Path:
    """The bot's own directory: its cookies, its throttle and pywikibot's caches."""
    return settings.home / "bot" / f"{destination}.{account}"


def prepare(directory: Path) -> None:
    """Makes the directory, and has pywikibot find no other configuration than it."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = directory / "user-config.py"
    if not written.exists():
        written.touch(mode=0o600)
    # What a killed run left there would multiply every pause; we hold the lock.
    (directory / "throttle.ctrl").write_text("", "utf-8")
    if "pywikibot" not in sys.modules:
        os.environ["PYWIKIBOT_DIR"] = str(directory)
