"""One record towards one destination: its states, and the one table they obey."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from knowledge_base import steps
from knowledge_base.steps import Step
from policies.errors import WithcareError


class State(StrEnum):
    RECEIVED = "received"
    IN_REVIEW = "in-review"
    APPROVED = "approved"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    CHANGED = "changed"
    CLOSING = "closing"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


# A person approved it, and what she approved may be seen; or it was taken down to rest.
STANDING = (State.APPROVED, State.PUBLISHING, State.PUBLISHED, State.CHANGED)
RESTING = (State.CLOSING, State.CLOSED)


class NotPossible(WithcareError):
    """The journey's state does not allow the step; nothing was written."""

    def __init__(self, record: str, kind: str, state: str) -> None:
        self.record, self.kind, self.state = record, kind, state
        super().__init__(
            f"Record {record} is {state}; the step {kind!r} is not possible from "
            "there. Load the record again and look at what it waits for."
        )


@dataclass(frozen=True, slots=True)
class Move:
    """Where a step leads from one state: to another, and for pages ever saved."""

    to: State
    if_saved: State | None = None  # None: the same, saved or not

    def target(self, *, was_saved: bool) -> State:
        return self.if_saved if was_saved and self.if_saved is not None else self.to


Moves = Mapping[State, Move]


def _stay(*states: State) -> Moves:
    return {state: Move(state) for state in states}


def _all(to: State, *states: State, if_saved: State | None = None) -> Moves:
    return {state: Move(to, if_saved) for state in states}


S = State
_ANY = tuple(State)
_NOT_ERASED = tuple(state for state in State if state is not S.ERASED)

# The table of the design, row by row. What is not written here is not possible.
# "The same step again" is written where the world may say a thing twice.
TABLE: Mapping[type[Step], Moves] = {
    steps.Screened: {
        **_stay(*_NOT_ERASED),
        S.RECEIVED: Move(S.IN_REVIEW),
    },
    # A fresh yes to what was refused or withdrawn comes with a fresh proposal.
    steps.Proposed: _stay(
        S.IN_REVIEW,
        S.APPROVED,
        S.PUBLISHING,
        S.PUBLISHED,
        S.CHANGED,
        S.CLOSED,
        S.REFUSED,
        S.WITHDRAWN,
    ),
    steps.Answered: _stay(*_NOT_ERASED),
    # From refused and withdrawn only with a newer yes of whoever said no: the gate
    # asks for that; the table cannot know it. A yes to more than stands now counts
    # as well; an edit under way is finished first, and the next run saves the rest.
    steps.Approved: {
        **_all(
            S.APPROVED,
            S.IN_REVIEW,
            S.APPROVED,
            S.PUBLISHED,
            S.CHANGED,
            S.REFUSED,
            S.WITHDRAWN,
        ),
        **_stay(S.PUBLISHING),
    },
    steps.Refused: {
        **_all(
            S.REFUSED,
            S.IN_REVIEW,
            S.APPROVED,
            S.CHANGED,
            S.PUBLISHED,
            S.PUBLISHING,  # a no is never told to come back later
            S.CLOSED,
            if_saved=S.WITHDRAWING,
        ),
        S.CLOSING: Move(S.WITHDRAWING),  # its page stands, or may arrive yet
    },
    steps.Lapsed: {
        S.APPROVED: Move(S.IN_REVIEW, S.CHANGED),
        S.PUBLISHED: Move(S.CHANGED),
    },
    # From published where less is to be shown than was approved: it needs no new yes.
    steps.Intended: _all(S.PUBLISHING, S.APPROVED, S.PUBLISHED),
    # An edit may still be in flight when somebody closes or withdraws: what became
    # of it is recorded, and the closing or the withdrawal stands. One that arrived
    # after it was given up leads nowhere nearer to the public: what nobody allows any
    # more is taken back once more; where nobody said no the page alone is.
    steps.Saved: {
        S.PUBLISHING: Move(S.PUBLISHED),
        **_stay(S.CLOSING, S.WITHDRAWING),
        **_stay(S.IN_REVIEW, S.APPROVED, S.PUBLISHED, S.CHANGED, S.ERASED),
        S.CLOSED: Move(S.CLOSING),
        S.REFUSED: Move(S.WITHDRAWING),
        S.WITHDRAWN: Move(S.WITHDRAWING),
    },
    steps.NotSaved: {
        S.PUBLISHING: Move(S.APPROVED),
        **_stay(S.CLOSING, S.CLOSED, S.WITHDRAWING, S.WITHDRAWN),
    },
    steps.Changed: {
        S.PUBLISHED: Move(S.CHANGED),
        S.CHANGED: Move(S.CHANGED),
        S.APPROVED: Move(S.IN_REVIEW, S.CHANGED),
    },
    steps.Held: _stay(*_ANY),
    steps.Reported: _stay(*_ANY),
    # Once more where there is a stronger reason now: what only rested is hidden.
    steps.Closed: {
        **_all(
            S.IN_REVIEW,
            S.APPROVED,
            S.PUBLISHING,
            S.PUBLISHED,
            S.CHANGED,
            if_saved=S.CLOSING,
        ),
        **_stay(S.CLOSING),
        S.CLOSED: Move(S.CLOSED, S.CLOSING),
    },
    steps.StubSaved: _all(S.CLOSED, S.CLOSING),
    # It says what happened to the page, whatever was said of the record meanwhile.
    steps.Narrowed: _stay(*(x for x in _NOT_ERASED if x is not S.RECEIVED)),
    steps.Reopened: _all(S.APPROVED, S.CLOSED),
    steps.WithdrawalAsked: {
        **_all(S.WITHDRAWING, *_NOT_ERASED),
        S.WITHDRAWN: Move(S.WITHDRAWN),
        S.ERASED: Move(S.ERASED),
    },
    steps.Withdrawn: {
        S.WITHDRAWING: Move(S.WITHDRAWN),
        **_stay(S.IN_REVIEW, S.ERASED),  # a page that arrived late, and only that
    },
    # What a restored store is told of: its own page, if there may be one, goes.
    steps.Remembered: {
        **_all(
            S.WITHDRAWN,
            S.RECEIVED,
            S.IN_REVIEW,
            S.APPROVED,
            S.PUBLISHING,
            S.PUBLISHED,
            S.CHANGED,
            S.CLOSED,
            S.REFUSED,
            if_saved=S.WITHDRAWING,
        ),
        S.CLOSING: Move(S.WITHDRAWING),
        **_stay(S.WITHDRAWING, S.WITHDRAWN, S.ERASED),
    },
    steps.Erased: _all(S.ERASED, S.RECEIVED, S.IN_REVIEW, S.REFUSED, S.WITHDRAWN),
}

# These act on every journey of the record; the others name their destination.
OF_THE_RECORD = frozenset(
    {
        steps.Screened,
        steps.Held,
        steps.Reported,
        steps.WithdrawalAsked,
        steps.Erased,
    }
)


def next_state(step: Step, state: State, *, was_saved: bool, record: str) -> State:
    """The state after the step; raises `NotPossible` where the table has no row."""
    moves = TABLE.get(type(step))
    if moves is None:
        return state
    move = moves.get(state)
    if move is None:
        raise NotPossible(record, step.kind, state)
    if isinstance(step, steps.NotSaved) and step.needs_person and move.to != state:
        return S.CHANGED if was_saved else S.IN_REVIEW
    # While an edit is under way the page may exist already: it counts as saved.
    return move.target(was_saved=was_saved or state is S.PUBLISHING)
