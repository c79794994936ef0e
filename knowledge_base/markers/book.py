"""The file of markers: appended to, never changed, and read one line at a time."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from knowledge_base.chain import Head
from knowledge_base.markers.key import MarkerKey
from knowledge_base.markers.marker import (
    NONE_YET,
    DamagedMarkers,
    Line,
    Marker,
    line_after,
    read_line,
    written,
)

FILE = "markers.jsonl"
_TAIL = 1 << 16  # bytes; one line has a few hundred


@dataclass(frozen=True, slots=True)
class MarkerBook:
    """The markers of one store, and the key that they are made with."""

    path: Path
    key: MarkerKey | None = None  # None: for reading alone

    def append(self, markers: Sequence[Marker]) -> None:
        """Writes the markers through to the disk; raises `OSError`.

        A line that was cut off in the middle belongs to a step that was never
        written, and is taken away.
        """
        opened = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        with os.fdopen(opened, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end, head = _end(file, self.path)
            lines = []
            for marker in markers:
                line = line_after(head, marker)
                head = (line.number, line.hash)
                lines.append(written(line))
            file.truncate(end)
            file.seek(end)
            try:
                file.write(b"".join(lines))
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), end)
                raise

    def line_to_keep(self, head: str) -> str | None:
        """The head of the history as people may have it; None where there is no key.

        A step without a text could be guessed by its hash, from the one before it.
        Under the key it cannot, and whoever has the key still cannot make another
        history that fits the line.
        """
        return None if self.key is None else self.key.mark("head", head)

    def head(self) -> Head:
        """(number, hash) of the last marker; nothing before it is looked at."""
        try:
            with self.path.open("rb") as file:
                return _end(file, self.path)[1]
        except FileNotFoundError:
            return NONE_YET

    def lines(self) -> Iterator[Line]:
        """All markers, the oldest first; raises `DamagedMarkers`, `OSError`."""
        head = NONE_YET
        with self.path.open("rb") as file:
            for text in file:
                if not text.endswith(b"\n"):
                    return  # see `append`
                line = read_line(text, head, str(self.path))
                head = (line.number, line.hash)
                yield line


def _end(file: IO[bytes], path: Path) -> tuple[int, Head]:
    """Where the last whole line ends, and the head that it makes."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _TAIL)
    file.seek(start)
    tail = file.read(size - start)
    whole = tail.rfind(b"\n") + 1
    if whole == 0:
        if start:
            raise DamagedMarkers(str(path), "its last line is much too long")
        return 0, NONE_YET
    last = tail[tail.rfind(b"\n", 0, whole - 1) + 1 : whole]
    try:
        line = msgspec.json.decode(last, type=Line)
    except msgspec.MsgspecError as error:
        raise DamagedMarkers(str(path), "its last line cannot be read") from error
    return start + whole, (line.number, line.hash)
