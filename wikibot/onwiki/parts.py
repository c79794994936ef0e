"""The small templates that a page of ours is put together from."""

from collections.abc import Mapping

from policies.labels import LabelType, NoticeType, registry
from policies.licences import name_of
from wikibot.onwiki.page import OnwikiPage
from wikibot.onwiki.words import HELP_FOR_READER, SAY, say, say_message

WORDS = (
    '<includeonly><blockquote class="withcare-words" dir="auto">'
    '<div class="withcare-words-text"'
    '{{#if:{{{language|}}}|&#32;lang="{{{language}}}"}}>{{{text|}}}</div>'
    '<div class="withcare-words-signed">— {{#if:{{{signed|}}}'
    "|<bdi>{{{signed}}}</bdi>|UNSIGNED}}</div></blockquote></includeonly>"
    "<noinclude>A community's own words, with its signature. They are one unit: "
    "words and signature are never shown apart.</noinclude>"
)

# A label is shown as one only with the name of who applied it; all else is plain text.
LABEL_BOX = (
    '<includeonly><div class="withcare-label withcare-{{{box|label}}}">'
    '<div class="withcare-label-name">{{#if:{{{own|}}}|<bdi>{{{own}}}</bdi> ·&#32;}}'
    "[{{{page}}} {{{name}}}]</div>"
    '<div class="withcare-label-says">{{{says}}}</div>'
    '<div class="withcare-label-by">{{{by}}}</div></div></includeonly>'
    "<noinclude>How a label or a notice looks.</noinclude>"
)

PLAIN = '<div class="withcare-unconfirmed"><bdi>{{{1|}}}</bdi> · UNCONFIRMED</div>'


LICENCES = (
    "cc0-1.0",
    "pdm-1.0",
    *(
        f"cc-by{terms}-{version}"
        for terms in ("", "-nc", "-nc-sa", "-nc-nd", "-sa", "-nd")
        for version in ("4.0", "3.0", "2.5", "2.0", "1.0")
    ),
)


def part_pages() -> tuple[OnwikiPage, ...]:
    """The templates that the kinds' templates use, and the one of a page that rests."""
    unsigned = WORDS.replace("UNSIGNED", say_message("page-unsigned"))
    return (
        OnwikiPage("Template:Withcare say", SAY),
        OnwikiPage("Template:Withcare words", unsigned),
        OnwikiPage("Template:Withcare label", label_template(registry().labels)),
        OnwikiPage("Template:Withcare notice", notice_template(registry().notices)),
        OnwikiPage("Template:Withcare label box", LABEL_BOX),
        OnwikiPage("Template:Withcare licence", licence_template()),
        OnwikiPage("Template:Withcare stub", stub_template()),
    )


def label_template(labels: Mapping[str, LabelType]) -> str:
    """Known labels by their key, with our paraphrase; anything else as plain text."""
    cases = "".join(
        f"\n|{key}={_box(label.name, label.page, label.paraphrase, _applied_by())}"
        for key, label in sorted(labels.items())
    )
    known = f"{{{{#switch:{{{{{{1|}}}}}}{cases}\n|#default={_plain()}}}}}"
    return _with_note(
        f"{{{{#if:{{{{{{by|}}}}}}|{known}|{_plain()}}}}}",
        "A label of Local Contexts that a community applied. Only communities apply "
        "labels: please do not write this template by hand.",
    )


def notice_template(notices: Mapping[str, NoticeType]) -> str:
    """Known notices by their type; anything else as plain text."""
    by = say_message("page-notice-by")
    cases = "".join(
        f"\n|{key}={_box(notice.name, notice.page, notice.paraphrase, by, 'notice')}"
        for key, notice in sorted(notices.items())
    )
    return _with_note(
        f"{{{{#switch:{{{{{{1|}}}}}}{cases}\n|#default={_plain()}}}}}",
        "A notice that the institution placed. Only institutions place notices.",
    )


def licence_template() -> str:
    """A licence by its name, for readers; the page's source keeps the code."""
    cases = "".join(f"\n|{code}={name_of(code)}" for code in LICENCES)
    return _with_note(
        f"{{{{#switch:{{{{lc:{{{{{{1|}}}}}}}}}}{cases}\n|#default={{{{{{1|}}}}}}}}}}",
        "The name of a licence; what it does not know it shows as it stands.",
    )


def stub_template() -> str:
    """The cover of a page that rests: the same for all, whatever the reason."""
    return _with_note(
        '<div class="withcare withcare-stub" role="note">'
        f'<div class="withcare-name">{say_message("stub-title")}</div>'
        f"<div>{say_message('stub-text')}</div>"
        f'<div class="withcare-foot">[[{HELP_FOR_READER}|{say_message("page-help")}]]'
        "</div></div>",
        "Stands on a page that rests.",
    )


def _box(
    name: str, page: str, paraphrase: Mapping[str, str], by: str, box: str = "label"
) -> str:
    link = page or "https://localcontexts.org/"
    return (
        f"{{{{Withcare label box|box={box}|name={name}|page={link}"
        "|own={{{name|}}}"
        f"|says={say(paraphrase)}|by={by}}}}}"
    )


def _applied_by() -> str:
    return f"{say_message('page-applied-by')} <bdi>{{{{{{by}}}}}}</bdi>"


def _plain() -> str:
    return PLAIN.replace("UNCONFIRMED", say_message("page-unconfirmed"))


def _with_note(shown: str, note: str) -> str:
    return f"<includeonly>{shown}</includeonly><noinclude>{note}</noinclude>"
