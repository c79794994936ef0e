"""Our units go into a page and come back; everything else stays byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wikibot.hostile import hostile_values
from tests.wikibot.views import BASKET, FULL_BASKET, ITEM, shown, units_of
from wikibot.pages.text import (
    Unreadable,
    Why,
    is_stub,
    new_page,
    read_units,
    replace_units,
    stub,
)
from wikibot.pages.units import Units, texts, unit

UNITS = units_of(FULL_BASKET)
PAGE = new_page(UNITS, ITEM)
PROSE = st.one_of(
    st.sampled_from(
        [
            "\n\n== Notes ==\nIt's ''never'' closed: ''\n",
            "\n{| class=x\n| a || b\n|}",
            "\n{{Other|title=1}} <ref>x</ref> [[Category:Mine]]",
            "\n<!-- a comment -->\n",
            "\n<li>",
            "\n}} stray",
        ]
    ),
    st.text(alphabet="abc '\n*=|[]{}<!->"),
)


def test_a_new_page_gives_its_units_back() -> None:
    assert read_units(PAGE, ITEM) == UNITS


@given(st.lists(st.sampled_from(hostile_values()), min_size=3, max_size=3))
def test_whatever_was_written_is_read_back(values: list[str]) -> None:
    title, description, maker = values
    view = shown({"title": title, "description": description, "maker": maker})
    units = units_of(view)
    assert read_units(new_page(units, ITEM), ITEM) == units


@given(st.sets(st.sampled_from([one.name for one in UNITS])), PROSE, PROSE)
def test_replacing_units_leaves_every_other_byte(
    gone: set[str], above: str, below: str
) -> None:
    fewer = tuple(one for one in UNITS if one.name not in gone)
    page = f"{above}\n{PAGE}{below}"
    found = replace_units(page, fewer, ITEM)
    if isinstance(found, Unreadable):
        assert read_units(page, ITEM) == found
    else:
        assert found == f"{above}\n{new_page(fewer, ITEM)}{below}"
        assert replace_units(found, UNITS, ITEM) == page


def test_what_is_as_it_should_be_is_not_touched() -> None:
    assert replace_units(PAGE, UNITS, ITEM) == PAGE


def test_a_page_that_people_laid_out_anew_keeps_their_layout() -> None:
    page = (
        "<!-- withcare:begin -->\n{{ withcare_item | date = 1931 <!-- ? -->\n"
        "  | mood = quiet | title  =  Storm basket | x }}\n<!-- withcare:end -->\nMine."
    )
    wanted: Units = (unit("title", "Calm basket"), unit("date", "1932"))
    assert replace_units(page, wanted, ITEM) == (
        "<!-- withcare:begin -->\n{{ withcare_item | date = 1932\n"
        "  | mood = quiet | title  =  Calm basket | x }}\n<!-- withcare:end -->\nMine."
    )


def test_a_new_unit_stands_after_those_that_come_before_it() -> None:
    page = new_page((UNITS[0], unit("title", "a"), unit("date", "b")), ITEM)
    more = (UNITS[0], unit("title", "a"), unit("maker", "m"), unit("date", "b"))
    assert replace_units(page, more, ITEM) == new_page(more, ITEM)


def test_an_unbalanced_quote_before_our_template_does_not_hide_it() -> None:
    assert read_units(f"It's ''loud\n{PAGE}", ITEM) == UNITS


def test_an_empty_parameter_is_no_unit() -> None:
    assert read_units(PAGE.replace("|date=about 1932", "|date="), ITEM) == tuple(
        one for one in UNITS if one.name != "date"
    )


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("", Why.GONE),
        ("Only prose.", Why.GONE),
        (stub(ITEM), Why.STUB),
        (PAGE + "\n" + PAGE, Why.TWICE),
        (PAGE + "\n<nowiki>{{Withcare item}}</nowiki>", Why.TWICE),
        (PAGE.replace("|date=", "|title=y\n|date="), Why.TWICE),
        ("<nowiki>" + PAGE + "</nowiki>", Why.HIDDEN),
        (PAGE.replace("-->", "", 1), Why.HIDDEN),
        (PAGE.replace("withcare:end", "gone"), Why.MARKER),
        (PAGE.replace("withcare:begin", "gone"), Why.MARKER),
        (PAGE + "\n<!-- withcare:end -->", Why.MARKER),
        (PAGE.replace("\n}}", "\n"), Why.HIDDEN),
        (PAGE + "\n\x00Mine.", Why.BROKE),
    ],
)
def test_a_page_that_cannot_be_read_for_certain_says_why(page: str, why: Why) -> None:
    assert read_units(page, ITEM) == Unreadable(why)
    assert replace_units(page, UNITS, ITEM) == Unreadable(why)


def test_a_template_moved_out_of_its_markers_is_left_alone() -> None:
    lines = PAGE.splitlines()
    moved = "\n".join([lines[0], lines[-1], *lines[1:-1]])
    assert read_units(moved, ITEM) == Unreadable(Why.MARKER)


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_a_stub_says_nothing_of_any_record(language: str) -> None:
    page = stub(ITEM, language=language)
    assert is_stub(page)
    assert "item" not in page
    assert not [
        value for value in texts(units_of(shown(BASKET))).values() if value in page
    ]


def test_a_page_of_ours_is_no_stub_because_a_comment_names_one() -> None:
    assert not is_stub(PAGE + "\n<!-- {{Withcare stub}} -->")


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_a_new_page_is_stored_as_it_was_sent(language: str) -> None:
    page = new_page(UNITS, ITEM, language=language)
    assert page == page.rstrip()
    assert read_units(page, ITEM) == UNITS
