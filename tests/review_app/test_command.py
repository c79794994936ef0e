"""`withcare review`: the first account, its link, and the app really served."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from knowledge_base.accounts import find_account
from knowledge_base.keys import make_master
from knowledge_base.store import Store, create
from policies.rulebook import Rulebook
from tests.review_app.table import START

SETTINGS = """
review_address = "http://127.0.0.1:{port}"
[[destinations]]
id = "own-wiki"
label = "Our wiki"
host = "127.0.0.1"
"""
WITHCARE = Path(sys.executable).parent / "withcare"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "settings.toml").write_text(SETTINGS.format(port=8470))
    create(f"sqlite:///{tmp_path / 'withcare.sqlite'}", now=START)
    make_master(tmp_path / "keys")
    return tmp_path


def withcare(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [WITHCARE, "review", *words],
        env=os.environ | {"WITHCARE_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def roles_of(home: Path, name: str) -> set[str] | None:
    store = Store.open(
        f"sqlite:///{home / 'withcare.sqlite'}",
        rulebook=Rulebook.shipped(),
        destinations=(),
        keys=None,
    )
    with store.reading() as db:
        found = find_account(db, name=name)
    store.close()
    return None if found is None else {role for role, _ in found.roles}


def test_the_first_account_becomes_operator_and_gets_a_link(home: Path) -> None:
    made = withcare(home, "add-account", "odo")

    assert made.returncode == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8470/link/[\w-]{32}\n", made.stdout)
    assert roles_of(home, "odo") == {"operator"}


def test_the_second_account_needs_an_operator(home: Path) -> None:
    withcare(home, "add-account", "odo")

    alone = withcare(home, "add-account", "ilse", "--role", "archivist")
    added = withcare(home, "add-account", "ilse", "--role", "archivist", "--as", "odo")

    assert (alone.returncode, added.returncode) == (1, 0)
    assert roles_of(home, "ilse") == {"archivist"}


@pytest.mark.parametrize("role", ["steward", "Steward", " STEWARD "])
def test_nobody_is_made_a_steward_by_command(home: Path, role: str) -> None:
    withcare(home, "add-account", "odo", "--role", "archivist")

    refused = withcare(home, "add-account", "tamsel", "--role", role, "--as", "odo")

    assert refused.returncode == 1
    assert "a community names its own" in refused.stderr
    assert roles_of(home, "tamsel") is None


def test_a_role_nobody_knows_is_said_so(home: Path) -> None:
    refused = withcare(home, "add-account", "odo", "--role", "king")

    assert refused.returncode == 1
    assert "archivist, operator, viewer" in refused.stderr


def test_the_app_is_served_and_stops_when_told(home: Path) -> None:
    port = _free_port()
    server = subprocess.Popen(
        [WITHCARE, "review", "serve", "--port", str(port)],
        env=os.environ | {"WITHCARE_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        answer = _first_answer(f"http://127.0.0.1:{port}/")
        assert b"withcare" in answer
        assert (home / "keys" / "review-app.key").stat().st_mode & 0o077 == 0
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        assert server.wait(30) in (0, -signal.SIGTERM)


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _first_answer(address: str) -> bytes:
    ends = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                body: bytes = answer.read()
            return body
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > ends:
                raise
            threading.Event().wait(0.1)
