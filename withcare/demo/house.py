"""The demo's own house: a home, a wiki and a review table, put away afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from wikibot.hands.keys import BotPassword, key_file, write_key
from withcare.demo.browser import DemoFailed
from withcare.sandbox import RunningSandbox

WIKI = "demo-wiki"
READY_WITHIN = 30  # seconds for the review table to answer
_SETTINGS = """\
# Written by the demo.
review_address = "{table}"
contact = "https://example.org/demonstration"

[[destinations]]
id = "{wiki}"
label = "The demo's own wiki"
scheme = "http"
host = "{host}"
api = "/api.php"
account = "{bot}"
withdrawal_account = "{withdrawal}"
live = true
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
class House:
    """Where the demo lives: its home, its wiki, the address of its table."""

    home: Path
    wiki: RunningSandbox | None
    table: str


def free_port() -> int:
    """A port on loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_settings(house: House) -> None:
    """The settings of the demo, and the bot's passwords beside them."""
    host = house.wiki.address.removeprefix("http://") if house.wiki else "localhost"
    accounts = house.wiki.accounts if house.wiki else {}
    names = {
        role: accounts[role].user if role in accounts else ""
        for role in ("bot", "withdrawal")
    }
    text = _SETTINGS.format(
        table=house.table,
        wiki=WIKI,
        host=host,
        bot=names["bot"],
        withdrawal=names["withdrawal"],
    )
    (house.home / "settings.toml").write_text(text, "utf-8")
    for account in accounts.values():
        key = BotPassword(account.login_name, account.bot_password)
        write_key(key_file(house.home / "keys", WIKI, account.user), key)


def clear(home: Path) -> None:
    """Begins anew; only a folder that a demo made is ever cleared."""
    mark = home / ".demo"
    if home.exists() and any(home.iterdir()) and not mark.exists():
        raise DemoFailed(f"{home} is not a demo's folder; name an empty one.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    mark.touch()


@contextmanager
def review_table(house: House) -> Iterator[None]:
    """The review app, served to people on this machine for as long as needed."""
    port = house.table.rsplit(":", 1)[1].rstrip("/")
    command = [sys.executable, "-m", "withcare", "review", "serve", "--port", port]
    log = (house.home / "review.log").open("wb")
    served = subprocess.Popen(
        command,
        env=os.environ | {"WITHCARE_HOME": str(house.home)},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _wait(house.table, served, house.home / "review.log")
        yield
    finally:
        _end(served)
        log.close()


def _wait(table: str, served: subprocess.Popen[bytes], log: Path) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < READY_WITHIN:
        if served.poll() is not None:
            break
        try:
            requests.get(table, timeout=2)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise DemoFailed(
        "The review table did not open; see review.log in the demo's home."
    )


def _end(served: subprocess.Popen[bytes]) -> None:
    """Ends the whole group: a server's workers survive their parent."""
    if served.poll() is None:
        os.killpg(served.pid, signal.SIGTERM)
        try:
            served.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(served.pid, signal.SIGKILL)
            served.wait()
