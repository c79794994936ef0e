"""The title of a page, from its public view alone, legal on every wiki.

A title is for ever: it stands in addresses, logs and other people's bookmarks. So
nothing comes into it that the public view does not show, and a record that shows no
title gets a number that means nothing.
"""

import re
import unicodedata

from knowledge_base.kinds import Kind
from policies.view import PublicView
from policies.visibility import Visibility
from wikibot import i18n
from wikibot.pages.escape import clean
from wikibot.pages.text import NoTemplate

LONGEST = 240
"""In bytes; MediaWiki takes 255, and a number may have to follow."""

_NUMBER = 12
_SIGNS = str.maketrans(
    {"[": "(", "]": ")", "{": "(", "}": ")", "<": "‹", ">": "›", "|": "–"}
    | {"#": "№", "_": " ", "%": "％", "�": "", "\n": " "}
)
# MediaWiki drops these from a title without a word.
_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\u00ad]")
_SPACES = re.compile(r"[\s\u180e]+")
_REFERENCE = re.compile(r"&(?=[^\s&;]+;)")
_TILDES = re.compile(r"~{3,}")
_DOTS = re.compile(r"(?:^|(?<=/))\.{1,2}(?=/|$)")
_WORD = re.compile(r"\w")
_PATTERN_FIELD = re.compile(r"\{(\w+)\}")


def title_for(
    view: PublicView, kind: Kind, *, record: str, language: str = "en"
) -> str:
    """The title after the kind's pattern; the opaque one where no title is shown.

    Where the pattern asks for more than the view shows, the record's number stands
    in: "Basket (8f3a…)", never "Basket ()".
    """
    if kind.wiki is None:
        raise NoTemplate(kind.kind)
    asked = _PATTERN_FIELD.findall(kind.wiki.page)
    shown = {name: legal(_first(view, name)) for name in asked}
    leading = shown[asked[0]] if asked else ""
    if view.visibility <= Visibility.STUB or not _WORD.search(leading):
        return opaque(record, language=language)
    if not all(shown.values()):
        return with_number(leading, record)
    rest = kind.wiki.page.replace("{" + asked[0] + "}", "", 1)
    return _joined(leading, _PATTERN_FIELD.sub(lambda one: shown[one[1]], rest))


def fields_of_title(kind: Kind) -> tuple[str, ...]:
    """The fields of which the kind's titles are made."""
    return () if kind.wiki is None else tuple(_PATTERN_FIELD.findall(kind.wiki.page))


def opaque(record: str, *, language: str = "en") -> str:
    """A title that says nothing but that there is a record."""
    said = i18n.message("withcare-title-record", language, record[:_NUMBER])
    return said[:1].upper() + said[1:]


def with_number(title: str, record: str) -> str:
    """The title with the record's number, for where two records share a title."""
    return _joined(title, f" ({record[:_NUMBER]})")


def _first(view: PublicView, name: str) -> str:
    field = view.field(name)
    return field.values[0] if field is not None and field.values else ""


def _joined(title: str, rest: str) -> str:
    """Title and what follows it, the title shortened where both are too long."""
    rest = _cut(rest, LONGEST // 2)
    kept = _cut(_begun(title), LONGEST - len(rest.encode()))
    return unicodedata.normalize("NFC", kept + rest)


def legal(text: str) -> str:
    """The text without what MediaWiki refuses, drops or reads as something else."""
    words = _UNSEEN.sub("", clean(text)).translate(_SIGNS)
    words = _TILDES.sub("~~", _REFERENCE.sub("＆", words))
    words = _DOTS.sub("…", words)
    words = _without_prefix(_SPACES.sub(" ", words).strip(" :/"))
    return unicodedata.normalize("NFC", words)


def _without_prefix(text: str) -> str:
    """The first colon replaced: before it may stand a namespace or another wiki.

    Any word can be one somewhere, so no list of prefixes would do.
    """
    before, colon, after = text.partition(":")
    if not colon:
        return text
    if after.startswith(" "):
        return f"{before.rstrip()} –{after}"
    return f"{before}∶{after}"


def _cut(text: str, length: int) -> str:
    """The text in at most that many bytes, never between a letter and its marks."""
    if len(text.encode()) <= length:
        return text
    kept = text.encode()[: length - len("…".encode())].decode(errors="ignore")
    while kept and _clings(text[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip("\u200d ") + "…"


def _clings(char: str) -> bool:
    return char == "\u200d" or unicodedata.category(char).startswith("M")


def _begun(text: str) -> str:
    """The text with the first letter that MediaWiki gives it: "ß" begins as "SS"."""
    return text[:1].upper() + text[1:]
