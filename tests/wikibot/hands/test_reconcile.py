"""A run that is killed at any moment loses nothing and saves nothing twice."""

from datetime import UTC, datetime
from typing import Any

import pytest

from knowledge_base import steps
from knowledge_base.journeys import NotPossible, State
from knowledge_base.tightening import tighten_these
from tests.knowledge_base.conftest import WIKI
from tests.wikibot.hands.bench import Bench
from tests.wikibot.hands.dying import run_and_die
from wikibot.hands.locks import alone
from wikibot.hands.run import Part

pytest_plugins = ["tests.wiki_fixtures"]


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
    # Of some ninety every ninth, so before a commit and after one in turn; each day
    # others. The soak of the wiki kills at any of them.
    moment, killed = datetime.now(UTC).date().toordinal() % 9 - 8, True
    while killed:
        moment += 9
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
