"""How often Python looks for garbage while very many small values are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_less_often() -> Iterator[None]:
    # A portion is a hundred thousand small values and no cycle among them; to look
    # for one after each 700 of them costs a twelfth of the time.
    before = gc.get_threshold()
    gc.set_threshold(50_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
