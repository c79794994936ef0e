"""The one reader of YAML keeps words as written and refuses what surprises."""

from pathlib import Path

import pytest

from policies.errors import PolicyFileError
from policies.plain_yaml import DEEPEST, LARGEST, read, read_text


def plain(text: str) -> object:
    return read_text(text.encode(), "f.yaml").plain


def faults(text: str | bytes) -> list[str]:
    written = text.encode() if isinstance(text, str) else text
    with pytest.raises(PolicyFileError) as refused:
        read_text(written, "f.yaml")
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "word", ["no", "off", "on", "yes", "1:30", "0777", "1e3", "~", "null", "2026-01-01"]
)
def test_a_plain_word_stays_the_word_that_was_written(word: str) -> None:
    assert plain(f"{word}: {word}") == {word: word}


def test_every_node_knows_its_file_and_line() -> None:
    node = read_text(b"a:\n  - b\n  - c: d\n", "f.yaml")
    assert isinstance(node.value, dict)
    entries = node.value["a"].value
    assert isinstance(entries, tuple)
    assert [(entry.file, entry.line) for entry in entries] == [
        ("f.yaml", 2),
        ("f.yaml", 3),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x b\n", "the anchor &x"),
        ("a: &x b\nc: *x\n", "the alias *x"),
        ("a: !!int 3\n", "the tag"),
        ("a: !x 3\n", "the tag !x"),
        ("<<: {a: b}\n", "merge key"),
        ("a: b\na: c\n", "given twice (first in line 1)"),
        ("'e\u0301': b\n'\u00e9': c\n", "given twice"),
        ("[a]: b\n", "as a key"),
        ("a: b\n---\nc: d\n", "second document"),
        ("%YAML 1.1\n---\na: b\n", "directive"),
        ("a: [b\n", "not YAML"),
        ("a: \x07\n", "control character"),
    ],
)
def test_what_surprises_is_refused_with_its_line(text: str, said: str) -> None:
    found = faults(text)
    assert any(said in fault and fault.startswith("f.yaml:") for fault in found)


def test_all_faults_of_a_file_are_told_at_once() -> None:
    assert len(faults("a: &x b\nc: !y d\na: e\n")) == 3


def test_a_bomb_is_refused_before_it_is_expanded() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "alias" in " ".join(faults(bomb))


def test_a_file_nested_too_deep_is_refused() -> None:
    deep = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)
    assert "nested deeper" in faults(deep)[0]
    assert plain("[" * DEEPEST + "]" * DEEPEST)


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"a" * (LARGEST + 1))
    with pytest.raises(PolicyFileError, match="larger"):
        read(large)


def test_text_too_large_is_refused() -> None:
    assert "larger" in faults(b"a" * (LARGEST + 1))[0]


def test_what_is_not_utf8_is_refused_with_its_line() -> None:
    assert faults(b"a: b\nc: \xff\n") == [
        "f.yaml:2: this is not UTF-8; save it as UTF-8"
    ]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match="cannot be read"):
        read(tmp_path / "none.yaml")


def test_an_empty_file_is_an_empty_word() -> None:
    assert plain("") == ""
