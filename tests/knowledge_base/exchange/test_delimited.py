"""Tables as people write them: their delimiters, their quotes, their mistakes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.exchange.delimited import find_delimiter, read_delimited
from knowledge_base.exchange.rows import Row, RowProblem


def rows_of(
    written: str | bytes, delimiter: str = ",", encoding: str = "utf-8"
) -> list[Row | RowProblem]:
    given = written.encode(encoding) if isinstance(written, str) else written
    return list(read_delimited(io.BytesIO(given), encoding, delimiter))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    head = f"title{delimiter}maker\nA, B; and C{delimiter}D\nE{delimiter}F\n"
    quoted = head.replace("A, B; and C", '"A, B; and C"')
    assert find_delimiter(quoted, is_whole=True) == delimiter


def test_a_cell_may_hold_line_breaks_and_the_rows_count_as_in_a_spreadsheet() -> None:
    rows = rows_of('title,note\nA,"one\ntwo"\nB,three\n')
    assert rows == [
        Row(2, {"title": "A", "note": "one\ntwo"}),
        Row(3, {"title": "B", "note": "three"}),
    ]


def test_a_quotation_mark_left_open_takes_no_other_row_with_it() -> None:
    broken, *good = rows_of('title,note\nA,"open\nB,two\nC,three\n')
    assert isinstance(broken, RowProblem)
    assert "quotation mark" in broken.what
    assert [row.values["title"] for row in good if isinstance(row, Row)] == ["B", "C"]


def test_a_cell_without_end_is_given_up_and_the_next_row_is_read() -> None:
    endless = '"' + "a" * 300 + "\n"
    rows = rows_of("title,note\nA," + endless + "B,two\n" * 200_000)
    assert isinstance(rows[0], RowProblem)
    assert len([row for row in rows if isinstance(row, Row)]) == 200_000


def test_a_row_with_too_few_or_too_many_cells_says_how_many() -> None:
    few, good, many = rows_of("a,b\n1\n1,2\n1,2,3\n")
    assert isinstance(few, RowProblem)
    assert isinstance(good, Row)
    assert isinstance(many, RowProblem)
    assert "3 cells, the header 2" in many.what


def test_a_cell_in_another_encoding_is_named_by_its_column() -> None:
    [broken, good] = rows_of(b"title,note\nA,\xe9t\xe9\nB,two\n")
    assert isinstance(broken, RowProblem)
    assert broken.field == "note"
    assert isinstance(good, Row)


def test_a_sheet_saved_as_utf_16_is_read() -> None:
    [row] = rows_of("title\tnote\n面具\tété\n", "\t", "utf-16")
    assert row == Row(2, {"title": "面具", "note": "été"})


def test_a_broken_code_unit_of_utf_16_is_an_error_of_its_row() -> None:
    written = "title,note\nA,".encode("utf-16-le") + b"\x00\xdc"
    written += "x\nB,two\n".encode("utf-16-le")
    [broken, good] = rows_of(written, encoding="utf-16-le")
    assert isinstance(broken, RowProblem)
    assert (broken.field, "not utf-16-le" in broken.what) == ("note", True)
    assert good == Row(3, {"title": "B", "note": "two"})


@pytest.mark.parametrize("size", [131_073, 900_000])
def test_a_long_cell_is_read_and_left_to_the_limit_of_values(size: int) -> None:
    [long, good] = rows_of(f"title,note\nA,{'a' * size}\nB,two\n")
    assert isinstance(long, Row)
    assert len(long.values["note"]) == size
    assert isinstance(good, Row)


def test_columns_without_a_name_or_named_twice_stay_apart() -> None:
    [row] = rows_of("title,,title\nA,B,C\n")
    assert isinstance(row, Row)
    names = {"title": "A", "column 2": "B", "title (column 3)": "C"}
    assert row.values == names


@given(st.text(alphabet='a,"\n\r\x00;', max_size=60))
def test_no_text_whatever_stops_the_reading(text: str) -> None:
    for row in rows_of(f"title,note\n{text}\n"):
        assert isinstance(row, (Row, RowProblem))
