"""A title says what the public view says, and is legal on every wiki."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.visibility import Visibility
from tests.wikibot.hostile import SEEDS
from tests.wikibot.views import BASKET, ITEM, RECORD, own, shown
from wikibot.pages.titles import LONGEST, opaque, title_for, with_number

ILLEGAL = set("#<>[]|{}_%�\n\r\t")


def title(text: str, identifier: str = "INV.1") -> str:
    view = shown({"title": text, "identifier": identifier})
    return title_for(view, ITEM, record=RECORD)


def test_a_title_follows_the_pattern_of_its_kind() -> None:
    assert title_for(shown(BASKET), ITEM, record=RECORD) == "Storm basket (INV.1984.12)"


@pytest.mark.parametrize("visibility", [Visibility.NONE, Visibility.STUB])
def test_what_is_not_shown_has_a_title_that_means_nothing(
    visibility: Visibility,
) -> None:
    view = shown(BASKET, visibility=visibility)
    assert title_for(view, ITEM, record=RECORD) == "Record 8f3a8f3a8f3a"


@pytest.mark.parametrize("text", ["", " ", "[]", "___", "::", "...", "\u200e", "—"])
def test_a_title_of_which_nothing_remains_is_opaque(text: str) -> None:
    assert title(text) == opaque(RECORD)


def test_without_an_identifier_our_number_stands_in() -> None:
    view = shown({"title": "Basket"})
    assert title_for(view, ITEM, record=RECORD) == "Basket (8f3a8f3a8f3a)"


def test_a_communitys_title_instead_of_ours_is_the_title() -> None:
    view = shown(BASKET, words=(own("title", "Where the tide rests", instead=True),))
    assert title_for(view, ITEM, record=RECORD) == "Where the tide rests (INV.1984.12)"


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        ("basket", "Basket (INV.1)"),
        ("File:Evil.png", "File∶Evil.png (INV.1)"),
        ("Category: Evil", "Category – Evil (INV.1)"),
        (":en:evil", "En∶evil (INV.1)"),
        ("Sutra 3:16", "Sutra 3∶16 (INV.1)"),
        ("a [b] {c} <d> | e_f", "A (b) (c) ‹d› – e f (INV.1)"),
        ("50% #1", "50％ №1 (INV.1)"),
        ("&amp; &eacute;", "＆amp; ＆eacute; (INV.1)"),
        ("../Main Page", "…/Main Page (INV.1)"),
        ("a/./b/..", "A/…/b/… (INV.1)"),
        ("~~~~", "Record 8f3a8f3a8f3a"),
        ("a ~~~~", "A ~~ (INV.1)"),
        ("سلة", "سلة (INV.1)"),
    ],
)
def test_what_a_wiki_refuses_is_replaced_in_a_readable_way(
    text: str, legal: str
) -> None:
    assert title(text) == legal


@given(st.one_of(st.text(), st.sampled_from(SEEDS)), st.text(max_size=400))
def test_every_title_is_legal_and_short_enough(text: str, identifier: str) -> None:
    found = title(text, identifier)
    assert not set(found) & ILLEGAL
    assert 0 < len(found.encode()) <= LONGEST
    assert unicodedata.is_normalized("NFC", found)
    assert found == " ".join(found.split())
    assert not found.startswith((":", "/"))
    assert not {".", ".."} & set(found.split("/"))
    assert "~~~" not in found


@given(
    st.text(min_size=1), st.text(alphabet="0123456789abcdef", min_size=32, max_size=32)
)
def test_a_number_sets_two_titles_apart(text: str, other: str) -> None:
    shared = title(text)
    assert len(with_number(shared, RECORD).encode()) <= LONGEST
    if other[:12] != RECORD[:12]:
        assert with_number(shared, other) != with_number(shared, RECORD)


def test_a_long_title_is_cut_between_letters_and_keeps_its_number() -> None:
    found = title("ह" + "ि" * 300)
    assert found.endswith("… (INV.1)")
