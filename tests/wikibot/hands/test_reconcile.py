"""A run that is killed at any moment loses nothing and saves nothing twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from knowledge_base import steps
from knowledge_base.journeys import NotPossible, State
from knowledge_base.tightening import tighten_these
from tests.knowledge_base.conftest import WIKI
from tests.wikibot.hands.bench import Bench
from wikibot.hands.locks import alone
from wikibot.hands.run import Part

pytest_plugins = ["tests.wiki_fixtures"]

ROOT = Path(__file__).parents[3]

# A bot of its own process that kills itself, as a power cut would, at the n-th moment.
KILLED = """
import os, signal, sys
import msgspec
from datetime import UTC, datetime
from knowledge_base.keyrings import keyring_of
from knowledge_base.settings import Settings
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.errand import Errand, Tally
from wikibot.hands.run import run
from wikibot.pages.render import Addresses
from tests.withcare.mortal import die_at

url, settings, moment = sys.argv[1], sys.argv[2], int(sys.argv[3])
if sys.argv[4] == "store":
    die_at(moment)
    moment = 0
settings = msgspec.json.decode(settings, type=Settings, dec_hook=lambda t, v: t(v))
store = Store.open(
    url,
    rulebook=Rulebook.shipped(),
    destinations=(OWN_WIKI,),
    markers=settings.marker_book(),
    keys=keyring_of(settings),
)
place = settings.destinations[0]

class Dying:
    passed = 0
    def __init__(self, wiki):
        self.wiki = wiki
    def __getattr__(self, name):
        act = getattr(self.wiki, name)
        def acting(*words, **named):
            self.die()
            answer = act(*words, **named)
            self.die()
            return answer
        return acting if name in ("edit", "poll", "own_saves", "delete", "text_of",
            "hide_revisions", "hide_log_entries") else act
    def die(self):
        Dying.passed += 1
        if Dying.passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

class Doors(SettingsDoors):
    def bot(self):
        return Dying(super().bot())
    def withdrawal(self):
        return Dying(super().withdrawal())

errand = Errand(store=store, place=place, clock=lambda: datetime.now(UTC),
    addresses=Addresses(review_app="http://127.0.0.1:8470"), tally=Tally())
