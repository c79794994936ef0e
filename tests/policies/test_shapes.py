"""Nodes become dataclasses; all that is wrong is told with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest

from policies.errors import PolicyFileError
from policies.plain_yaml import read_text
from policies.shapes import Reader
from policies.truth import Truth
from policies.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Inner:
    number: int
    is_kind: bool = True


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: Inner
    day: date
    seen: Visibility
    truth: Truth
    words: frozenset[str] = frozenset()
    names: Mapping[str, str] | None = None
    maybe: str | None = None


GOOD = """
name: no
inner: {number: "3", is_kind: no}
day: 2026-01-31
seen: stub
truth: unknown
words: [a, b, a]
names: {en: x}
"""


def read(text: str) -> Outer | None:
    reader = Reader()
    found = reader.into(read_text(text.encode(), "f.yaml"), Outer)
    reader.finish()
    return found


def test_the_dataclass_alone_says_what_a_word_means() -> None:
    assert read(GOOD) == Outer(
        "no",
        Inner(3, False),
        date(2026, 1, 31),
        Visibility.STUB,
        Truth.UNKNOWN,
        frozenset({"a", "b"}),
        {"en": "x"},
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: no", "nam: no", "did you mean 'name'?"),
        ("name: no", "name: [no]", "a text is needed"),
        ("name: no\n", "\n", "'name' is missing"),
        ('"3"', "three", "'three' is no int"),
        ("is_kind: no", "is_kind: false", "use one of: no, yes"),
        ("2026-01-31", "31.1.2026", "write 2026-01-31"),
        ("seen: stub", "seen: stubb", "did you mean 'stub'?"),
        ("[a, b, a]", "a", "a list is needed"),
        ("{en: x}", "[x]", "a map is needed"),
        ("inner: {", "inner: [{", "a map is needed"),
    ],
)
def test_a_fault_says_where_what_and_what_instead(
    old: str, new: str, said: str
) -> None:
    text = GOOD.replace(old, new).replace("no}", "no}]" if "[{" in new else "no}")
    with pytest.raises(PolicyFileError) as refused:
        read(text)
    assert any(said in str(fault) for fault in refused.value.faults)


def test_all_faults_are_collected() -> None:
    with pytest.raises(PolicyFileError) as refused:
        read(GOOD.replace("stub", "x").replace("unknown", "y").replace("31", "99"))
    assert [fault.line for fault in refused.value.faults] == [4, 5, 6]
