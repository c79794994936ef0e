"""From the public view of a record to the units of its page, and from nothing else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge_base.kinds import Kind
from policies.content import FieldType
from policies.labels import registry
from policies.view import PublicView, ShownField, ShownLabel
from wikibot import i18n
from wikibot.pages import units as names
from wikibot.pages.escape import escape
from wikibot.pages.links import as_link, escape_link
from wikibot.pages.units import LINE, Unit, Units, unit

LONGEST = 20_000
"""How long one parameter may be; more than this on a page is a mistake or an attack."""

OWN = "_own"
"""The end of the name of a parameter that holds a community's own words."""

_CODE = re.compile(r"[a-z][a-z0-9]*(?:[-_/:][a-z0-9]+)*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where readers are sent; `review_app` is its public root, "" where there is none.

    No label, reason or person is ever part of an address.
    """

    review_app: str = ""

    def of(self, record: str) -> str:
        """Where anyone may read of the record and ask for it to be looked at."""
        return f"{self.review_app.rstrip('/')}/r/{record}" if self.review_app else ""


@dataclass(frozen=True, slots=True)
class TooLong:
    """The page cannot be written: that unit is longer than a page should hold."""

    unit: str
    length: int


def render(
    view: PublicView, kind: Kind, *, language: str = "en", addresses: Addresses
) -> Units | TooLong:
    """The units of the page in the order of its source; the same for the same view.

    `language` is the wiki's. A stub or a view of nothing gives the record's id alone.
    """
    found = tuple(one for one in _units(view, kind, language, addresses) if one.text)
    for one in found:
        if len(one.text) > LONGEST:
            return TooLong(one.name, len(one.text))
    return found


def unit_names(kind: Kind) -> tuple[str, ...]:
    """Every name a unit of that kind may have, in the order of the source."""
    content = [field.wiki for field in kind.fields if field.wiki and field.public]
    both = [name for one in content for name in (one, one + OWN)]
    below = (names.LABELS, names.NOTICES, names.ATTRIBUTION, names.CAVEAT, names.ASK)
    return (names.RECORD, names.WARNING, *both, *below)


def _units(
    view: PublicView, kind: Kind, language: str, addresses: Addresses
) -> Iterator[Unit]:
    yield unit(names.RECORD, escape(view.record))
    yield unit(names.WARNING, _worded(view.warnings, "warning", language))
    yield from _content(view, kind)
    yield unit(names.LABELS, " ".join(_label(one) for one in _sorted(view.labels)))
    calls = (f"{{{{Withcare notice|{escape(one)}}}}}" for one in sorted(view.notices))
    yield unit(names.NOTICES, " ".join(calls))
    yield unit(names.ATTRIBUTION, _lines(view.attribution))
    yield unit(names.CAVEAT, _worded(view.caveats, "caveat", language))
    if view.fields:
        yield unit(names.ASK, as_link(addresses.of(view.record)) or "")


def _content(view: PublicView, kind: Kind) -> Iterator[Unit]:
    """Every field, ours first, then the communities' words for the same."""
    for field in kind.fields:
        if not field.wiki or not field.public:
            continue
        shown = [one for one in view.fields if one.name == field.name]
        ours = (one for one in shown if one.signed is None)
        theirs = (one for one in shown if one.signed is not None)
        yield unit(field.wiki, LINE.join(filter(None, map(_values, ours))))
        yield unit(field.wiki + OWN, " ".join(map(_own_words, theirs)))


def _values(field: ShownField) -> str:
    write = escape_link if field.type is FieldType.LINK else escape
    return LINE.join(filter(None, (write(value) for value in field.values)))


def _own_words(field: ShownField) -> str:
    """One call for words and signature, so that no merge and no cut parts the two."""
    tag = field.language or ""
    language = f"|language={tag}" if _LANGUAGE.fullmatch(tag) else ""
    signed = escape(field.signed or "")
    return f"{{{{Withcare words|signed={signed}{language}|text={_values(field)}}}}}"


def _label(label: ShownLabel) -> str:
    """A label by its key; a name only where the community gave it one of its own."""
    family, _, label_type = label.key.partition("/")
    known = registry().find_label(family, label_type)
    is_renamed = known is None or label.name not in ("", known.name)
    name = f"|name={escape(label.name)}" if is_renamed else ""
    by = escape(label.community_signed)
    return f"{{{{Withcare label|{escape(label.key)}{name}|by={by}}}}}"


def _sorted(labels: Iterable[ShownLabel]) -> list[ShownLabel]:
    return sorted(labels, key=lambda one: (one.key, one.community_signed, one.name))


def _worded(lines: Iterable[str], about: str, language: str) -> str:
    """Each line; a code becomes our sentence for it, or the plainest one we have."""
    return _lines(_sentence(line, about, language) for line in lines)


def _sentence(line: str, about: str, language: str) -> str:
    if not _CODE.fullmatch(line):
        return line
    said = i18n.messages(language)
    known = said.get(f"withcare-{about}-{re.sub('[/:_]', '-', line)}")
    return known or said[f"withcare-{about}"]


def _lines(lines: Iterable[str]) -> str:
    return LINE.join(filter(None, (escape(line) for line in lines)))
