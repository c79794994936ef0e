"""A wiki that cannot be written to keeps a withdrawal waiting, and never ends it."""

from typing import Any, cast

import pytest

from knowledge_base.journeys import State
from tests.wikibot.hands.bench import PATIENCE, Bench
from wikibot.hands.doors import SettingsDoors
from wikibot.hands.outcomes import Failure, RateLimited, Unreachable
from wikibot.hands.wiki import WithdrawalWiki

pytest_plugins = ["tests.wiki_fixtures"]

CANARY = "Quillfeather of the invented shore"
STEPS = ("poll", "read", "edit", "revisions", "hide_revisions", "delete") + (
    "standing_at",
    "log_entries",
    "hide_log_entries",
    "purge",
)


class FailingWiki:
    """A real wiki that refuses one kind of act."""

    def __init__(self, wiki: WithdrawalWiki, act: str, failure: Failure) -> None:
        self._wiki, self._act, self._failure = wiki, act, failure

    def __getattr__(self, name: str) -> Any:
        if name == self._act:
            return lambda *_words, **_named: self._failure
        return getattr(self._wiki, name)


class FailingDoors(SettingsDoors):
    """The same doors; the account that takes back meets a wiki that refuses."""

    def __init__(self, bench: Bench, act: str, failure: Failure) -> None:
        super().__init__(bench.settings, bench.place.id, patience=PATIENCE)
        self._act, self._failure = act, failure

    def withdrawal(self) -> WithdrawalWiki:
        wiki = FailingWiki(super().withdrawal(), self._act, self._failure)
        return cast(WithdrawalWiki, wiki)


@pytest.mark.parametrize("act", STEPS)
def test_whatever_step_fails_somebody_is_called_and_the_next_run_ends_it(
    bench: Bench, act: str
) -> None:
    record = bench.published(description=CANARY)
    bench.withdraw(record)
    failure = Unreachable("a test") if act in ("poll", "delete") else RateLimited()

    tally = bench.run(doors=FailingDoors(bench, act, failure))

    assert (record, "withdrawal-waits") in tally.people
    assert (tally.exit_code, tally.withdrawn) == (2, 0)
    assert failure.code in tally.trouble
    assert bench.world.state(record) is State.WITHDRAWING
    again = bench.run()
    assert (again.withdrawn, again.people, again.trouble) == (1, [], [])
    assert bench.world.state(record) is State.WITHDRAWN


def test_a_read_only_wiki_keeps_saying_so_until_it_is_done(bench: Bench) -> None:
    record = bench.published(description=CANARY)
    bench.withdraw(record)
    bench.wiki.make_read_only("moving house")
    try:
        tallies = [bench.run(), bench.run()]
    finally:
        bench.wiki.make_writable()

    for tally in tallies:
        assert tally.people == [(record, "withdrawal-waits")]
        assert (tally.exit_code, tally.withdrawn) == (2, 0)
        assert "read-only" in tally.trouble
    assert CANARY in bench.text(record)
    assert bench.run().withdrawn == 1
    assert bench.text(record) == ""
