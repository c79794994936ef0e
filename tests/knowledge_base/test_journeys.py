"""The one transition table, walked whole."""

import pytest

from knowledge_base import steps
from knowledge_base.journeys import TABLE, Moves, NotPossible, State, next_state
from knowledge_base.rights import RIGHTS
from knowledge_base.steps import Step, Voice

BY_PEOPLE_ALONE = (steps.Approved, steps.Reopened)


def reachable(without: tuple[type[Step], ...] = ()) -> set[tuple[State, bool]]:
    """Every (state, was saved) that a journey can come to without these steps."""
    table = {kind: moves for kind, moves in TABLE.items() if kind not in without}
    found = {(State.RECEIVED, False)}
    ahead = list(found)
    while ahead:
        state, was_saved = ahead.pop()
        for kind, moves in table.items():
            for after in _after(kind, moves, state, was_saved):
                if after not in found:
                    found.add(after)
                    ahead.append(after)
    return found


def _after(
    kind: type[Step], moves: Moves, state: State, was_saved: bool
) -> list[tuple[State, bool]]:
    if state not in moves:
        return []
    saved = was_saved or kind is steps.Saved
    to = moves[state].target(was_saved=was_saved or state is State.PUBLISHING)
    ends = [to]
    if kind is steps.NotSaved and to is not state:
        ends.append(State.CHANGED if was_saved else State.IN_REVIEW)
    return [(end, saved) for end in ends]


def test_without_a_persons_approval_nothing_is_ever_published() -> None:
    states = {state for state, _ in reachable(without=(steps.Approved,))}
    assert not states & {State.APPROVED, State.PUBLISHING, State.PUBLISHED}


def test_with_approval_every_state_can_be_reached() -> None:
    assert {state for state, _ in reachable()} == set(State)


@pytest.mark.parametrize("kind", BY_PEOPLE_ALONE)
def test_software_can_take_no_step_that_opens(kind: type[Step]) -> None:
    assert Voice.SOFTWARE not in RIGHTS[kind]
    assert Voice.ANYONE not in RIGHTS[kind]
    assert Voice.OPERATOR not in RIGHTS[kind]


def test_only_a_yes_or_a_save_leads_nearer_to_the_public() -> None:
    """Walks the table: no other step enters approved or published from outside."""
    opens = {
        kind
        for kind, moves in TABLE.items()
        for state, move in moves.items()
        for to in (move.to, move.if_saved)
        if to in (State.APPROVED, State.PUBLISHED, State.PUBLISHING) and to != state
    }
    assert opens == {
        steps.Approved,
        steps.Reopened,
        steps.Intended,
        steps.Saved,
        steps.NotSaved,
    }


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("was_saved", [True, False])
def test_withdrawal_may_be_asked_from_every_state(
    state: State, was_saved: bool
) -> None:
    after = next_state(
        steps.WithdrawalAsked(party="p"), state, was_saved=was_saved, record="r"
    )
    settled = (State.WITHDRAWN, State.ERASED)
    assert after is (state if state in settled else State.WITHDRAWING)


@pytest.mark.parametrize("kind", TABLE)
def test_from_withdrawing_nothing_leads_but_the_withdrawal(kind: type[Step]) -> None:
    move = TABLE[kind].get(State.WITHDRAWING)
    assert move is None or move.to in (State.WITHDRAWING, State.WITHDRAWN)


@pytest.mark.parametrize("kind", TABLE)
def test_an_erased_record_stays_erased(kind: type[Step]) -> None:
    move = TABLE[kind].get(State.ERASED)
    assert move is None or move.to is State.ERASED


def test_an_edit_in_flight_does_not_undo_a_withdrawal() -> None:
    saved = steps.Saved(destination="w", page_id=1, revision=2, units_hash="u")
    after = next_state(saved, State.WITHDRAWING, was_saved=False, record="r")
    assert after is State.WITHDRAWING


def test_a_no_while_an_edit_is_under_way_takes_the_page_back() -> None:
    refused = steps.Refused(destination="w", party="p")
    after = next_state(refused, State.PUBLISHING, was_saved=False, record="r")
    assert after is State.WITHDRAWING


@pytest.mark.parametrize(
    ("over", "again"),
    [
        (State.CLOSED, State.CLOSING),
        (State.WITHDRAWN, State.WITHDRAWING),
    ],
)
@pytest.mark.parametrize("was_saved", [True, False])
def test_an_edit_that_arrived_after_all_is_taken_back_once_more(
    over: State, again: State, was_saved: bool
) -> None:
    saved = steps.Saved(destination="w", page_id=1, revision=2, units_hash="u")
    assert next_state(saved, over, was_saved=was_saved, record="r") is again
    never = steps.NotSaved(destination="w", outcome="x", needs_person=True)
    assert next_state(never, over, was_saved=was_saved, record="r") is over


@pytest.mark.parametrize("state", State)
def test_a_save_that_arrives_late_opens_nothing(state: State) -> None:
    saved = steps.Saved(destination="w", page_id=1, revision=2, units_hash="u")
    if state is State.RECEIVED:
        return  # nothing was ever intended there
    after = next_state(saved, state, was_saved=False, record="r")
    opens = (State.APPROVED, State.PUBLISHED, State.PUBLISHING)
    assert after not in opens or after is state or state is State.PUBLISHING


@pytest.mark.parametrize("was_saved", [True, False])
def test_a_no_while_a_page_is_closing_takes_it_back(was_saved: bool) -> None:
    refused = steps.Refused(destination="w", party="p")
    after = next_state(refused, State.CLOSING, was_saved=was_saved, record="r")
    assert after is State.WITHDRAWING


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (State.APPROVED, State.APPROVED),
        (State.PUBLISHED, State.APPROVED),
        (State.PUBLISHING, State.PUBLISHING),
    ],
)
def test_a_yes_to_more_counts_and_an_edit_under_way_is_finished_first(
    state: State, after: State
) -> None:
    approved = steps.Approved(
        destination="w",
        content_hash="c",
        units_hash="u",
        units={},
        rulebook="r",
        visibility="full",
        answers=(),
    )
    assert next_state(approved, state, was_saved=True, record="r") is after


def test_a_page_whose_approval_lapses_is_still_known_to_stand_there() -> None:
    lapsed = steps.Lapsed(destination="w", because="units")
    after = next_state(lapsed, State.APPROVED, was_saved=True, record="r")
    assert after is State.CHANGED
    after = next_state(lapsed, State.APPROVED, was_saved=False, record="r")
    assert after is State.IN_REVIEW


def test_a_flag_holds_in_every_state_and_moves_nothing() -> None:
    held = steps.Held(flag="f", against="x", party=None, is_grave=False)
    for state in State:
        assert next_state(held, state, was_saved=True, record="r") is state


def test_what_the_table_does_not_name_is_refused_with_what_to_do() -> None:
    intended = steps.Intended(
        destination="w", act="create", units_hash="u", base_revision=None
    )
    with pytest.raises(NotPossible, match="Load the record again"):
        next_state(intended, State.IN_REVIEW, was_saved=False, record="r")


def test_every_kind_of_step_says_who_may_take_it() -> None:
    assert set(RIGHTS) == set(steps.KINDS.values())
