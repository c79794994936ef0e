"""Random histories of one world: whatever people do, in whatever order, holds true."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from knowledge_base import answers, flags, steps
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import verify
from knowledge_base.flags import FlagAgainst
from knowledge_base.gate import decision_of, facts_of
from knowledge_base.history import history_of, journey_of
from knowledge_base.identity import new_id
from knowledge_base.journeys import NotPossible, State
from knowledge_base.kept_views import count_shown, kept_view, list_shown
from knowledge_base.public import standing_view
from knowledge_base.rights import Forbidden
from knowledge_base.steps import Actor
from knowledge_base.tightening import tighten
from knowledge_base.workflow import Stale
from policies.facts import Says
from policies.visibility import Visibility
from tests.knowledge_base.conftest import WIKI, World, intended, make_world, saved
from tests.knowledge_base.counted import require_counted

LABELS = st.sampled_from(
    [("tk", "attribution"), ("tk", "secret_sacred"), ("tk", "verified"), ("xx", "new")]
)


class Histories(RuleBasedStateMachine):
    """One record, an archivist, a steward and a bot, each doing what they like."""

    @initialize(culture=st.booleans())
    def begin(self, culture: bool) -> None:
        self.folder = tempfile.TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'withcare.sqlite'}"
        self.world: World = make_world(url)
        fields = {"culture": "Zephrindle (invented)"} if culture else {}
        self.record = self.world.item(**fields)
        self.approvals = 0

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.store.close()
            self.folder.cleanup()

    def attempt(self, act: Callable[[], object]) -> bool:
        """Does it, or is told that it cannot be done and finds nothing changed."""
        before = self.world.length(self.record)
        try:
            act()
        except (NotPossible, Forbidden, Stale):
            assert self.world.length(self.record) == before
            return False
        return True

    def someone(self, steward: bool) -> Actor:
        return self.world.steward if steward else self.world.archivist

    @property
    def seen(self) -> int:
        return self.world.length(self.record)

    @rule(answer=st.sampled_from(["nobody", "named", "not-known"]))
    def concern(self, answer: str) -> None:
        parties = (self.world.people,) if answer == "named" else ()
        self.attempt(lambda: self.world.concern(self.record, answer, *parties))

    @rule(steward=st.booleans())
    def approve(self, steward: bool) -> None:
        by = self.someone(steward)
        if self.attempt(lambda: self.world.approve(self.record, by)):
            self.approvals += 1

    @rule(steward=st.booleans())
    def refuse(self, steward: bool) -> None:
        self.attempt(
            lambda: answers.refuse(
                self.world.store,
                self.record,
                seen=self.seen,
                by=self.someone(steward),
                now=self.world.later(),
                note_text="",
            )
        )

    @rule(steward=st.booleans())
    def not_now(self, steward: bool) -> None:
        self.attempt(
            lambda: answers.not_now(
                self.world.store,
                self.record,
                seen=self.seen,
                by=self.someone(steward),
                now=self.world.later(),
            )
        )

    @rule(steward=st.booleans(), grave=st.booleans())
    def flag(self, steward: bool, grave: bool) -> None:
        what = FlagAgainst(against="not-written-yet", is_grave=grave)
        self.attempt(
            lambda: flags.flag(
                self.world.store,
                self.record,
                what,
                seen=self.seen,
                by=self.someone(steward),
                now=self.world.later(),
            )
        )

    @rule(steward=st.booleans())
    def settle(self, steward: bool) -> None:
        with self.world.store.reading() as db:
            open_flags = facts_of(db, (self.record,))[self.record].flags or ()
        if not open_flags:
            return
        first = min(flag.id for flag in open_flags)
        self.attempt(
            lambda: flags.settle_flag(
                self.world.store,
                self.record,
                first,
                seen=self.seen,
                by=self.someone(steward),
                now=self.world.later(),
            )
        )

    @rule(label=LABELS)
    def label(self, label: tuple[str, str]) -> None:
        before = self.visibility()
        step = steps.LabelApplied(
            family=label[0], type=label[1], community=self.world.people, text_hash=""
        )
        self.world.take(self.record, step, by=self.world.steward)
        assert self.visibility() <= before
        tighten(self.world.store, (self.record,), now=self.world.later())

    @rule(steward=st.booleans())
    def withdraw(self, steward: bool) -> None:
        by = self.someone(steward)
        with self.world.store.reading() as db:
            stood = journey_of(db, self.record, WIKI)
        if not self.attempt(
            lambda: answers.withdraw(
                self.world.store,
                self.record,
                seen=self.seen,
                by=by,
                now=self.world.later(),
                note_text="",
            )
        ):
            assert steward  # what does not concern a community is not its own
            return
        on_wiki = stood.may_stand_on_the_wiki and stood.state is not State.WITHDRAWN
        wanted = State.WITHDRAWING if on_wiki else State.WITHDRAWN
        assert self.world.state(self.record) is wanted

    @rule(act=st.sampled_from(["intend", "save", "fail", "stub", "withdrawn"]))
    def bot(self, act: str) -> None:
        step = {
            "intend": intended(),
            "save": saved(),
            "fail": steps.NotSaved(destination=WIKI, outcome="x", needs_person=False),
            "stub": steps.StubSaved(destination=WIKI, revision=71),
            "withdrawn": steps.Withdrawn(destination=WIKI, probes=1, still_visible=0),
        }[act]
        self.attempt(lambda: self.world.take(self.record, step))

    @rule()
    @precondition(lambda self: hasattr(self, "record"))
    def a_stranger_tries(self) -> None:
        stranger = Actor(self.world.steward.voice, account=new_id(), party=new_id())
        assert not self.attempt(lambda: self.world.approve(self.record, stranger))

    def visibility(self) -> Visibility:
        with self.world.store.reading() as db:
            on = self.world.now.date()
            decision = decision_of(db, self.world.store, self.record, WIKI, on=on)
        return decision.visibility

    @invariant()
    def nothing_is_published_without_a_persons_approval(self) -> None:
        if not hasattr(self, "record"):
            return
        with self.world.store.reading() as db:
            journey = journey_of(db, self.record, WIKI)
            taken = [entry.step.kind for entry in history_of(db, self.record)]
        if journey.state in (State.PUBLISHING, State.PUBLISHED):
            assert "approved" in taken

    @invariant()
    def a_communitys_no_holds_until_it_says_otherwise(self) -> None:
        if not hasattr(self, "record"):
            return
        with self.world.store.reading() as db:
            said = facts_of(db, (self.record,))[self.record].words
        if any(word.says is Says.NO and word.reaches(WIKI) for word in said):
            assert self.visibility() is Visibility.NONE

    @invariant()
    def what_is_kept_is_what_would_be_worked_out_now(self) -> None:
        if not hasattr(self, "record"):
            return
        store, on = self.world.store, civil_days(self.world.now).closing
        with store.reading() as db:
            kept = kept_view(db, store, self.record, WIKI, on=on)
            live = standing_view(db, store, self.record, WIKI, on=on)
            listed = list_shown(db, store, WIKI, on=on).views
            counted = count_shown(db, store, WIKI, on=on)
        assert kept == live
        assert listed == (() if live is None else (live,))
        assert counted == len(listed)

    @invariant()
    def what_waits_is_what_would_be_counted_now(self) -> None:
        if hasattr(self, "record"):
            require_counted(self.world.store)

    @invariant()
    def the_chain_is_whole(self) -> None:
        if not hasattr(self, "record"):
            return
        with self.world.store.reading() as db:
            assert verify(db).holds


Histories.TestCase.settings = settings(max_examples=25, stateful_step_count=15)
TestHistories = Histories.TestCase
