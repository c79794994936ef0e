"""What was changed on a page: what the bot says of it, and what people did to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from knowledge_base.kinds import Kind
from wikibot import i18n
from wikibot.pages.units import (
    Role,
    Units,
    hashes,
    is_unit_name,
    parts,
    role_of,
    texts,
    unit,
)

STOP_PAGE = "User:WithcareBot/Stop"
LONGEST_SUMMARY = 400  # MediaWiki takes 500 characters

_WORD = re.compile(r"\w+|[^\w\s]")


class Act(StrEnum):
    """What an edit of ours does; the words for it are a closed list.

    LESS is every change that withholds, coarsens, renames or closes: of these the
    summary says no more than "updated", or it would say what was taken away.
    """

    CREATED = "created"
    UPDATED = "updated"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class HumanEdit:
    """A unit of ours that somebody changed on the wiki.

    `shows_more` is also true where a required thing is gone, and wherever it cannot
    be told.
    """

    unit: str
    shows_more: bool


def changed_units(before: Mapping[str, str], after: Units) -> tuple[str, ...]:
    """The names of units added, changed or gone since those hashes; sorted."""
    now = {name: hash for name, hash in hashes(after).items() if is_unit_name(name)}
    then = {name: hash for name, hash in before.items() if is_unit_name(name)}
    names = now.keys() | then.keys()
    return tuple(sorted(name for name in names if now.get(name) != then.get(name)))


def field_words(changed: tuple[str, ...], kind: Kind, language: str) -> tuple[str, ...]:
    """What the wiki calls the public fields among these units, in the kind's order.

    Labels, notices, warnings and own words are no fields: they are never named.
    """
    base = language.partition("-")[0]
    return tuple(
        field.label.get(language) or field.label.get(base) or field.label["en"]
        for field in kind.fields
        if field.public and field.wiki and field.wiki in changed
    )


def summary(
    act: Act,
    public_field_labels: tuple[str, ...] = (),
    language: str = "en",
    *,
    stop_page: str = STOP_PAGE,
) -> str:
    """The edit summary, in the wiki's language; never content, a label or a reason."""
    source = i18n.message("withcare-summary-source", language)
    stop = i18n.message("withcare-summary-stop", language)
    ending = f" · {source} · [[{stop_page}|{stop}]]"
    room = LONGEST_SUMMARY - len(ending)
    return _done(act, public_field_labels, language, room) + ending


def classify(base: Mapping[str, str], wiki: Units) -> tuple[HumanEdit, ...]:
    """What people did to our units since the base (texts by name); sorted by name."""
    now = texts(wiki)
    names = sorted(base.keys() | now.keys())
    return tuple(
        HumanEdit(name, _shows_more(name, base.get(name, ""), now.get(name, "")))
        for name in names
        if base.get(name, "") != now.get(name, "")
    )


def _done(act: Act, labels: tuple[str, ...], language: str, room: int) -> str:
    if act is Act.CREATED:
        return i18n.message("withcare-summary-created", language)
    if act is Act.LESS or not labels:
        return i18n.message("withcare-summary-updated", language)
    comma = i18n.message("withcare-list-comma", language)
    more = i18n.message("withcare-summary-and-more", language)
    for count in range(len(labels), 0, -1):
        tail = () if count == len(labels) else (more,)
        listed = comma.join((*labels[:count], *tail))
        said = i18n.message("withcare-summary-updated-fields", language, listed)
        if len(said) <= room:
            return said
    return i18n.message("withcare-summary-updated", language)


def _shows_more(name: str, base: str, now: str) -> bool:
    """Whether a reader may learn more than before; less is only what surely is less."""
    match role_of(name):
        case Role.FRAME:
            return True
        case Role.REQUIRED:
            return not _is_within(_parts(name, base), _parts(name, now))
        case Role.CONTENT if "{{" in base or "{{" in now:
            # Own words: a signature or a language cut away is not less.
            return not _is_within(_parts(name, now), _parts(name, base))
        case Role.CONTENT:
            return not is_within(now, base)


def is_within(few: str, many: str) -> bool:
    """Whether a reader of `many` learns nothing new from `few`."""
    return _is_within(_WORD.findall(few), _WORD.findall(many))


def _parts(name: str, text: str) -> list[str]:
    return list(parts(unit(name, text))) if text else []


def _is_within(few: list[str], many: list[str]) -> bool:
    """Whether `few` is `many` with some left out, in the same order."""
    rest = iter(many)
    return all(word in rest for word in few)
