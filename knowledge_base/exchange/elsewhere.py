"""Reads a large file in a process of its own, while this one writes the store.

What a row says and hints at is as much work as a quarter of what the store does with
it. The process knows the file and how it is read, and nothing of the store: no key, no
private list, no connection. It ends with whoever asked for it.
"""

import logging
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO

from knowledge_base.exchange.ahead import some_of
from knowledge_base.exchange.reading import Read, Task, read_here, size_of
from knowledge_base.exchange.rows import FileRefused
from policies.errors import WithcareError

log = logging.getLogger(__name__)

LARGE = 4_000_000  # bytes on the disk: less is read before a process has begun

# Our own environment may hold secrets, and the reader needs none of it but these.
_HANDED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TZ")
_FOR_FILES = ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR")

_BEGIN = (
    f"import sys; sys.path[:] = sys.argv[1:]; from {__name__} import serve; serve()"
)


class ReadingEnded(WithcareError):
    """The process that read the file is gone; all earlier portions stay."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The reading of {path} ended before the file did; what had come in by "
            "then stays, and the same import goes on from there. Look whether the "
            "machine has memory left."
        )


def read_elsewhere(task: Task) -> Generator[Read]:
    """As `read_here`, in another process; raises what it raises, and `ReadingEnded`.

    Whoever does not take all rows closes this, and nothing more is read then. Where no
    process can be started it is read here.
    """
    try:
        reader = _start()
    except OSError as error:
        log.warning("no process could be started to read (%s): it is read here", error)
        yield from read_here(task)
        return
    with reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        try:
            _hand_over(task, reader.stdin)
            yield from _received(task, reader.stdout)
        finally:
            reader.kill()


def _start() -> subprocess.Popen[bytes]:
    """Begins it with the programs that this process has, and with no others.

    Raises `OSError`.
    """
    if not sys.executable:
        raise FileNotFoundError("it is not known where Python is")
    kept = {name: os.environ.get(name) for name in (*_HANDED_ON, *_FOR_FILES)}
    paths = [one for one in sys.path if os.path.isabs(one)]
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _BEGIN, *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: value for name, value in kept.items() if value is not None},
        process_group=0,  # a Ctrl-C is for whoever asked
    )


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
        except (EOFError, pickle.UnpicklingError) as error:
            raise ReadingEnded(task.path) from error
        yield from some
        if wrong is not None:
            raise wrong
        if not some:
            return


def serve() -> None:
    """Reads the file that it is told of, and says its rows, until nobody listens."""
    # A stop is for whoever asked: they end this one, or nobody listens any more.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    task: Task = pickle.load(sys.stdin.buffer)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # nothing that is printed by chance is taken for rows
        rows = read_here(task)
        while True:
            some, wrong = some_of(rows, size_of)
            told = None if wrong is None else _as_told(wrong)
            pickle.dump((some, told), out, pickle.HIGHEST_PROTOCOL)
            out.flush()
            if wrong is not None or not some:
                return


def _as_told(wrong: Exception) -> Exception:
    """The error so that it can be raised there, with where it was raised here."""
    try:
        told: Exception = pickle.loads(pickle.dumps(wrong))
    except Exception:  # whatever its class asks for, it is told of
        told = RuntimeError(type(wrong).__name__)
        if isinstance(wrong, WithcareError):
            told = FileRefused(str(wrong))
    if not isinstance(wrong, WithcareError):
        told.add_note("".join(traceback.format_tb(wrong.__traceback__)))
    return told
