"""How our templates read on a real wiki, by anyone, without an account or scripts."""

import json

import pytest

from tests.wikibot.views import FULL_BASKET, ITEM, units_of
from wikibot.onwiki import pages
from wikibot.pages.text import new_page
from withcare.sandbox import RunningSandbox, Visitor


def html_of(visitor: Visitor, wikitext: str, language: str = "en") -> str:
    reply = visitor.get(
        action="parse",
        text=wikitext,
        title="Somewhere",
        contentmodel="wikitext",
        prop="text",
        uselang=language,
        disablelimitreport=1,
    )
    return str(reply["parse"]["text"])


@pytest.fixture
def anyone(wiki: RunningSandbox) -> Visitor:
    return wiki.visitor()


@pytest.fixture
def basket(anyone: Visitor) -> str:
    return html_of(anyone, new_page(units_of(FULL_BASKET), ITEM))


def test_every_page_is_deployed_as_it_was_made(anyone: Visitor) -> None:
    for page in pages():
        reply = anyone.get(
            action="query",
            titles=page.title,
            prop="revisions",
            rvprop="content",
            rvslots="main",
        )
        (stored,) = reply["query"]["pages"]
        slot = stored["revisions"][0]["slots"]["main"]
        assert (slot["content"], slot["contentmodel"]) == (page.text, page.model)


def test_the_warning_is_read_before_anything_else(basket: str) -> None:
    order = ["quiet place", "Where the tide rests", "Round, with a lid", "INV.1984.12"]
    places = [basket.index(words) for words in order]
    assert places == sorted(places)


def test_own_words_stand_with_their_signature(basket: str) -> None:
    after = basket[basket.index("Where the tide rests") :]
    assert "The Tidewater Weavers (an invented people)" in after[:200]


def test_a_label_says_in_words_what_it_asks_and_who_applied_it(basket: str) -> None:
    assert "https://localcontexts.org/label/tk-attribution/" in basket
    assert "The community asks to be credited" in basket
    assert "applied by" in basket


def test_a_notice_of_a_record_is_known_to_the_wiki(basket: str) -> None:
    assert "Attribution Incomplete Notice" in basket
    assert "placed by the institution" in basket
    assert "not confirmed" not in basket


def test_a_licence_is_told_by_its_name(anyone: Visitor) -> None:
    text = "{{Withcare item|record=1|title=Oar|licence_metadata=%s}}"
    assert "Attribution-ShareAlike 4.0" in html_of(anyone, text % "cc-by-sa-4.0")
    assert "Our own terms" in html_of(anyone, text % "Our own terms")


@pytest.mark.parametrize(
    ("language", "said", "direction"),
    [
        ("ar", "يطلب المجتمع", "rtl"),
        ("zh", "社区请求", "ltr"),
        ("zh-cn", "社区请求", "ltr"),
    ],
)
def test_a_page_speaks_the_readers_language(
    anyone: Visitor, language: str, said: str, direction: str
) -> None:
    shown = html_of(anyone, new_page(units_of(FULL_BASKET), ITEM), language)
    assert said in shown
    assert f'class="withcare withcare-item" dir="{direction}"' in shown


@pytest.mark.parametrize(
    "call",
    [
        "{{Withcare label|tk/invented_by_hand|by=Somebody}}",
        "{{Withcare label|tk/attribution}}",
        "{{Withcare label|tk/attribution|by= }}",
        "{{Withcare label}}",
        "{{Withcare notice|invented}}",
    ],
)
def test_what_is_no_label_of_anyone_is_plain_text(anyone: Visitor, call: str) -> None:
    shown = html_of(anyone, call)
    assert "not confirmed" in shown
    assert "withcare-label" not in shown
    assert "localcontexts" not in shown


def test_empty_parameters_leave_no_trace(anyone: Visitor) -> None:
    shown = html_of(anyone, "{{Withcare item|record=1|maker=|date= |title=Basket}}")
    assert shown.count("<tr>") == 1
    assert "Maker" not in shown
    assert "Labels" not in shown


def test_the_visual_editor_gets_valid_template_data(anyone: Visitor) -> None:
    for kind in ("item", "collection", "project", "initiative", "edition"):
        title = f"Template:Withcare {kind}"
        reply = anyone.get(action="templatedata", titles=title, lang="ar")
        (data,) = reply["pages"].values()
        assert data["params"]["title"]["label"] == "العنوان", json.dumps(reply)[:300]
        assert data["format"] == "{{_\n|_=_\n}}"


@pytest.mark.parametrize("title", [page.title for page in pages()])
def test_no_page_of_ours_shows_an_error_or_a_red_link(
    anyone: Visitor, title: str
) -> None:
    status, page = anyone.page(
        f"/index.php?title={title.replace(' ', '_')}&action=render"
    )
    assert status == 200
    assert 'class="error"' not in page
    assert "redlink=1" not in page
