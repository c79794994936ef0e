"""People's words as wikitext that says exactly them: nothing in them can act.

Character references are used, not <nowiki>: the visual editor gives them back as they
were. What is written here is what MediaWiki stores: its transformation before saving
finds nothing to change.
"""

import re
import unicodedata

from wikibot.pages.units import LINE

_LINES = re.compile(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_REFERENCE = re.compile(r"&(?=[#\w]|$)")
_RISKY = re.compile(
    # Braces, bars and brackets; `=` would name a parameter or make a heading.
    r"[{}\[\]|=<>]"
    # Signatures, behaviour switches (in some wikis' own letters, too), bold and
    # italics, cells of a table: harmless alone, markup when two of them meet.
    r"|(?<=~)~|~(?=~|$)|(?<=_)_|_(?=_|$)|(?<=\uff3f)\uff3f|\uff3f(?=\uff3f|$)"
    r"|(?<=')'|'(?='|$)|(?<=!)!|!(?=!)"
    # `news:`, `tel:` and whatever else this wiki takes for the start of an address;
    # the colon of a time or a ratio stays.
    r"|(?<=[^\W\d]):(?=\S|$)|:(?=//)"
    # MediaWiki links "RFC 1", "PMID 1" and "ISBN …" by itself.
    r"|(?<=\b(?i:rfc))\s|(?<=\b(?i:pmid))\s|(?<=\b(?i:isbn))\s"
    # What means something at the beginning of a line.
    r"|^[*#:;\-+!'_~\uff3f]"
)
_DROPPED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
    r"\u202a-\u202e\ufdd0-\ufdef\ufeff\ufff9-\ufffb]"
)
_OPEN_ISOLATES = "\u2066\u2067\u2068"
_CLOSE_ISOLATE = "\u2069"


def escape(text: str) -> str:
    """The text as wikitext on one line; its own line breaks become `<br>`."""
    return LINE.join(_line(line) for line in clean(text).split("\n"))


def clean(text: str) -> str:
    """The text in NFC without what no reader sees and a machine may trip over.

    Control characters (MediaWiki keeps its places with U+007F), lone surrogates,
    non-characters and overriding directions go; isolates stay where they are closed.
    """
    lines = _LINES.split(text.replace("\t", " "))
    kept = "\n".join(_balanced(_without_unseen(line)).strip() for line in lines)
    return unicodedata.normalize("NFC", kept.strip())


def reference(char: str) -> str:
    """The character as a numbered character reference."""
    return f"&#{ord(char)};"


def _line(line: str) -> str:
    text = _RISKY.sub(lambda found: reference(found[0]), _REFERENCE.sub("&amp;", line))
    # A mark that combines would take the sign before it with it: `=` and U+0338 are
    # stored as one letter, and the parameter is gone.
    if text and unicodedata.category(text[0]).startswith("M"):
        return reference(text[0]) + text[1:]
    return text


def _without_unseen(line: str) -> str:
    kept = _DROPPED.sub("", line)
    return "".join(char for char in kept if ord(char) & 0xFFFE != 0xFFFE)


def _balanced(line: str) -> str:
    """The line without isolates that never end, and ends of none."""
    opened: list[int] = []
    dropped: set[int] = set()
    for place, char in enumerate(line):
        if char in _OPEN_ISOLATES:
            opened.append(place)
        elif char == _CLOSE_ISOLATE and opened:
            opened.pop()
        elif char == _CLOSE_ISOLATE:
            dropped.add(place)
    dropped.update(opened)
    return "".join(char for place, char in enumerate(line) if place not in dropped)
