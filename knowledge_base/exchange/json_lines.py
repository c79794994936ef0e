"""Reads JSON lines: one record a line, each line judged by itself."""

import json
import math
from collections import Counter
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
        if line.count(b":") > _keys(value):  # else no key can stand there twice
            value = _slowly(line, encoding)
    except (ValueError, RecursionError):  # what is wrong is found slowly
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
        except _Refused as error:
            return RowProblem(number, "", f"the line {error}: {_WHERE}")
        except ValueError:
            what = "the line holds a number that is none"
            return RowProblem(number, "", f"{what}: {_WHERE}")
    if not isinstance(value, dict):
        what = "the line is JSON but no record"
        return RowProblem(number, "", f'{what}: write one {{"field": value}} a line')
    return Row(number, value, len(line))


class _Refused(ValueError):
    """Something of which we cannot know how it was meant."""


def _slowly(line: bytes, encoding: str) -> Any:
    """Takes what can be mended: control characters, half a surrogate pair."""
    return json.loads(
        line.decode(encoding),
        strict=False,
        parse_constant=_refuse_constant,
        parse_float=_finite,
        object_pairs_hook=_each_once,
    )


def _keys(value: Any) -> int:
    """How many keys there are, also deep inside."""
    if isinstance(value, dict):
        return len(value) + sum(map(_keys, value.values()))
    return sum(map(_keys, value)) if isinstance(value, list) else 0


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # The last would win: a restriction could be written over without a word.
    found = dict(pairs)
    if len(found) < len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _Refused(f"names {twice!r} twice")
    return found


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        _refuse_constant(written)
    return number


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
