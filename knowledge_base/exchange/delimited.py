"""Reads tables in which a character stands between the cells: CSV, TSV and kin."""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from knowledge_base.columns import mended
from knowledge_base.exchange.rows import (
    CUT_OFF,
    LARGEST_ROW,
    TOO_LARGE,
    FileRefused,
    Row,
    RowProblem,
)
from knowledge_base.exchange.unpacking import DAMAGED

DELIMITERS = (",", ";", "\t", "|")
_UNDECODED = re.compile("\udcff")
_QUOTES = (
    "a quotation mark stands where none may be, or one is missing: double those "
    "inside a cell, close the others"
)


class _TooLarge(Exception):
    """The row being read has grown beyond all sense."""


class _Lines:
    """Hands lines to the csv module and remembers those of the row being read."""

    def __init__(self, text: io.TextIOBase) -> None:
        self.text = text
        self.given: list[str] = []
        self.back: deque[str] = deque()
        self.size = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else self.text.readline(LARGEST_ROW)
        if not line:
            raise StopIteration
        self.given.append(line)
        self.size += len(line)
        if self.size >= LARGEST_ROW:
            raise _TooLarge
        return line

    def begin_row(self) -> None:
        self.given, self.size = [], 0

    def go_back(self) -> None:
        """To the line after the one with which the row began: the rest may be good."""
        first = self.given[0]
        self.back.extendleft(reversed(self.given[1:]))
        while not first.endswith(("\n", "\r")) and not self.back:
            first = self.text.readline(LARGEST_ROW)
            if not first:
                break


def read_delimited(
    stream: BinaryIO, encoding: str, delimiter: str
) -> Iterator[Row | RowProblem]:
    """The rows under the header; row 1 is the header, as in a spreadsheet."""
    text = text_of(stream, encoding)
    header: tuple[str, ...] = ()
    number = 0
    try:
        for number, cells in enumerate(_records(text, delimiter), start=1):
            if number == 1:
                header = _header(cells)
            elif isinstance(cells, str):
                yield RowProblem(number, "", cells)
            elif any(cells):
                yield _row(number, header, cells, encoding)
    except DAMAGED:
        yield RowProblem(number + 1, "", CUT_OFF)
    finally:
        text.detach()  # the stream is its owner's to close


def text_of(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The stream as text; bytes of another encoding stay recognisable."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return io.TextIOWrapper(stream, encoding=name, errors=_RECOGNISABLY, newline="")


def _leave_a_sign(error: UnicodeError) -> tuple[str, int]:
    """Half a surrogate pair: no text that was read rightly holds it.

    Python's own way for this, "surrogateescape", is none for UTF-16.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


_RECOGNISABLY = "withcare-recognisably"
codecs.register_error(_RECOGNISABLY, _leave_a_sign)


csv.field_size_limit(LARGEST_ROW)  # the row's own limit says what is too large


def _records(text: io.TextIOBase, delimiter: str) -> Iterator[list[str] | str]:
    """The cells of each row, or a sentence for a row that has none."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            yield next(reader)
            continue
        except StopIteration:
            return
        except _TooLarge:
            yield TOO_LARGE
        except csv.Error as error:
            yield TOO_LARGE if "limit" in str(error) else _QUOTES
        lines.go_back()
        reader = csv.reader(lines, delimiter=delimiter, strict=True)


def _header(cells: list[str] | str) -> tuple[str, ...]:
    if isinstance(cells, str):
        raise FileRefused(f"The header row cannot be read: {cells}.")
    return name_columns(cells)


def name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns: each one once, none of them empty."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = mended(cell).strip() or f"column {place}"
        if name in names:
            name = f"{name} (column {place})"
        names.append(name)
    return tuple(names)


def _row(
    number: int, header: tuple[str, ...], cells: list[str], encoding: str
) -> Row | RowProblem:
    if len(cells) != len(header):
        what = f"the row has {len(cells)} cells, the header {len(header)}"
        how = "a separator or a quotation mark is missing or too many"
        return RowProblem(number, "", f"{what}: {how}")
    for name, cell in zip(header, cells, strict=True):
        if not cell.isascii() and _UNDECODED.search(cell):
            how = "save the file as UTF-8, or name its encoding"
            return RowProblem(number, name, f"the cell is not {encoding}: {how}")
    values = dict(zip(header, cells, strict=True))
    return Row(number, values, sum(map(len, cells)))


def sample_rows(head: str, delimiter: str, *, is_whole: bool) -> list[list[str]]:
    """The first rows of the file's beginning, without one that is cut off."""
    try:
        rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    except csv.Error:
        return []
    return rows if is_whole else rows[:-1]


def find_delimiter(head: str, *, is_whole: bool) -> str:
    """The character that cuts most rows into as many cells as the header."""
    best, most = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        widths = [len(row) for row in sample_rows(head, delimiter, is_whole=is_whole)]
        widths = [width for width in widths[:200] if width]
        if not widths or widths[0] < 2:
            continue
        alike = round(Counter(widths)[widths[0]] / len(widths), 1)
        if (alike, widths[0]) > most:
            best, most = delimiter, (alike, widths[0])
    return best
