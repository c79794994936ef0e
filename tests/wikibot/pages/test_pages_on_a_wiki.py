"""The same promises, kept by a real MediaWiki: it stores and shows what we meant."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from typing import Any

import pytest

from knowledge_base.kinds import shipped_kinds
from policies.content import FieldType
from policies.decision import Duty, DutyKind
from policies.view import PublicView
from tests.wikibot.hostile import SEEDS, hostile_values
from tests.wikibot.views import ITEM, RECORD, WEAVERS, own, shown, units_of, warning
from wikibot.pages.escape import clean
from wikibot.pages.text import new_page, read_units, stub
from wikibot.pages.titles import title_for, with_number
from withcare.sandbox import RunningSandbox, Visitor

TEXTS = [
    field.name
    for field in ITEM.fields
    if field.public and field.type in (FieldType.TEXT, FieldType.NAME)
]
OURS = {f"Template:Withcare {part}" for part in ("item", "words", "say")}
LEADING = "ßŉǰǆდაıİσςﬁΐéeÿµⅷⓐꭰ𐐨ʼnსω"


@pytest.fixture
def bot(wiki: RunningSandbox) -> Visitor:
    return wiki.visitor("bot")


def saved(bot: Visitor, title: str, text: str) -> str:
    """The text as the wiki stored it."""
    reply = bot.edit(title, text)
    assert reply.get("edit", {}).get("result") == "Success", reply
    return content_of(bot, title)


def content_of(visitor: Visitor, title: str) -> str:
    reply = visitor.get(
        action="query", prop="revisions", titles=title, rvprop="content", rvslots="main"
    )
    (page,) = reply["query"]["pages"]
    return str(page["revisions"][0]["slots"]["main"]["content"])


def parsed(visitor: Visitor, title: str, **more: object) -> dict[str, Any]:
    found: dict[str, Any] = visitor.get(
        action="parse",
        page=title,
        prop="text|links|iwlinks|langlinks|templates|externallinks|categories"
        "|images|sections|properties|parsewarnings",
        **more,
    )["parse"]
    return found


def pages_of_hostile_values() -> Iterator[dict[str, str]]:
    values = iter(hostile_values())
    while chunk := tuple(islice(values, len(TEXTS))):
        yield dict(zip(TEXTS, chunk, strict=False))


@pytest.mark.slow
def test_no_hostile_value_acts_on_a_wiki_and_all_are_stored_as_sent(
    bot: Visitor,
) -> None:
    for number, values in enumerate(pages_of_hostile_values()):
        units = units_of(shown(values))
        text = new_page(units, ITEM)
        title = f"Hostile {number}"
        assert saved(bot, title, text) == text
        assert read_units(text, ITEM) == units
        assert_nothing_leaked(parsed(bot, title))


def assert_nothing_leaked(page: dict[str, Any]) -> None:
    assert {one["title"] for one in page["templates"]} <= OURS
    assert page["externallinks"] == [f"https://review.example.org/r/{RECORD}"]
    assert [one["category"] for one in page["categories"]] == ["Items"]
    assert not page["links"] + page["iwlinks"] + page["langlinks"]
    assert not page["images"] + page["sections"]
    assert not page["properties"]
    assert not page["parsewarnings"]


class _Shown(HTMLParser):
    """The text of each element of a class, tags within left out."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag, self.found, self.depth = tag, list[str](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self.tag and self.depth == 0:
            self.found.append("")
            self.depth = 1
        elif tag == self.tag:
            self.depth += 1
        if tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.tag and self.depth:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.found[-1] += data


def words(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_a_reader_sees_the_very_words_that_were_written(bot: Visitor) -> None:
    many = tuple(words(clean(value)) for value in hostile_values())
    many = tuple(value for value in many if value)
    view = shown({"maker": many[: len(many) // 2], "culture": many[len(many) // 2 :]})
    saved(bot, "Very words", new_page(units_of(view), ITEM))
    reader = _Shown("td")
    reader.feed(parsed(bot, "Very words")["text"])
    half = len(many) // 2
    assert [words(text) for text in reader.found] == [
        words(" ".join(many[:half])),
        words(" ".join(many[half:])),
    ]


def test_hostile_words_of_others_act_no_more_than_ours(bot: Visitor) -> None:
    evil = "}} {{evil}} | [[Category:Evil]] ~~~~ <b> __NOINDEX__"
    view = shown(
        {"title": "Basket"},
        warning(evil),
        Duty(DutyKind.ATTRIBUTE, WEAVERS, evil),
        words=(own("title", evil), own("description", evil)),
    )
    text = new_page(units_of(view), ITEM)
    assert saved(bot, "Others", text) == text
    assert_nothing_leaked(parsed(bot, "Others"))


def test_an_address_is_linked_whole_and_nothing_else_is(bot: Visitor) -> None:
    whole = (
        "https://example.org/a?b=c&d=e",
        "https://example.org/a_(b)",
        "https://example.org/a.b;c,d!",
        "https://example.org/__TOC__/~~~~/''b''/{{c}}|d",
        "https://example.org/قاعدة",
    )
    view = shown({"title": "Links", "link": (*whole, "news:evil", "//evil.example")})
    text = new_page(units_of(view), ITEM)
    assert saved(bot, "Links", text) == text
    page = parsed(bot, "Links")
    linked = [one for one in page["externallinks"] if "example.org/r/" not in one]
    assert len(linked) == len(whole)
    assert all(one.startswith("https://example.org/") for one in linked)
    assert not page["properties"]


def test_every_title_is_taken_by_the_wiki_as_it_is(bot: Visitor) -> None:
    seeds = (*SEEDS, *(letter + "bc" for letter in LEADING), "File:x", "User talk:x")
    titles = sorted({title_of(seed) for seed in seeds})
    for start in range(0, len(titles), 20):
        asked = titles[start : start + 20]
        reply = bot.get(action="query", titles="\x1f" + "\x1f".join(asked))["query"]
        assert "normalized" not in reply
        assert "interwiki" not in reply
        assert [one for one in reply["pages"] if one.get("invalid")] == []
        assert {one["ns"] for one in reply["pages"]} == {0}
        assert {one["title"] for one in reply["pages"]} == set(asked)


def title_of(text: str) -> str:
    view: PublicView = shown({"title": text, "identifier": "INV.1"})
    return with_number(title_for(view, ITEM, record=RECORD), RECORD)


@pytest.mark.parametrize("kind", ["collection", "project", "initiative", "edition"])
def test_a_page_of_each_kind_is_stored_and_filed(bot: Visitor, kind: str) -> None:
    what = shipped_kinds()[kind]
    view = shown({"title": "A [plain] title", "about": "Ours."}, kind=kind)
    text = new_page(units_of(view), what)
    assert saved(bot, f"A {kind}", text) == text
    assert [c["category"] for c in parsed(bot, f"A {kind}")["categories"]] == [
        what.plural["en"]
    ]


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_a_stub_is_stored_as_sent_and_files_nothing(
    bot: Visitor, language: str
) -> None:
    text = stub(ITEM, language=language)
    assert saved(bot, "A stub", text) == text
    page = parsed(bot, "A stub")
    assert "This page rests" in page["text"]
    assert not page["categories"] + page["externallinks"]