run(errand, Doors(settings, place.id))
"""


def run_and_die(bench: Bench, url: str, moment: int, *, beside: str = "wiki") -> bool:
    """Whether the run was killed; False where it came to its end before.

    `beside`: the moments are before and after the calls to the "wiki", or before and
    after the commits of the "store".
    """
    settings = msgspec.json.encode(bench.settings, enc_hook=str).decode()
    died = subprocess.run(
        [sys.executable, "-c", KILLED, url, settings, str(moment), beside],
        cwd=ROOT,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert died.returncode in (0, -signal.SIGKILL)
    return died.returncode != 0


def revisions(bench: Bench, record: str) -> int:
    reply = bench.wiki.visitor().get(
        action="query",
        pageids=bench.page(record).page_id,
        prop="revisions",
        rvprop="ids",
        rvlimit=50,
    )
    return len(reply["query"]["pages"][0]["revisions"])


# Around the poll, around each of the two edits.
@pytest.mark.parametrize("moment", range(1, 7))
def test_publishing_that_is_killed_is_finished_by_the_next_run(
    bench: Bench, sqlite_url: str, moment: int
) -> None:
    records = [bench.approved(), bench.approved()]
    killed = run_and_die(bench, sqlite_url, moment)

    tally = bench.run()

    assert killed
    assert (tally.people, tally.trouble) == ([], [])
    for record in records:
        assert bench.world.state(record) is State.PUBLISHED
        assert revisions(bench, record) == 1
        saved = [s for s in bench.steps(record) if isinstance(s, steps.Saved)]
        assert len(saved) == 1


def test_a_run_that_is_killed_at_any_commit_is_finished_by_the_next(
    bench: Bench, sqlite_url: str
) -> None:
    # Every third moment, so before a commit and after one in turn: there are many.
    moment, killed = -2, True
    while killed:
        moment += 3
        gone, new = bench.published(description="One trunk."), bench.approved()
        bench.withdraw(gone)
        killed = run_and_die(bench, sqlite_url, moment, beside="store")

        tally = bench.run()

        assert (tally.people, tally.trouble) == ([], []), moment
        assert bench.world.state(new) is State.PUBLISHED, moment
        assert revisions(bench, new) == 1, moment
        taken = [type(step) for step in bench.steps(new)]
        assert taken.count(steps.Saved) == 1, moment
        assert bench.world.state(gone) is State.WITHDRAWN, moment
    assert moment > 10


def test_an_edit_that_arrived_before_the_kill_is_not_sent_again(
    bench: Bench, sqlite_url: str
) -> None:
    record = bench.published(description="One.")
    bench.tell_otherwise(record, description="Two.")
    bench.approve_again(record)
    assert run_and_die(bench, sqlite_url, 4)
    assert bench.world.state(record) is State.PUBLISHING

    with bench.wiki.request_log.recording() as recording:
        bench.run()

    assert recording.edits == ()
    assert bench.world.state(record) is State.PUBLISHED
    assert revisions(bench, record) == 2


@pytest.mark.parametrize("moment", [4, 6, 8, 10, 12])
def test_a_withdrawal_that_is_killed_is_finished_by_the_next_run(
    bench: Bench, sqlite_url: str, moment: int
) -> None:
    record = bench.published(description="Carved from one trunk.")
    bench.withdraw(record)
    run_and_die(bench, sqlite_url, moment)

    bench.run()

    assert bench.world.state(record) is State.WITHDRAWN
    last = bench.steps(record)[-1]
    assert isinstance(last, steps.Withdrawn)
    assert last.still_visible == 0


def test_a_withdrawal_wins_over_an_edit_in_flight(
    bench: Bench, sqlite_url: str
) -> None:
    record = bench.approved(description="Carved from one trunk.")
    assert run_and_die(bench, sqlite_url, 4)
    bench.withdraw(record)

    tally = bench.run()

    assert tally.withdrawn == 1
    assert bench.world.state(record) is State.WITHDRAWN
    assert bench.text(record) == ""


def test_a_withdrawal_in_the_middle_of_a_run_wins(bench: Bench) -> None:
    record = bench.approved(description="Carved from one trunk.")
    bench.act_before_next_save(lambda: bench.withdraw(record))

    tally = bench.run(doors=bench.slow_doors())

    assert tally.withdrawn == 1
    assert bench.world.state(record) is State.WITHDRAWN
    assert bench.text(record) == ""


def test_a_yes_that_was_taken_back_before_the_intent_saves_nothing(
    bench: Bench,
) -> None:
    records = [bench.approved(), bench.approved()]
    later = max(records)
    bench.act_before_next_save(lambda: bench.withdraw(later))

    with bench.wiki.request_log.recording() as recording:
        bench.run(doors=bench.slow_doors())

    assert len(recording.edits) == 1
    assert bench.world.state(later) is State.WITHDRAWN


@pytest.mark.parametrize("how", ["withdraw", "close"])
def test_what_is_taken_back_waits_for_an_edit_on_its_way(
    bench: Bench, how: str
) -> None:
    record = bench.approved(description="Carved from one trunk.")
    intended = steps.Intended(
        destination=WIKI, act="create", units_hash="u", base_revision=None
    )
    bench.world.take(record, intended)
    if how == "withdraw":
        bench.withdraw(record)
    else:
        closed = steps.Closed(destination=WIKI, because="decision")
        bench.world.take(record, closed)
    waiting = bench.world.state(record)

    with alone(bench.doors().lock("publish"), "a test"):
        tally = bench.run(frozenset({Part.WITHDRAW}))

    assert tally.people == [(record, "edit-on-its-way")]
    assert tally.exit_code == 2
    assert bench.world.state(record) is waiting
    assert bench.run(frozenset({Part.WITHDRAW})).people == []
    assert bench.world.state(record) in (State.WITHDRAWN, State.CLOSED)


def test_a_step_taken_while_closing_does_not_end_the_run(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = bench.published()
    bench.withdraw(record)
    quicker = [NotPossible(record, "closed", "withdrawing")]

    def tighten_after_somebody(*words: Any, **named: Any) -> int:
        if quicker:
            raise quicker.pop()
        return tighten_these(*words, **named)

    monkeypatch.setattr("wikibot.hands.run.tighten_these", tighten_after_somebody)

    assert bench.run().withdrawn == 1
