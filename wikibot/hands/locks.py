"""One run at a time for each destination; withdrawals have a lock of their own."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wikibot.hands.errors import AlreadyRunning


@contextmanager
def alone(file: Path, what: str) -> Iterator[None]:
    """Raises `AlreadyRunning`; the kernel drops the lock with its process."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(what) from None
        yield
