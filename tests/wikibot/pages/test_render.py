"""The units of a page come from the public view and from nothing else."""

import pytest

from knowledge_base.kinds import shipped_kinds
from policies.decision import Duty, DutyKind
from policies.view import OwnWords
from policies.visibility import Visibility
from tests.wikibot.views import (
    ADDRESSES,
    BASKET,
    FULL_BASKET,
    ITEM,
    RECORD,
    WEAVERS,
    label,
    own,
    shown,
    units_of,
    warning,
)
from wikibot.pages.render import Addresses, TooLong, render, unit_names
from wikibot.pages.units import REQUIRED_NAMES, Role, texts


def test_every_public_field_becomes_the_parameter_its_kind_names() -> None:
    values = texts(units_of(shown(BASKET)))
    assert values == {
        "record": RECORD,
        "title": "Storm basket",
        "identifier": "INV.1984.12",
        "maker": "Ilsa Invented<br>Pavel Invented",
        "date": "about 1932",
        "description": "Round, with a lid.<br>It was repaired twice.",
        "link": "https://example.org/basket?view=full&lang=en",
        "ask": f"https://review.example.org/r/{RECORD}",
    }


def test_the_units_stand_in_the_order_of_the_source() -> None:
    order = unit_names(ITEM)
    places = [order.index(one.name) for one in units_of(FULL_BASKET)]
    assert places == sorted(places)


def test_no_unit_is_empty() -> None:
    assert all(one.text for one in units_of(shown({"title": "Basket", "maker": ""})))


@pytest.mark.parametrize("visibility", [Visibility.NONE, Visibility.STUB])
def test_what_is_not_shown_gives_no_content(visibility: Visibility) -> None:
    view = shown(BASKET, label("tk/attribution"), visibility=visibility)
    found = render(view, ITEM, addresses=ADDRESSES)
    assert [one.name for one in found] == ["record"]  # type: ignore[union-attr]


def test_every_duty_becomes_a_required_unit() -> None:
    required = {one.name for one in units_of(FULL_BASKET) if one.role is Role.REQUIRED}
    assert required == set(REQUIRED_NAMES)


def test_a_label_stands_by_its_key_with_the_name_of_who_applied_it() -> None:
    values = texts(units_of(shown(BASKET, label("tk/attribution"))))
    assert values["labels"] == (
        "{{Withcare label|tk/attribution"
        "|by=The Tidewater Weavers (an invented people)}}"
    )


def test_own_words_and_their_signature_are_one_unit() -> None:
    values = texts(units_of(shown(BASKET, words=(own("title", "Tide {{rests}}"),))))
    assert values["title"] == "Storm basket"
    assert values["title_own"] == (
        "{{Withcare words|signed=The Tidewater Weavers (an invented people)"
        "|language=en|text=Tide &#123;&#123;rests&#125;&#125;}}"
    )


def test_own_words_instead_of_ours_leave_ours_out() -> None:
    words = (own("title", "Where the tide rests", instead=True),)
    assert "title" not in texts(units_of(shown(BASKET, words=words)))


def test_a_warning_in_the_communitys_words_is_escaped_and_kept() -> None:
    values = texts(units_of(shown(BASKET, warning("Please {{pause}}."))))
    assert values["warning"] == "Please &#123;&#123;pause&#125;&#125;."


def test_a_code_is_put_into_words_and_never_shown() -> None:
    mourning = Duty(DutyKind.WARN, "mourning")
    unknown = Duty(DutyKind.WARN, "label:tk/unheard_of")
    said = texts(units_of(shown(BASKET, mourning, unknown)))["warning"]
    assert "somebody who has died" in said
    assert "unheard" not in said
    assert "be careful" in said


@pytest.mark.parametrize(("language", "begins"), [("ar", "قد"), ("zh-hans", "本页")])
def test_our_words_are_in_the_wikis_language(language: str, begins: str) -> None:
    view = shown(BASKET, Duty(DutyKind.WARN, "mourning"))
    found = render(view, ITEM, language=language, addresses=ADDRESSES)
    assert texts(found)["warning"].startswith(begins)  # type: ignore[arg-type]


def test_where_there_is_no_review_app_nobody_is_sent_there() -> None:
    found = render(shown(BASKET), ITEM, addresses=Addresses())
    assert "ask" not in texts(found)  # type: ignore[arg-type]


def test_a_value_too_long_for_a_page_is_refused_and_not_cut() -> None:
    found = render(shown({"title": "x" * 20_001}), ITEM, addresses=ADDRESSES)
    assert found == TooLong("title", 20_001)


def test_the_same_view_gives_the_same_units() -> None:
    assert units_of(FULL_BASKET) == units_of(FULL_BASKET)


def test_a_field_that_is_never_public_has_no_parameter() -> None:
    for kind in shipped_kinds().values():
        hidden = {field.wiki for field in kind.fields if not field.public} - {""}
        assert not hidden & set(unit_names(kind))


def test_no_kind_has_a_field_that_is_named_as_one_of_our_own_units() -> None:
    for kind in shipped_kinds().values():
        names = unit_names(kind)
        assert len(names) == len(set(names)), kind.kind


def test_a_language_tag_that_is_none_is_left_out() -> None:
    words = OwnWords(WEAVERS, "Ama", "title", "Tide", "}}{{evil", instead=False)
    values = texts(units_of(shown(BASKET, words=(words,))))
    assert values["title_own"] == "{{Withcare words|signed=Ama|text=Tide}}"
