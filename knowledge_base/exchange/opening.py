"""Opens a file for reading once it is known what it is, and refuses what is unsafe.

One pass over all bytes gives the file its fingerprint, finds the encoding, and finds
an archive that would unpack to something absurd, before a single row is taken.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from knowledge_base.exchange.rows import FileRefused
from knowledge_base.exchange.unpacking import DAMAGED, Unpacked

PIECE = 1 << 18
HEAD = 1 << 16
LARGEST_RATIO = 250  # what unpacks further than this was made to do harm
HARMLESS = 50_000_000  # bytes; below this no ratio can do any

_REFUSED_STARTS = {
    b"PK\x03\x04": "an archive or a workbook: unpack it, or save the sheet as CSV",
    b"BZh": "compressed with bzip2: unpack it, or compress it with gzip",
    b"\xfd7zXZ": "compressed with xz: unpack it, or compress it with gzip",
    b"(\xb5/\xfd": "compressed with zstd: unpack it, or compress it with gzip",
    b"%PDF": "a PDF: ask for the table it was made from",
    b"SQLite format 3": "a database: export its table as CSV",
}
# Control characters of no table, without those that part lines, pages and cells.
_NO_TEXT = tuple(bytes((one,)) for one in (*range(9), *range(14, 26)))
_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


@dataclass(frozen=True, slots=True)
class Print:
    """What one pass over a file found; `head` is the beginning, unpacked."""

    path: Path
    hash: str
    size: int
    is_packed: bool
    head: bytes
    encoding: str
    has_mark: bool  # begins with a byte-order mark


@dataclass(frozen=True, slots=True)
class Source:
    """An open file: what is read, and the bytes on the disk below it."""

    stream: BinaryIO
    raw: IO[bytes]

    @property
    def position(self) -> int:
        """How far into the file on the disk the reading is, in bytes."""
        return self.raw.tell()


@contextmanager
def open_source(path: Path, *, is_packed: bool) -> Iterator[Source]:
    """The file from its beginning, unpacked on the way."""
    with path.open("rb") as raw:
        yield Source(_unpacked(raw) if is_packed else raw, raw)


def look_at(path: Path) -> Print:
    """The fingerprint of the file; raises `FileRefused`."""
    _refuse_what_is_read_once(path)
    try:
        with path.open("rb") as raw:
            start = raw.read(16)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise FileRefused(f"{path} cannot be read ({why}): name a file.") from error
    for refused, what in _REFUSED_STARTS.items():
        if start.startswith(refused):
            raise FileRefused(f"{path} is {what}.")
    is_packed = start.startswith(b"\x1f\x8b")
    census = _take_census(path, is_packed=is_packed)
    _refuse_binary(path, census)
    mark = next((m for m in _MARKS if census.head.startswith(m)), b"")
    return Print(
        path=path,
        hash=_hash_of(path),
        size=path.stat().st_size,
        is_packed=is_packed,
        head=census.head,
        encoding=_MARKS.get(mark) or census.encoding,
        has_mark=bool(mark),
    )


def _refuse_what_is_read_once(path: Path) -> None:
    """A pipe has no beginning to go back to, and opening one may wait for ever."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FileRefused(
            f"{path} is a pipe or a device, which can be read only once: save what "
            "comes from it as a file, and import that."
        )


def _unpacked(raw: IO[bytes]) -> io.BufferedReader:
    return io.BufferedReader(Unpacked(raw), PIECE)


def _hash_of(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


@dataclass(slots=True)
class _Census:
    """Lines with letters beyond ASCII, counted by whether they are UTF-8."""

    head: bytes = b""
    size: int = 0
    right: int = 0
    wrong: int = 0
    rest: bytes = field(default=b"", repr=False)

    def feed(self, piece: bytes) -> None:
        if len(self.head) < HEAD:
            self.head += piece[: HEAD - len(self.head)]
        self.size += len(piece)
        lines = (self.rest + piece).split(b"\n")
        self.rest = lines.pop()[-PIECE:]
        self._count(lines)

    def _count(self, lines: list[bytes]) -> None:
        for line in lines:
            if not line.isascii():
                try:
                    line.decode("utf-8")
                    self.right += 1
                except UnicodeDecodeError:
                    self.wrong += 1

    @property
    def encoding(self) -> str:
        # Letters beyond ASCII are hardly ever UTF-8 by chance: a file with such lines
        # and broken ones was put together from two, and read as an older Windows
        # program's its good names would be spoilt in silence. The broken lines are
        # errors of those rows.
        self._count([self.rest])
        self.rest = b""
        return "utf-8" if self.right * 50 >= self.wrong else "cp1252"


def _take_census(path: Path, *, is_packed: bool) -> _Census:
    census = _Census()
    with path.open("rb") as raw:
        stream = _unpacked(raw) if is_packed else raw
        try:
            while piece := stream.read1(PIECE):
                census.feed(piece)
                if is_packed:
                    _refuse_bomb(path, census.size, raw.tell())
        except DAMAGED as error:
            if not census.size:
                raise FileRefused(
                    f"{path} is damaged from its first byte: fetch it again."
                ) from error
    return census


def _refuse_bomb(path: Path, unpacked: int, packed: int) -> None:
    if unpacked > HARMLESS and unpacked > packed * LARGEST_RATIO:
        raise FileRefused(
            f"{path} unpacks to more than {LARGEST_RATIO} times its size, as no real "
            "collection does: unpack it yourself and look at it."
        )


def _refuse_binary(path: Path, census: _Census) -> None:
    head = census.head
    if not head.strip():
        raise FileRefused(f"{path} is empty: nothing to import.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    some = head[:4096]
    if some.count(b"\x00") > 0.05 * len(some):
        raise FileRefused(
            f"{path} is no text, or UTF-16 without its mark: save it as UTF-8."
        )
    if sum(map(some.count, _NO_TEXT)) > 0.02 * len(some):
        raise FileRefused(
            f"{path} is no text: export it as CSV or as JSON lines, and import that."
        )
