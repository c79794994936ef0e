"""Runs of the bot, each in a process of its own that a power cut ends at a moment.

Everything is loaded once; each run is a fork of it.
"""

import atexit
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO, Any

import msgspec

from knowledge_base.keyrings import keyring_of
from knowledge_base.settings import Place, Settings
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.knowledge_base.beforehand import compile_beforehand
from tests.knowledge_base.conftest import OWN_WIKI
from tests.services.forks import ask, serve
from tests.wikibot.hands.bench import Bench
from tests.withcare.mortal import die_at
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.errand import Errand, Tally
from wikibot.hands.run import run
from wikibot.pages.render import Addresses

ROOT = Path(__file__).parents[3]
CALLS = (
    "edit",
    "poll",
    "own_saves",
    "delete",
    "text_of",
    "hide_revisions",
    "hide_log_entries",
)


def run_and_die(bench: Bench, url: str, moment: int, *, beside: str = "wiki") -> bool:
    """Whether the run was killed; False where it came to its end before.

    `beside`: the moments are before and after the calls to the "wiki", or before and
    after the commits of the "store".
    """
    settings = msgspec.json.encode(bench.settings, enc_hook=str).decode()
    status = ask(*_loaded(), url=url, settings=settings, moment=moment, beside=beside)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


@cache
def _loaded() -> tuple[IO[str], IO[str]]:
    """The loaded process, for as long as this one lives."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.wikibot.hands.dying"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    atexit.register(running.wait)
    atexit.register(running.stdin.close)  # first: it ends with what it is asked
    return running.stdin, running.stdout


def _live(url: str, settings: str, moment: int, beside: str) -> None:
    """The run itself, in the fork."""
    os.dup2(2, 1)  # what it says is no answer
    if beside == "store":
        die_at(moment)
    read, store = opened(url, settings)
    place = read.destinations[0]
    errand = Errand(
        store=store,
        place=place,
        clock=lambda: datetime.now(UTC),
        addresses=Addresses(review_app="http://127.0.0.1:8470"),
        tally=Tally(),
    )
    run(errand, _DyingDoors(read, place, moment if beside == "wiki" else 0))


def opened(url: str, written: str) -> tuple[Settings, Store]:
    """The settings that were written for another process, and the store of theirs."""
    read = msgspec.json.decode(written, type=Settings, dec_hook=lambda t, v: t(v))
    store = Store.open(
        url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        markers=read.marker_book(),
        keys=keyring_of(read),
    )
    return read, store


class _Dying:
    """A wiki beside which the run ends before or after a call."""

    def __init__(self, wiki: Any, die: Callable[[], None]) -> None:
        self._wiki, self._die = wiki, die

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._wiki, name)

        def acting(*words: Any, **named: Any) -> Any:
            self._die()
            answer = act(*words, **named)
            self._die()
            return answer

        return acting if name in CALLS else act


class _DyingDoors(SettingsDoors):
    """Its doors; the moments are counted over both wikis behind them."""

    def __init__(self, settings: Settings, place: Place, moment: int) -> None:
        super().__init__(settings, place.id)
        self._moment, self._passed = moment, 0

    def _die(self) -> None:
        self._passed += 1
        if self._passed == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def bot(self) -> Any:
        return _Dying(super().bot(), self._die)

    def withdrawal(self) -> Any:
        return _Dying(super().withdrawal(), self._die)


if __name__ == "__main__":
    compile_beforehand()
    serve(_live)
