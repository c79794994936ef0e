"""The thin screening: hints where they stand, and never the text itself."""

from pathlib import Path

import pytest

from policies.content import Field, FieldType
from policies.errors import PolicyFileError
from policies.facts import Finding
from policies.hints import find_hints, hint_rules, lexicon, read_lexicon

T = FieldType


def field(name: str, *values: str, type: FieldType = T.TEXT) -> Field:
    return Field(name, type, values, True)


def test_a_named_maker_and_a_plain_title_raise_nothing() -> None:
    assert find_hints((field("title", "Boat"), field("maker", "Ada", type=T.NAME))) == (
        frozenset()
    )


@pytest.mark.parametrize(
    ("filled", "rule"),
    [
        (field("culture", "x", type=T.NAME), "hint-culture-given"),
        (field("dynasty", "x"), "hint-culture-given"),
        (field("people", "x", type=T.NAME), "hint-people-named"),
        (field("place", "x", type=T.PLACE), "hint-place-given"),
        (field("restriction", "x"), "hint-restriction-at-source"),
        (field("maker", type=T.NAME), "hint-no-maker"),
    ],
)
def test_a_field_that_tells_something_is_a_hint(filled: Field, rule: str) -> None:
    assert {finding.rule for finding in find_hints((filled,))} == {rule}


def test_a_country_is_too_wide_to_be_a_hint() -> None:
    assert find_hints((field("country", "x", type=T.PLACE),)) == frozenset()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("A skull", 2, 7),
        ("TWO SKULLS.", 4, 10),
        ("Le sku\u0301ll", 3, 9),
        ("ﬁne skull", 4, 9),
        ("a human\u00a0remains box", 2, 15),
    ],
)
def test_a_word_is_found_where_it_stands_in_the_original(
    text: str, start: int, end: int
) -> None:
    (found,) = find_hints((field("title", text),))
    assert (found.rule, found.start, found.end) == ("hint-words-remains", start, end)


@pytest.mark.parametrize("text", ["skullcap", "Numbskull", "Skulle"])
def test_a_part_of_another_word_is_not_found(text: str) -> None:
    assert find_hints((field("title", text),)) == frozenset()


def test_places_count_through_all_values_of_a_field() -> None:
    (found,) = find_hints((field("title", "Boat", "Skull"),))
    assert found == Finding("hint-words-remains", "title", 5, 10, "seed:remains-02")


def test_identifiers_are_not_read_for_words() -> None:
    assert find_hints((field("number", "skull-1", type=T.IDENTIFIER),)) == frozenset()


def test_the_evidence_is_a_code_and_never_the_text() -> None:
    found = find_hints((field("title", "A sacred skull"), field("culture", "Secret")))
    assert all(f.evidence == "filled" or ":" in f.evidence for f in found)
    assert {f.rule for f in found} <= hint_rules()


def test_every_row_of_the_seed_says_why() -> None:
    assert len(lexicon().entries) >= 40
    assert all(entry.reason for entry in lexicon().entries)


def test_a_word_that_stands_twice_is_refused(tmp_path: Path) -> None:
    row = "- {id: x, words: [Skull, skull], suggests: remains, reason: x}\n"
    (tmp_path / "seed.yaml").write_text(row)
    with pytest.raises(PolicyFileError, match="stands here twice"):
        read_lexicon(tmp_path / "seed.yaml")
