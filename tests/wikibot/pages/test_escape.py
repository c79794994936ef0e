"""What people wrote is shown as they wrote it, and can do nothing else."""

import html
import re
import unicodedata

import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wikibot.hostile import SEEDS, hostile_values
from wikibot.pages.escape import clean, escape
from wikibot.pages.links import as_link, escape_link

ANY_TEXT = st.one_of(
    st.text(),
    st.lists(st.one_of(st.sampled_from(SEEDS), st.text(max_size=3))).map("".join),
    st.text(alphabet="{}[]|=<>!-~_'&#:;* \n/abc1\u0338\u0301\u2067\u2069"),
)


def decoded(wikitext: str) -> str:
    return html.unescape(wikitext.replace("<br>", "\n"))


def seen_in_a_template(value: str) -> mwparserfromhell.wikicode.Wikicode:
    return mwparserfromhell.parse(f"{{{{T\n|a={value}\n|b=2\n}}}}")


def breaks_out(value: str) -> bool:
    """Whether the value is anything but the text of one parameter."""
    page = seen_in_a_template(value)
    templates = page.filter_templates()
    names = [str(one.name) for template in templates for one in template.params]
    tags = [tag for tag in page.filter_tags() if str(tag) != "<br>"]
    others = page.filter_wikilinks() + page.filter_comments() + page.filter_headings()
    return names != ["a", "b"] or bool(
        tags or others or page.filter_external_links() or page.filter_arguments()
    )


def test_there_are_hundreds_of_hostile_values() -> None:
    assert len(set(hostile_values())) >= 300


@pytest.mark.parametrize("value", hostile_values())
def test_a_hostile_value_stays_within_its_parameter(value: str) -> None:
    assert not breaks_out(escape(value))


@given(ANY_TEXT)
def test_no_text_ever_breaks_out_of_its_parameter(text: str) -> None:
    assert not breaks_out(escape(text))


@given(ANY_TEXT)
def test_a_reader_sees_the_very_words(text: str) -> None:
    assert decoded(escape(text)) == clean(text)


@pytest.mark.parametrize("value", hostile_values())
def test_no_sign_of_wikitext_is_left_bare(value: str) -> None:
    assert not set("{}[]|=<>") & set(escape(value).replace("<br>", ""))


@pytest.mark.parametrize("value", ["RFC 12", "see PMID  12", "isbn\u00a09780000000000"])
def test_a_number_that_some_wikis_link_is_left_as_text(value: str) -> None:
    assert re.search(r"\w&#(?:32|160);", escape(value))


@given(st.one_of(ANY_TEXT, st.sampled_from(["\u0338", "\u0338a", "a\n\u0338"])))
def test_what_is_written_is_what_the_wiki_stores(text: str) -> None:
    line = f"|title={escape(text)}"
    assert unicodedata.normalize("NFC", line).replace("\r\n", "\n").rstrip() == line


@given(ANY_TEXT)
def test_no_two_signs_meet_that_mean_something_together(text: str) -> None:
    written = escape(text)
    assert not [
        pair for pair in ("~~", "__", "''", "!!", "{{", "[[") if pair in written
    ]


@pytest.mark.parametrize(
    "plain",
    [
        "Willow, sea grass & cotton (31 × 24 cm)",
        "d'Arte, 12:30, 1:50 000, Height: 12 cm",
        "سلة العاصفة",
        "面具 · नमस्ते",
    ],
)
def test_ordinary_words_are_left_as_they_are(plain: str) -> None:
    assert escape(plain) == plain


def test_isolates_stay_where_they_are_closed_and_overrides_go() -> None:
    assert clean("\u2067ok\u2069 \u2067open \u202eevil\u202c end\u2069\u2069") == (
        "\u2067ok\u2069 \u2067open evil end\u2069"
    )


def test_line_breaks_become_breaks_within_the_one_line() -> None:
    assert escape("one\r\ntwo\n\n* three") == "one<br>two<br><br>&#42; three"


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://example.org/a?b=c&d=e", "https://example.org/a?b=c&d=e"),
        ("HTTPS://example.org/", "https://example.org/"),
        ("https://example.org/a|b}}", "https://example.org/a%7Cb%7D%7D"),
        ("https://example.org/a.", "https://example.org/a%2E"),
        ("https://example.org/__TOC__", "https://example.org/%5F%5FTOC%5F%5F"),
        ("https://example.org/~~~~", "https://example.org/%7E%7E%7E%7E"),
        ("https://example.org/&lt;x", "https://example.org/&amp;lt;x"),
        ("https://example.org/قاعدة", "https://example.org/قاعدة"),
        ("http://127.0.0.1:5000/r/ab", "http://127.0.0.1:5000/r/ab"),
    ],
)
def test_an_address_is_written_so_that_all_of_it_is_linked(
    address: str, written: str
) -> None:
    assert as_link(address) == written


@pytest.mark.parametrize(
    "other",
    [
        "javascript:alert(1)",
        "//example.org",
        "ftp://example.org/",
        "https://",
        "https://user:word@example.org/",
        "https://evil example.org/",
        "https://exa[mple.org/",
        "https://example.org:port/",
        "https://example.org/\nhttps://example.com/",
        "https://example.org/" + "x" * 3_000,
        "see https://example.org/",
    ],
)
def test_what_is_no_plain_web_address_is_shown_and_not_linked(other: str) -> None:
    assert as_link(other) is None
    assert escape_link(other) == escape(other)


@given(ANY_TEXT)
def test_no_address_breaks_out_of_its_parameter(text: str) -> None:
    page = seen_in_a_template(escape_link(f"https://example.org/{text}"))
    (template,) = page.filter_templates()
    assert [str(one.name) for one in template.params] == ["a", "b"]
    assert not page.filter_wikilinks() + page.filter_comments()
    assert not [tag for tag in page.filter_tags() if str(tag) != "<br>"]
