"""What is said of a change, and what people did to our units."""

import pytest

from tests.wikibot.views import BASKET, FULL_BASKET, ITEM, shown, units_of
from wikibot.i18n import LANGUAGES
from wikibot.pages.changes import (
    Act,
    HumanEdit,
    changed_units,
    classify,
    field_words,
    summary,
)
from wikibot.pages.stopping import says_stop
from wikibot.pages.units import Units, hashes, texts, unit

UNITS = units_of(FULL_BASKET)
BASE = texts(UNITS)


def edited(name: str, text: str) -> Units:
    kept = tuple(one for one in UNITS if one.name != name)
    return (*kept, unit(name, text)) if text else kept


def test_changed_units_are_named_and_parts_of_them_are_not() -> None:
    after = (*edited("labels", ""), unit("place", "Coast"))
    assert changed_units(hashes(UNITS), after) == ("labels", "place")


def test_only_public_fields_have_words_in_a_summary() -> None:
    changed = ("ask", "date", "description_own", "labels", "title", "warning")
    words = tuple(ITEM.field(name).label["zh"] for name in ("title", "date"))
    assert field_words(changed, ITEM, "zh-hans") == words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", Act)
def test_a_summary_says_whose_edit_it_is_and_how_to_stop(
    act: Act, language: str
) -> None:
    said = summary(act, ("date",), language)
    assert "[[User:WithcareBot/Stop|" in said
    assert len(said) < 500


def test_a_summary_names_the_fields() -> None:
    assert summary(Act.UPDATED, ("Date", "Dimensions")) == (
        "updated: Date, Dimensions · from the knowledge base"
        " · [[User:WithcareBot/Stop|how to stop]]"
    )


def test_a_change_that_shows_less_says_no_more_than_that_there_was_one() -> None:
    assert summary(Act.LESS, ("Date",)) == summary(Act.UPDATED)


def test_a_summary_of_many_fields_fits() -> None:
    said = summary(Act.UPDATED, tuple(f"Field number {n}" for n in range(200)))
    assert "and more" in said
    assert len(said) <= 400


@pytest.mark.parametrize(
    ("name", "text", "shows_more"),
    [
        ("title", "", False),
        ("title", "basket", False),
        ("title", "Storm basket of Ilsa", True),
        ("title", "basket Storm", True),
        ("maker", "Ilsa Invented", False),
        ("maker", "Ilsa I.", True),
        ("title_own", "", False),
        ("title_own", "{{Withcare words|text=Where the tide rests}}", True),
        ("description_own", BASE["description_own"].replace("Ours", "Mine"), True),
        ("warning", "", True),
        ("warning", "Please be quick.", True),
        ("warning", BASE["warning"] + "<br>And slowly.", False),
        ("labels", "", True),
        ("labels", BASE["labels"].replace("community_voice", "outreach"), True),
        ("labels", BASE["labels"] + " {{Withcare label|tk/clan|by=x}}", False),
        ("caveat", "", True),
        ("attribution", "", True),
        ("record", "0" * 32, True),
        ("record", "", True),
        ("place", "Invented Coast", True),
    ],
)
def test_an_edit_by_a_person_shows_less_only_where_that_is_sure(
    name: str, text: str, shows_more: bool
) -> None:
    assert classify(BASE, edited(name, text)) == (HumanEdit(name, shows_more),)


def test_a_warning_that_somebody_adds_shows_less() -> None:
    plain = units_of(shown(BASKET))
    found = classify(texts(plain), (*plain, unit("warning", "Please wait.")))
    assert found == (HumanEdit("warning", shows_more=False),)


def test_a_page_nobody_touched_has_no_edits() -> None:
    assert classify(BASE, UNITS) == ()


@pytest.mark.parametrize(
    "text", ["stop", "Stop!", "\n\n'''STOP''' please", "قف", "停止 发布", "stop\nWhy"]
)
def test_one_word_on_the_first_line_stops_publishing(text: str) -> None:
    assert says_stop(text)


@pytest.mark.parametrize("text", ["", "To stop it, write stop", "nonstop", "a\nstop"])
def test_anything_else_does_not_stop_it(text: str) -> None:
    assert not says_stop(text)
