"""Kleene's tables, value by value."""

from itertools import product

import pytest

from policies.truth import Truth

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


@pytest.mark.parametrize(("one", "other"), list(product(Truth, repeat=2)))
def test_and_is_the_lesser_of_the_two(one: Truth, other: Truth) -> None:
    order = [F, U, T]
    assert (one & other) is min(one, other, key=order.index)


@pytest.mark.parametrize(("one", "other"), list(product(Truth, repeat=2)))
def test_or_is_the_greater_of_the_two(one: Truth, other: Truth) -> None:
    order = [F, U, T]
    assert (one | other) is max(one, other, key=order.index)


def test_what_is_not_known_stays_not_known_when_denied() -> None:
    assert [~T, ~F, ~U] == [F, T, U]


def test_a_truth_is_never_read_as_a_bool() -> None:
    with pytest.raises(TypeError):
        bool(U)


def test_a_missing_answer_is_not_known() -> None:
    assert [Truth.of(True), Truth.of(False), Truth.of(None)] == [T, F, U]
