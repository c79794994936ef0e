"""What a file is, is found before it is read; what is unsafe is refused."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.exchange import opening
from knowledge_base.exchange.opening import look_at, open_source
from knowledge_base.exchange.rows import FileRefused, Row
from knowledge_base.exchange.shape import Format, Told, find_shape, read_rows
from tests.knowledge_base.exchange.conftest import write_lines


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.jsonl.gz"
    with gzip.open(bomb, "wb") as packed:
        for _ in range(opening.HARMLESS // opening.PIECE + 4):
            packed.write(b" " * opening.PIECE)
    with pytest.raises(FileRefused, match="unpacks to more than"):
        look_at(bomb)


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (b"\x1f\x8b\x08\x00broken", "damaged"),
        (b"%PDF-1.4", "a PDF"),
        (b"\x00\x01\x02\x00" * 90, "no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 4, "is no text: export"),
        (b"  \n ", "is empty"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_table_is_refused_with_the_way_out(
    tmp_path: Path, start: bytes, told: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(start)
    with pytest.raises(FileRefused, match=told):
        look_at(path)


@pytest.mark.parametrize("start", ["[{}]", "<xml/>"])
def test_other_formats_are_named_and_refused(tmp_path: Path, start: str) -> None:
    path = tmp_path / "file"
    path.write_text(start)
    with pytest.raises(FileRefused, match="JSON lines"):
        find_shape(look_at(path), Told())


@pytest.mark.parametrize("first", ["{broken", '"title": "A"}', "[1, 2]", "<p>"])
def test_one_broken_first_line_does_not_change_the_format_of_all(
    tmp_path: Path, first: str
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(first + "\n" + '{"title": "A boat"}\n' * 5)
    assert find_shape(look_at(path), Told()).format is Format.JSON_LINES


def test_a_list_over_many_lines_is_still_named_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text('[\n{"title": "A"},\n{"title": "B"},\n{"title": "C"}\n]\n')
    with pytest.raises(FileRefused, match="one JSON list"):
        find_shape(look_at(path), Told())


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(FileRefused, match="cannot be read"):
            look_at(path)


def test_a_pipe_is_refused_with_the_way_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileRefused, match="save what comes from it"):
        look_at(tmp_path / "pipe")


def test_one_control_character_makes_no_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"title,maker\n" + b"A boat,Somebody\n" * 20 + b"A \x01boat,B\n")
    assert look_at(path).encoding == "utf-8"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_of_a_table_is_found(
    tmp_path: Path, encoding: str, found: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("title;maker\nÉté;Söm\n".encode(encoding))
    shape = find_shape(look_at(path), Told())
    assert (shape.encoding, shape.delimiter) == (found, ";")
    assert shape.columns == ("title", "maker")
    assert shape.has_mark == (encoding in ("utf-8-sig", "utf-16"))


def test_one_broken_line_does_not_change_the_encoding_of_all(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    write_lines(path, [{"title": f"Été {n}"} for n in range(20)])
    plain = path.read_bytes().replace(b"\\u00c9t\\u00e9", "Été".encode())
    path.write_bytes(plain + b'{"title": "\xe9"}\n')
    assert look_at(path).encoding == "utf-8"


def test_a_file_of_two_encodings_stays_utf_8_and_says_that_this_was_guessed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "table.csv"
    good = "".join(f"Māori {n};Söm\n" for n in range(50)).encode()
    path.write_bytes(b"title;maker\n" + good + b"\xc9t\xe9;S\xf6m\n" * 20)
    shape = find_shape(look_at(path), Told())
    assert (shape.encoding, shape.is_guessed) == ("utf-8", True)
    with open_source(path, is_packed=look_at(path).is_packed) as source:
        rows = list(read_rows(source.stream, shape))
    assert [isinstance(row, Row) for row in rows] == [True] * 50 + [False] * 20


def test_an_encoding_that_is_marked_or_told_is_no_guess(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("title;maker\nÉté;Söm\n".encode("utf-8-sig"))
    assert not find_shape(look_at(path), Told()).is_guessed
    assert not find_shape(look_at(path), Told(encoding="utf-8")).is_guessed


def test_what_the_person_says_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("title,maker|more\nA,B|C; D\n")
    told = Told(format=Format.TABLE, delimiter="|", separator="", encoding="cp1252")
    shape = find_shape(look_at(path), told)
    assert (shape.delimiter, shape.separator) == ("|", "")
    assert shape.encoding == "cp1252"


def test_the_mark_between_values_is_found_and_shown(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("title,maker\nA,Nan | Rua\nB,Lu\n")
    assert find_shape(look_at(path), Told()).separator == "|"


def test_an_encoding_or_delimiter_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("title,maker\nA,B\n")
    for told in (Told(encoding="klingon"), Told(delimiter="::")):
        with pytest.raises(FileRefused):
            find_shape(look_at(path), told)


@pytest.mark.parametrize(
    "name",
    ["undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "rot13"]
    + ["hex", "base64", "zlib", "mbcs", "utf-7", "", "a\x00b", "é" * 9],
)
def test_an_encoding_that_is_none_of_letters_is_refused(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("title,maker\nA,B\n")
    found = replace(look_at(path), encoding=name)
    with pytest.raises(FileRefused, match="utf-8, cp1252 or utf-16"):
        find_shape(found, Told(encoding=name or None))


@pytest.mark.parametrize("name", ["UTF8", "utf-8-sig", "U8"])
def test_an_encoding_has_one_name_however_it_is_written(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("title,maker\nA,B\n")
    assert find_shape(look_at(path), Told(encoding=name)).encoding == "utf-8"


@pytest.mark.parametrize("name", ["latin-1", "macroman", "sjis", "koi8-r", "gb18030"])
def test_encodings_of_older_programs_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text("title,maker\nA,B\n")
    assert find_shape(look_at(path), Told(encoding=name)).columns == ("title", "maker")
