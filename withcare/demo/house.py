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

from knowledge_base.settings import FILE
from withcare.demo.browser import DemoFailed
from withcare.sandbox import RunningSandbox
from withcare.sandbox.layout import write_private
from withcare.sandbox.settling import ID, keys_of, settings_text

WIKI = ID
READY_WITHIN = 30  # seconds for the review table to answer


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
    text = settings_text(house.wiki, table=house.table, by="demo")
    write_private(house.home / FILE, text)
    keys = house.home / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    if house.wiki is not None:
        for path, key in keys_of(house.wiki, keys).items():
            write_private(path, key)


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
    words = ("-m", "withcare", "review", "serve", "--port", port, "--workers", "2")
    command = [sys.executable, *words]
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
