"""Each line is judged by itself: what is wrong is told, what is good is taken."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.exchange.json_lines import read_json_lines
from knowledge_base.exchange.rows import LARGEST_ROW, Row, RowProblem
from knowledge_base.exchange.unpacking import Unpacked

GOOD = b'{"title": "A boat"}\n'


def rows_of(written: bytes, encoding: str = "utf-8") -> list[Row | RowProblem]:
    return list(read_json_lines(io.BytesIO(written), encoding))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"title": "A bo', "no JSON from character"),
        (b"[1, 2]", "no record"),
        (b'"A boat"', "no record"),
        (b'{"title": "\xff\xfe"}', "not utf-8"),
        (b'{"year": NaN}', "a number that is none"),
        (b"[" * 50_000, "nested too deep"),
        (b"}} {{evil", "no JSON from character 1"),
        (b'{"title": "' + b"a" * LARGEST_ROW + b'"}', "larger than"),
        (b'{"year": 1e400}', "a number that is none"),
        (b'{"restriction": "for kin", "restriction": ""}', "'restriction' twice"),
        (b'{"a": [{"b": "1:2", "b": 2}]}', "'b' twice"),
        (b'{"a": "\x01", "a": 2}', "'a' twice"),
        (b'{"year": ' + b"9" * 5000 + b"}", "number"),
    ],
)
def test_a_broken_line_is_told_and_its_neighbours_are_taken(
    line: bytes, told: str
) -> None:
    before, broken, after = rows_of(GOOD + line + b"\n" + GOOD)
    assert isinstance(broken, RowProblem)
    assert told in broken.what
    assert (before, after) == (Row(1, {"title": "A boat"}), Row(3, {"title": "A boat"}))


def test_a_line_is_never_held_in_memory_beyond_the_limit() -> None:
    class Long(io.RawIOBase):
        asked_for: list[int] = []
        left = 5

        def readline(self, size: int | None = -1, /) -> bytes:
            self.asked_for.append(size or 0)
            self.left -= 1
            return b"a" * (size or 0) if self.left > 0 else b""

    rows = list(read_json_lines(Long(), "utf-8"))  # type: ignore[arg-type]  # a stand-in
    assert [type(row) for row in rows] == [RowProblem]
    assert min(Long.asked_for) > 0
    assert max(Long.asked_for) <= LARGEST_ROW + 1


def test_half_a_surrogate_pair_and_control_characters_are_left_to_be_mended() -> None:
    [row] = rows_of(b'{"title": "A\\ud800 \x01boat"}\n')
    assert row == Row(1, {"title": "A\ud800 \x01boat"})


def test_colons_in_texts_are_no_keys() -> None:
    [row] = rows_of(b'{"title": "a: b: c", "link": ["https://example.org:80"]}\n')
    assert row == Row(1, {"title": "a: b: c", "link": ["https://example.org:80"]})


def test_a_byte_order_mark_and_blank_lines_are_no_rows() -> None:
    rows = rows_of(b"\xef\xbb\xbf" + GOOD + b"\n   \r\n" + GOOD)
    assert [row.number for row in rows if isinstance(row, Row)] == [1, 4]


def test_an_older_encoding_is_read_when_it_is_named() -> None:
    [row] = rows_of('{"title": "Bötchen"}\n'.encode("cp1252"), "cp1252")
    assert row == Row(1, {"title": "Bötchen"})


def test_a_packed_file_that_was_cut_off_gives_the_rows_before_and_says_so() -> None:
    lines = b"".join(b'{"title": "%x"}\n' % (n * 7919**5) for n in range(20_000))
    packed = gzip.compress(lines)
    stream = io.BufferedReader(Unpacked(io.BytesIO(packed[: len(packed) // 2])))
    *rows, last = read_json_lines(stream, "utf-8")
    assert len(rows) > 1_000
    assert isinstance(last, RowProblem)
    assert "damaged" in last.what


@given(st.binary(max_size=400))
def test_no_bytes_whatever_stop_the_reading(written: bytes) -> None:
    lines = [line for line in written.split(b"\n") if line and not line.isspace()]
    assert len(rows_of(written)) == len(lines)
