"""Rows that a thread makes ready are the same rows, in order, and few of them wait."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from knowledge_base.exchange.ahead import CHARACTERS, DEEP, ROWS, ahead


def one(_: object) -> int:
    return 1


def test_the_rows_come_in_their_order_and_all_of_them() -> None:
    many = 3 * DEEP * ROWS + 7
    assert list(ahead(iter(range(many)), size=one)) == list(range(many))
    assert list(ahead(iter(()), size=one)) == []


def test_they_are_made_by_another_thread() -> None:
    made = (threading.get_ident() for _ in range(99))
    makers = set(ahead(made, size=one))
    assert len(makers) == 1
    assert threading.get_ident() not in makers


GOOD = 2 * ROWS + 7


def broken() -> Iterator[int]:
    yield from range(GOOD)
    raise ValueError("the file ends here (invented)")


def test_what_goes_wrong_is_raised_in_its_place() -> None:
    taken: list[int] = []
    with pytest.raises(ValueError, match="invented"):
        taken.extend(iter(ahead(broken(), size=one)))
    rows = ahead(broken(), size=one)
    assert [next(rows) for _ in range(GOOD)] == list(range(GOOD))
    with pytest.raises(ValueError, match="invented"):
        next(rows)


class Counted:
    """Endless rows; it knows how many were asked of it."""

    def __init__(self) -> None:
        self.made = 0

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        self.made += 1
        return self.made


def test_no_more_is_made_ready_than_has_room() -> None:
    """By number and by size: a file of very large rows does not fill the memory."""
    small = Counted()
    with closing(ahead(iter(small), size=one)) as rows:
        next(rows)
    assert small.made <= (DEEP + 1) * ROWS
    large = Counted()
    with closing(ahead(iter(large), size=lambda _: CHARACTERS)) as rows:
        next(rows)
    assert large.made <= DEEP + 1


def test_nothing_is_read_any_more_once_it_is_closed() -> None:
    endless, threads = Counted(), threading.active_count()
    with closing(ahead(iter(endless), size=one)) as rows:
        assert [next(rows) for _ in range(ROWS)] == list(range(1, ROWS + 1))
    made = endless.made
    assert threading.active_count() == threads
    assert endless.made == made
