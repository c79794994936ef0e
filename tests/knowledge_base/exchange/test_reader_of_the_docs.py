"""The reader that the docs teach keeps what it says matters."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.exchange.rows import Row, RowProblem

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-reader.md"
Reader = Callable[[Any, str], Iterator[Row | RowProblem]]


@pytest.fixture
def read_blocks() -> Reader:
    """The function of the page, made from its own text."""
    [source] = re.findall(r"```python\n(\"\"\".*?)```", PAGE.read_text("utf-8"), re.S)
    made: dict[str, Any] = {}
    exec(compile(source, str(PAGE), "exec"), made)
    reader: Reader = made["read_blocks"]
    return reader


class CutOff(io.BytesIO):
    """A file that ends before its end."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line:
            raise EOFError
        return line


def test_it_reads_records_and_names_their_lines(read_blocks: Reader) -> None:
    written = b"No: 1\nBy: A\nBy: B\n\nno colon\n\nNo: 3\n"
    one, broken, three = read_blocks(io.BytesIO(written), "utf-8")
    assert one == Row(1, {"No": "1", "By": ["A", "B"]})
    assert isinstance(broken, RowProblem)
    assert three == Row(7, {"No": "3"})


def test_half_a_record_before_the_damage_is_none(read_blocks: Reader) -> None:
    one, damaged = read_blocks(CutOff(b"No: 1\n\nNo: 2\nBy: A\n"), "utf-8")
    assert one == Row(1, {"No": "1"})
    assert isinstance(damaged, RowProblem)
    assert damaged.row > 1
