"""A damaged archive gives what stands before the damage, and then says so."""

import gzip
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.exchange.opening import look_at, open_source
from knowledge_base.exchange.rows import Row, RowProblem
from knowledge_base.exchange.shape import Told, find_shape, read_rows
from knowledge_base.exchange.unpacking import DAMAGED, Unpacked

TABLE = b"title,maker\n" + b"".join(b"Boat %d,Nan\n" % n for n in range(60))


def wrong_sum(packed: bytes) -> bytes:
    return packed[:-8] + bytes(byte ^ 255 for byte in packed[-8:-4]) + packed[-4:]


@pytest.mark.parametrize(
    ("damage", "rows"),
    [
        (lambda packed: packed[:-4], 60),
        (wrong_sum, 60),
        (lambda packed: packed + b"something else", 60),
        (lambda packed: packed[:-40], 1),
    ],
    ids=["no trailer", "wrong sum", "more behind", "cut off"],
)
def test_a_small_damaged_file_gives_its_rows_and_says_so(
    tmp_path: Path, damage: Callable[[bytes], bytes], rows: int
) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(damage(gzip.compress(TABLE)))
    found = look_at(path)
    with open_source(found.path, is_packed=found.is_packed) as source:
        *good, last = read_rows(source.stream, find_shape(found, Told()))
    assert len([row for row in good if isinstance(row, Row)]) >= rows
    assert isinstance(last, RowProblem)
    assert "damaged" in last.what


def test_members_and_padding_are_read_as_one_file() -> None:
    packed = gzip.compress(b"one\n") + gzip.compress(b"two\n") + b"\x00" * 600
    stream = io.BufferedReader(Unpacked(io.BytesIO(packed)))
    assert stream.readlines() == [b"one\n", b"two\n"]


@given(st.binary(max_size=20_000), st.integers(min_value=1, max_value=10))
def test_what_was_packed_comes_out_again(written: bytes, times: int) -> None:
    packed = gzip.compress(written * times)
    assert io.BufferedReader(Unpacked(io.BytesIO(packed))).read() == written * times


@given(st.binary(max_size=400))
def test_no_bytes_whatever_stop_the_unpacking_otherwise(packed: bytes) -> None:
    stream = io.BufferedReader(Unpacked(io.BytesIO(b"\x1f\x8b\x08" + packed)))
    with suppress(*DAMAGED):
        stream.read()
