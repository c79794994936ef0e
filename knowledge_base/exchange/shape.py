"""Finds how a file is written: its format, encoding, delimiter and columns.

Everything found is shown, and everything can be said otherwise by the person who
imports; what she says is believed.
"""

import codecs
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from knowledge_base.exchange.delimited import (
    DELIMITERS,
    find_delimiter,
    name_columns,
    read_delimited,
    sample_rows,
    text_of,
)
from knowledge_base.exchange.json_lines import read_json_lines
from knowledge_base.exchange.opening import HEAD, Print, open_source
from knowledge_base.exchange.rows import LARGEST_ROW, FileRefused, Row, RowProblem

SEPARATORS = ("|", ";")
_SAMPLE = 200  # rows
_ENCODINGS = re.compile(
    r"utf-8(-sig)?|utf-(16|32)(-[bl]e)?|ascii|iso8859-\d+|cp\d+|koi8-\w|mac-\w+"
    r"|tis-620|big5(hkscs)?|gb2312|gbk|gb18030|shift_jis\w*|euc_\w+|johab|hz"
)
_FIRST = 20  # lines, by most of which the format is told


class Format(StrEnum):
    JSON_LINES = "json-lines"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the person who imports says of the file; None: find out."""

    format: Format | None = None
    encoding: str | None = None
    delimiter: str | None = None
    separator: str | None = None  # between the values of one cell; "": never


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the file is written; `columns` in their order, of the first rows.

    `is_guessed` says that neither the file nor a person said its encoding.
    """

    format: Format
    encoding: str
    has_mark: bool
    is_packed: bool
    is_guessed: bool = False
    delimiter: str = ""
    separator: str = ""
    columns: tuple[str, ...] = ()


def find_shape(found: Print, told: Told) -> Shape:
    """How the file is written; raises `FileRefused` for what is not read here."""
    encoding = _known_encoding(told.encoding or found.encoding)
    head = _head_as_text(found, encoding)
    is_guessed = told.encoding is None and not found.has_mark
    match told.format or _format_of(found, head):
        case Format.JSON_LINES:
            shape = _shape_of_lines(found, encoding)
        case Format.TABLE:
            shape = _shape_of_table(found, told, encoding, head)
    return replace(shape, is_guessed=is_guessed)


def read_rows(stream: Any, shape: Shape) -> Iterator[Row | RowProblem]:
    """The rows of a file of that shape, in its order, one at a time."""
    match shape.format:
        case Format.JSON_LINES:
            return read_json_lines(stream, shape.encoding)
        case Format.TABLE:
            return read_delimited(stream, shape.encoding, shape.delimiter)


def _known_encoding(name: str) -> str:
    """The one name of the encoding; raises `FileRefused`.

    Python knows encodings that are none of letters, such as one that runs escapes.
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, UnicodeError, ValueError):
        found = ""
    if not _ENCODINGS.fullmatch(found):
        raise FileRefused(
            f"There is no encoding {name!r} of tables: write utf-8, cp1252 or utf-16, "
            "or the code page of the program that wrote the file."
        )
    return "utf-8" if found == "utf-8-sig" else found


def _head_as_text(found: Print, encoding: str) -> str:
    return found.head.decode(encoding, "replace").lstrip("\ufeff")


def _format_of(found: Print, head: str) -> Format:
    lines = [line.strip() for line in head.splitlines() if line.strip()][:_FIRST]
    first = lines[0] if lines else ""
    is_list = first.startswith("[") and not first.endswith("]")  # of many lines
    # One broken line says nothing of the others, not even when it is the first.
    records = sum(line.startswith("{") for line in lines)
    if first.startswith("{") or (records * 2 > len(lines) and not is_list):
        return Format.JSON_LINES
    if first.startswith("["):
        raise FileRefused(
            f"{found.path} is one JSON list: write one record a line (JSON lines)."
        )
    if first.startswith("<"):
        raise FileRefused(
            f"{found.path} is XML or a web page: export it as CSV or as JSON lines."
        )
    return Format.TABLE


def _shape_of_lines(found: Print, encoding: str) -> Shape:
    if encoding.startswith(("utf-16", "utf-32")):
        raise FileRefused(
            f"{found.path} is {encoding}; JSON lines are UTF-8: save it so."
        )
    shape = Shape(
        format=Format.JSON_LINES,
        encoding=encoding,
        has_mark=found.has_mark,
        is_packed=found.is_packed,
    )
    with open_source(found.path, is_packed=found.is_packed) as source:
        rows = itertools.islice(read_rows(source.stream, shape), _SAMPLE)
        named = (row.values for row in rows if isinstance(row, Row))
        columns = tuple(dict.fromkeys(itertools.chain.from_iterable(named)))
    return replace(shape, columns=columns)


def _shape_of_table(found: Print, told: Told, encoding: str, head: str) -> Shape:
    is_whole = len(found.head) < HEAD
    delimiter = told.delimiter or find_delimiter(head, is_whole=is_whole)
    if len(delimiter) != 1:
        raise FileRefused(
            f"{delimiter!r} cannot stand between cells: write one character, "
            f"such as {' '.join(repr(one) for one in DELIMITERS)}."
        )
    rows = sample_rows(head, delimiter, is_whole=is_whole)
    separator = told.separator
    if separator is None:
        separator = _find_separator(rows[1:], delimiter)
    return Shape(
        format=Format.TABLE,
        encoding=encoding,
        has_mark=found.has_mark,
        is_packed=found.is_packed,
        delimiter=delimiter,
        separator=separator,
        columns=_columns(found, encoding, delimiter, rows),
    )


def _columns(
    found: Print, encoding: str, delimiter: str, rows: Sequence[Sequence[str]]
) -> tuple[str, ...]:
    if rows:
        return name_columns(rows[0])
    # The header alone is longer than the beginning that was kept.
    with open_source(found.path, is_packed=found.is_packed) as source:
        text = text_of(source.stream, encoding)
        line = text.readline(LARGEST_ROW)
        text.detach()
    return name_columns(line.rstrip("\r\n").split(delimiter))


def _find_separator(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """The mark that cuts cells into short values, or "" where none does."""
    for mark in SEPARATORS:
        if mark == delimiter:
            continue
        cut = sum(_is_list(cell, mark) for row in rows for cell in row)
        if cut:
            return mark
    return ""


def _is_list(cell: str, mark: str) -> bool:
    if mark not in cell:
        return False
    parts = [part.strip() for part in cell.split(mark)]
    return all(0 < len(part) <= 80 for part in parts)
