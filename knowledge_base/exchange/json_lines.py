"""Reads JSON lines: one record a line, each line judged by itself."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from knowledge_base.exchange.rows import (
    CUT_OFF,
    LARGEST_ROW,
    TOO_LARGE,
    Row,
    RowProblem,
)
from knowledge_base.exchange.unpacking import DAMAGED

_decode = msgspec.json.Decoder().decode
_WHERE = "correct the line, or export it again"


def read_json_lines(stream: BinaryIO, encoding: str) -> Iterator[Row | RowProblem]:
    """The rows of the file, a problem for each line that is none; blank lines are not.

    The encoding is one in which a line break is the byte 0A.
    """
    number = 0
    try:
        while line := stream.readline(LARGEST_ROW + 1):
            number += 1
            if len(line) > LARGEST_ROW and not line.endswith(b"\n"):
                _skip_line(stream)
                yield RowProblem(number, "", TOO_LARGE)
            elif not line.isspace():
                yield _row(number, line, encoding)
    except DAMAGED:
        yield RowProblem(number + 1, "", CUT_OFF)


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(LARGEST_ROW)) and not rest.endswith(b"\n"):
        pass


def _row(number: int, line: bytes, encoding: str) -> Row | RowProblem:
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        value = _decode(line) if encoding == "utf-8" else _slowly(line, encoding)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            value = _slowly(line, encoding)
        except UnicodeDecodeError as error:
            what = f"byte {error.start + 1} of the line is not {encoding}"
            how = "save the file as UTF-8, or name its encoding"
            return RowProblem(number, "", f"{what}: {how}")
        except RecursionError:
            return RowProblem(number, "", f"the line is nested too deep: {_WHERE}")
        except json.JSONDecodeError as error:
            what = f"the line is no JSON from character {error.colno} on"
            return RowProblem(number, "", f"{what}: {_WHERE}")
        except ValueError:
            what = "the line holds a number that is none"
            return RowProblem(number, "", f"{what}: {_WHERE}")
    if not isinstance(value, dict):
        what = "the line is JSON but no record"
        return RowProblem(number, "", f'{what}: write one {{"field": value}} a line')
    return Row(number, value)


def _slowly(line: bytes, encoding: str) -> Any:
    """Takes what can be mended: control characters, half a surrogate pair."""
    text = line.decode(encoding)
    return json.loads(text, strict=False, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
