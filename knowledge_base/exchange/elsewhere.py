"""Reads a large file in a process of its own, while this one writes the store.

What a row says and hints at is as much work as a quarter of what the store does with
it. The process knows the file and how it is read, and nothing of the store: no key, no
private list, no connection. It ends with whoever asked for it.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO

from knowledge_base.exchange.ahead import some_of
from knowledge_base.exchange.reading import Read, Task, read_here, size_of
from policies.errors import WithcareError

LARGE = 4_000_000  # bytes on the disk: less is read before a process has begun
ROOT = Path(__file__).parents[2]


class ReadingEnded(WithcareError):
    """The process that read the file is gone; all earlier portions stay."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The reading of {path} ended before the file did; what was read came in. "
            "Look whether the machine has memory left, and run the command again: it "
            "goes on from there."
        )


def read_elsewhere(task: Task) -> Generator[Read]:
    """As `read_here`, in another process; raises what it raises, and `ReadingEnded`.

    Whoever does not take all rows closes this, and nothing more is read then.
    """
    # Not from the folder somebody stands in: who wrote the files there is not known.
    words = [sys.executable, "-P", "-m", __name__]
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    where = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, env=where) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        try:
            _hand_over(task, reader.stdin)
            yield from _received(task, reader.stdout)
        finally:
            reader.kill()


def _hand_over(task: Task, to: IO[bytes]) -> None:
    try:
        with to:
            pickle.dump(task, to)
    except BrokenPipeError as error:
        raise ReadingEnded(task.path) from error


def _received(task: Task, stream: IO[bytes]) -> Iterator[Read]:
    while True:
        try:
            some, wrong = pickle.load(stream)
        except Exception as error:  # cut off, or what went wrong cannot be told here
            raise ReadingEnded(task.path) from error
        yield from some
        if wrong is not None:
            raise wrong
        if not some:
            return


def _serve() -> None:
    """Reads the file that it is told of, and says its rows, until nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked ends it
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    task: Task = pickle.load(sys.stdin.buffer)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # nothing that is printed by chance is taken for rows
        rows = read_here(task)
        while True:
            some = some_of(rows, size_of)
            pickle.dump(some, out, pickle.HIGHEST_PROTOCOL)
            out.flush()
            if some[1] is not None or not some[0]:
                return


if __name__ == "__main__":
    _serve()
