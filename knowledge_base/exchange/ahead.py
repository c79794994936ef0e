"""Reads on while the store is written: the next rows are ready when they are wanted.

A database is waited for without Python at work; a thread uses that time, and not much
memory.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")

ROWS = 50
CHARACTERS = 250_000
DEEP = 12  # so many times as much lies ready at most, and one row beyond each


def ahead(rows: Iterator[Made], *, size: Callable[[Made], int]) -> Generator[Made]:
    """The same rows in the same order, made by a thread before they are asked for.

    What goes wrong there is raised here, in its place in the order. Whoever does not
    take all rows closes this, and nothing more is read then.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        ready = deque(thread.submit(some_of, rows, size) for _ in range(DEEP))
        try:
            while True:
                some, wrong = ready.popleft().result()
                ready.append(thread.submit(some_of, rows, size))
                yield from some
                if wrong is not None:
                    raise wrong
                if not some:
                    return
        finally:
            thread.shutdown(cancel_futures=True)


def some_of(
    rows: Iterator[Made], size: Callable[[Made], int]
) -> tuple[list[Made], Exception | None]:
    """The next rows, none at the end; and what went wrong after them."""
    some: list[Made] = []
    characters = 0
    try:
        for row in rows:
            some.append(row)
            characters += size(row)
            if len(some) >= ROWS or characters >= CHARACTERS:
                break
    except Exception as error:  # raised again where the rows are taken, in its place
        return some, error
    return some, None
