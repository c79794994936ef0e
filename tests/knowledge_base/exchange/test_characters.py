"""Odd characters are mended or kept, and always told; nothing is changed in silence."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge_base.columns import storable
from knowledge_base.exchange.characters import mend
from knowledge_base.exchange.rows import Row
from knowledge_base.exchange.shape import Format, Shape, read_rows
from tests.knowledge_base.exchange.conftest import DEMO


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("The Canal\x97Morning", "The Canal—Morning"),
        ("Borek \x8aípek", "Borek Šípek"),
        ("\x93Reverse\x94 of it\x92s kind", "“Reverse” of it’s kind"),
        ("7\x94 x 6 ¾\x94 (H x W)", "7” x 6 ¾” (H x W)"),
        ("Hod\u00c5\x8d", "Hodō"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
    ],
)
def test_a_character_of_another_code_page_is_put_right(
    written: str, mended: str
) -> None:
    text, said = mend(written)
    assert text == mended
    assert bool(said) == ("\r" not in written)


@pytest.mark.parametrize("written", ["N\x93 costume", "Lam\x82", "a\x85b"])
def test_what_may_have_been_several_things_is_kept_and_told(written: str) -> None:
    text, said = mend(written)
    assert text == written
    assert len(said) == 1


def test_what_cannot_be_stored_is_replaced_and_told() -> None:
    text, said = mend("A\x00 \ud800 \ufdd0 \U0001ffff boat")
    assert text == "A\ufffd \ufffd \ufffd \ufffd boat"
    assert "(4)" in said[0]


@pytest.mark.parametrize(
    "text", ["Gwichʼin", "ŋ", "Māori", "ʻokina", "面具", "قِطعة", "Ã©"]
)
def test_letters_of_any_script_are_left_alone(text: str) -> None:
    assert mend(text) == (text, ())


@given(st.text(st.characters(codec=None), max_size=80))
@example("\x1f\x94")
@example("ÂÂ\x98")
@example("Ã\x83\x82")
@example("\x8a\x8aa")
@example("\x91\x1f")
def test_whatever_was_mended_can_be_stored_and_stays_so(text: str) -> None:
    mended, _ = mend(text)
    assert storable(mended) == mended
    assert mend(mended)[0] == mended


def test_the_odd_characters_of_the_demo_are_mended_and_told() -> None:
    shape = Shape(
        format=Format.JSON_LINES, encoding="utf-8", has_mark=False, is_packed=False
    )
    with (DEMO / "ima.jsonl").open("rb") as lines:
        rows = [row.values for row in read_rows(lines, shape) if isinstance(row, Row)]
    odd = [
        mend(value)
        for row in rows
        for value in row.values()
        if isinstance(value, str) and mend(value)[1]
    ]
    assert len(odd) == 4
    assert all("put right" in told for _, said in odd for told in said)
    assert json.dumps([text for text, _ in odd]).count("\\u0160") == 1
