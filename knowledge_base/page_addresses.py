"""Which page a person may have meant, from a title or an address as she wrote it.

She copies what her browser shows; what cannot be read as an address is a title.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_IS_ADDRESS = re.compile(r"^/|://|/index\.php|/wiki/|[?&](title|curid)=|/r/", re.I)
_RECORD = re.compile(r"[0-9a-f]{32}")
_TALK = frozenset({"talk", "نقاش", "讨论", "討論"})  # the wikis' own words for it
_AFTER = ("/index.php/", "/wiki/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What to look for: page titles, the likelier first, and ids where one stood."""

    titles: tuple[str, ...] = ()
    page_id: int | None = None
    record: str | None = None


def read_address(written: str) -> Meant:
    """Every way in which the words may name a page; nothing is looked up."""
    plain = written.strip()
    if not _IS_ADDRESS.search(plain):
        return Meant(titles=_titles(_readings(plain)), record=_record_in(plain))
    parts = _split(plain)
    asked = parse_qs(parts.query)
    titles = [*asked.get("title", ()), *_titles_in_path(unquote(parts.path))]
    return Meant(
        titles=_titles([*titles, *_readings(plain)]),
        page_id=_number(asked.get("curid", [""])[0]),
        record=_record_in(unquote(parts.path).rpartition("/r/")[2]),
    )


def _split(address: str) -> SplitResult:
    """The parts of the address; what urllib cannot cut is all path."""
    try:
        return urlsplit(address if "://" in address else f"//{address.lstrip('/')}")
    except ValueError:
        return SplitResult("", "", address.partition("?")[0], "", "")


def _titles_in_path(path: str) -> list[str]:
    for mark in _AFTER:
        if mark in path:
            return [path.partition(mark)[2]]
    whole = path.strip("/")
    return [whole, whole.partition("/")[2]]


def _readings(title: str) -> list[str]:
    """A title may hold a question mark; the end of an address begins with one."""
    # Neither "#" nor "%" with two digits can stand in a title of MediaWiki.
    title = unquote(title.partition("#")[0])
    return [title, title.partition("?")[0]]


def _titles(found: list[str]) -> tuple[str, ...]:
    """Each title once, and the page of each that is a talk page."""
    bare = [one.replace("_", " ").strip().lstrip(":").strip() for one in found]
    talked = [_page_of_talk(one) for one in bare]
    return tuple(dict.fromkeys(one for one in (*bare, *talked) if one))


def _page_of_talk(title: str) -> str:
    """The page that a talk page is about; "" for every other page."""
    space, colon, name = title.partition(":")
    words = space.casefold().split()
    if not colon or not words:
        return ""
    if words[-1] in _TALK:
        about, rest = words[:-1], space.split()[:-1]
    elif words[0] in _TALK:  # Arabic puts the word first
        about, rest = words[1:], space.split()[1:]
    else:
        return ""
    return f"{' '.join(rest)}:{name.strip()}" if about else name.strip()


def _number(written: str) -> int | None:
    is_id = written.isascii() and written.isdecimal() and len(written) < 10
    return int(written) if is_id else None


def _record_in(written: str) -> str | None:
    found = _RECORD.match(written)
    return None if found is None else found.group()
