"""The pages on the wiki are made from the kinds and the registry, each of them."""

import json
import re

import pytest

from knowledge_base.kinds import Pages, shipped_kinds
from policies.labels import registry
from policies.redaction import CAVEATS
from policies.rulebook import Rulebook
from wikibot import i18n, scripts_path
from wikibot.onwiki import OnwikiPage, pages
from wikibot.onwiki.kind_template import template_data
from wikibot.pages.render import unit_names
from wikibot.pages.stopping import says_stop

PAGES = {page.title: page for page in pages()}
# Whoever writes of people writes of people.
NEVER = re.compile(r"\b(tribe|informant|prehistoric|myth|specimen)s?\b", re.IGNORECASE)


def test_making_them_twice_makes_the_same() -> None:
    assert pages() == pages()
    assert len(PAGES) == len(pages())


def test_every_page_is_stored_as_it_is_made() -> None:
    assert all(page.text == page.text.strip() for page in PAGES.values())


@pytest.mark.parametrize(
    ("language", "said"), [("en", "en"), ("ar", "ar"), ("zh-hans", "zh"), ("de", "en")]
)
def test_a_wiki_speaks_its_own_language_to_its_readers(
    language: str, said: str
) -> None:
    deployed = {page.title: page.text for page in pages(language)}
    assert deployed["MediaWiki:Lang"] == said
    assert deployed["MediaWiki:Lang/en"] == "en"


def test_every_kind_that_has_pages_has_a_template_and_a_category() -> None:
    for kind in shipped_kinds().values():
        if kind.wiki is not None and kind.wiki.pages is not Pages.NONE:
            assert f"Template:{kind.wiki.template}" in PAGES
            assert f"Category:{kind.plural['en']}" in PAGES


@pytest.mark.parametrize("kind", ["item", "project"])
def test_template_data_names_every_unit_in_our_order(kind: str) -> None:
    data = json.loads(template_data(shipped_kinds()[kind]))
    assert data["paramOrder"] == list(unit_names(shipped_kinds()[kind]))
    assert list(data["params"]) == data["paramOrder"]


def test_every_template_asks_for_every_unit() -> None:
    for kind in shipped_kinds().values():
        page = PAGES.get(f"Template:{kind.wiki.template}" if kind.wiki else "")
        for name in unit_names(kind) if page else ():
            assert f"{{{{{{{name}" in (page or PAGES["Help:Withcare"]).text, name


def test_every_label_and_every_notice_is_known_to_its_template() -> None:
    for key in registry().labels:
        assert f"\n|{key}=" in PAGES["Template:Withcare label"].text
    for key in registry().notices:
        assert f"\n|{key}=" in PAGES["Template:Withcare notice"].text


def test_nothing_is_loaded_from_elsewhere() -> None:
    style = PAGES["MediaWiki:Common.css"]
    assert style.model == "css"
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert "display: none" not in style.text.replace(
        ".withcare-story:empty {\n\tdisplay: none", ""
    )


def test_the_stop_page_does_not_stop_anything_as_it_is_made() -> None:
    assert not says_stop(PAGES["User:WithcareBot/Stop"].text)


@pytest.mark.parametrize(
    ("title", "language", "direction"),
    [("", "en", "ltr"), ("/ar", "ar", "rtl"), ("/zh", "zh", "ltr")],
)
def test_each_help_page_reads_its_own_way_on_a_wiki_of_the_other_direction(
    title: str, language: str, direction: str
) -> None:
    text = PAGES[f"Help:Withcare{title}"].text
    assert text.startswith(f'<div lang="{language}" dir="{direction}"')
    assert text.count("<div") == text.count("</div>") == 1


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_every_message_stands_in_every_language(language: str) -> None:
    assert i18n.messages(language).keys() == i18n.messages("en").keys()
    for key, said in i18n.messages("en").items():
        assert said.count("$") == i18n.messages(language)[key].count("$"), key


def test_an_unknown_language_gets_english_and_a_variant_its_own() -> None:
    assert i18n.messages("xx") == i18n.messages("en")
    assert i18n.messages("zh-Hans") == i18n.messages("zh")


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.title)
def test_the_words_on_the_wiki_are_ours(page: OnwikiPage) -> None:
    assert not NEVER.findall(page.text)


def test_no_message_can_end_a_comment() -> None:
    for language in i18n.LANGUAGES:
        assert not [said for said in i18n.messages(language).values() if "--" in said]


def test_every_code_of_the_rules_is_put_into_words() -> None:
    said = i18n.messages("en")
    assert {f"withcare-caveat-{code}" for code in CAVEATS} <= said.keys()
    duties = [duty for rule in Rulebook.shipped().rules for duty in rule.duties]
    codes = {duty.about for duty in duties if duty.kind == "warn"}
    for code in codes - {"label.key"}:
        assert f"withcare-warning-{re.sub('[/:_]', '-', code)}" in said, code


def test_pwb_finds_the_folder_of_the_scripts() -> None:
    assert (scripts_path / "__init__.py").is_file()
    assert (scripts_path / "i18n" / "__init__.py").is_file()
