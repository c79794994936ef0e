"""Addresses on the web, checked and written so that a wiki links all of them."""

import re
import unicodedata
from urllib.parse import urlsplit

from wikibot.pages.escape import clean, escape

_LONGEST = 2_000
_HOST = re.compile(r"[^\s/?#@\\\[\]<>\"'`{}|^%&=~_]+|\[[0-9A-Fa-f:.]+\]")
# MediaWiki ends an address at these, or leaves them outside when they come last.
_ENDING = re.compile(r"[.,;:!?)(]+$")
_RISKY = re.compile(
    r"[\[\]{}|<>\"'`\\^\s]|(?<=~)~|~(?=~)|(?<=_)_|_(?=_|$)|(?<=\uff3f)\uff3f|\uff3f(?=\uff3f)"
)
_REFERENCE = re.compile(r"&(?=#?\w+;)")


def escape_link(text: str) -> str:
    """The address so that the wiki links it; where it is none, the text, escaped."""
    link = as_link(text)
    return escape(text) if link is None else link


def as_link(text: str) -> str | None:
    """The address as wikitext, or None where it is not plain http or https."""
    address = clean(text)
    if len(address) > _LONGEST or "\n" in address or not _is_plain(address):
        return None
    scheme, rest = address.split("://", 1)
    kept = _RISKY.sub(lambda found: _percent(found[0]), rest)
    kept = _ENDING.sub(lambda found: _percent(found[0]), kept)
    kept = "".join(_percent(char) if _is_unseen(char) else char for char in kept)
    return f"{scheme.lower()}://{_REFERENCE.sub('&amp;', kept)}"


def _is_plain(address: str) -> bool:
    if not re.match(r"https?://", address, re.IGNORECASE):
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or port == 0:
        return False
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    return _HOST.fullmatch(host) is not None


def _is_unseen(char: str) -> bool:
    """Marks, spaces and what has no shape of its own, outside ASCII."""
    return char > "\x7f" and unicodedata.category(char)[0] in "MZC"


def _percent(signs: str) -> str:
    # urllib's `quote` leaves `_` and `~` as they are, whatever it is told.
    return "".join(f"%{byte:02X}" for byte in signs.encode())
