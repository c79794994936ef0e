"""Covering: nothing of what is covered can be read, and other words stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.covering import cover_names, cover_words
from policies.folding import fold, fold_with_places


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("By Ada Quill.", "By Aunt."),
        ("By QUILL, ADA (1900)", "By Aunt (1900)"),
        ("Quill's boat", "Aunt's boat"),
        ("Àda   Quill", "Aunt"),
        ("ada-quill", "Aunt"),
        ("Adamant, quillwork", "Adamant, quillwork"),
        ("Nothing here", "Nothing here"),
        ("Ada, her boat, and Quill", "Aunt, her boat, and Aunt"),
    ],
)
def test_a_name_is_covered_in_any_spelling_and_order(text: str, covered: str) -> None:
    assert cover_names(["Ada Quill"], "Aunt").over(text) == covered


def test_a_small_word_in_a_name_is_no_name_by_itself() -> None:
    cover = cover_names(["Ada van der Quill"], "Aunt")
    assert cover.over("a van, and Quill") == "a van, and Aunt"
    assert cover.over("Ada van der Quill") == "Aunt"


def test_a_name_in_a_script_without_spaces_is_covered_inside_a_line() -> None:
    assert cover_names(["王小明"], "阿姨").over("由王小明制作") == "由阿姨制作"


def test_an_arabic_name_is_covered_with_and_without_marks() -> None:
    assert cover_names(["سلمى"], "العمة").over("صنع سَلمى") == "صنع العمة"


def test_no_words_make_no_cover() -> None:
    assert cover_words([" ", ""]) == ()


@given(st.text(max_size=60), st.sampled_from(["Ford People", "İz", "ﬁne", "Œuvre"]))
def test_what_is_covered_is_found_no_more(text: str, word: str) -> None:
    (cover,) = cover_words([word])
    assert not cover.is_in(cover.over(f"{text} {word} {text}"))


@given(st.text(max_size=80))
def test_folding_with_places_leads_back_into_the_text(text: str) -> None:
    folded, places = fold_with_places(text)
    assert folded == fold(text)
    assert len(folded) == len(places)
    assert list(places) == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_plain_text_folds_as_any_other_does(text: str) -> None:
    folded, places = fold_with_places(text)
    among_others, further = fold_with_places(f"{text}é")
    assert folded == among_others[:-1]
    assert list(places) == list(further)[:-1]


@given(st.text(max_size=80))
def test_text_without_the_words_stays_as_it_is(text: str) -> None:
    (cover,) = cover_words(["qqqqzzzz"])
    assert cover.over(text) == text
