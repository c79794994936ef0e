"""Ends a round that does not end by itself: a hang is a finding too."""

import faulthandler
import signal
from collections.abc import Iterator
from contextlib import contextmanager

MOST_MINUTES = 15.0
"""So long may a round take; the longest that ends takes a few, where all is busy."""
GRACE = 120.0  # seconds to clear away what was cut


class DoesNotEnd(BaseException):
    """A round took longer than any may.

    No `Exception`: a worker goes on after each of those, as it should.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it had not ended after {seconds:g} seconds")


@contextmanager
def cut_after(seconds: float) -> Iterator[None]:
    """Raises `DoesNotEnd` in the midst of the block, in the main thread alone."""

    def cut(*_: object) -> None:
        raise DoesNotEnd(seconds)

    before = signal.signal(signal.SIGALRM, cut)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Ends the process with 1, and writes its stacks, where it cannot be cut any more.

    A driver that waits in C for its server hears no signal.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
