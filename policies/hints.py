"""The thin screening: what in a record makes it likely that somebody is concerned.

It raises questions and does nothing else; that it finds nothing never means "safe".
It knows cataloguers' words only, no word of an Indigenous language and no name; such
words stand in the private lists of their communities (`word_lists`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from policies.content import Content, Field, FieldType
from policies.facts import Finding
from policies.folding import find_words, fold, pattern_of
from policies.plain_yaml import read
from policies.shapes import Reader
from policies.word_lists import LIST_RULES

LEXICON = Path(__file__).parent / "lexicons" / "seed.yaml"

FILLED: Mapping[str, str] = {
    "culture": "hint-culture-given",
    "cultures": "hint-culture-given",
    "dynasty": "hint-culture-given",
    "period": "hint-culture-given",
    "people": "hint-people-named",
    "sitter": "hint-people-named",
    "narrator": "hint-people-named",
    "donor": "hint-people-named",
    "restriction": "hint-restriction-at-source",
    "restrictions": "hint-restriction-at-source",
}
"""Fields that are a hint as soon as they hold something."""

EMPTY: Mapping[str, str] = {"maker": "hint-no-maker"}
"""Fields that are a hint as long as they hold nothing."""

_READ = frozenset({FieldType.TEXT, FieldType.NAME})
# A country is too wide a place to say whose it is.
_WIDE_PLACES = frozenset({"country"})
_EDGES = re.compile(r"[\W_]+")


class WordClass(StrEnum):
    """What a cataloguer's word suggests; each has a rule of its own."""

    REMAINS = "remains"
    BURIAL = "burial"
    SACRED = "sacred"
    CEREMONY = "ceremony"
    RESTRICTED = "restricted"
    PEOPLE = "people"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a lexicon: a word in its forms, what it suggests, and why."""

    id: str
    words: tuple[str, ...]
    suggests: WordClass
    reason: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The rows, and their forms made ready to be found."""

    entries: tuple[Entry, ...]
    by_form: Mapping[str, Entry]
    first_words: frozenset[str]
    pattern: re.Pattern[str]


def find_hints(content: Content) -> frozenset[Finding]:
    """Every hint in the fields; places count characters of the values on one line each.

    A finding about a whole field has the place (0, 0).
    """
    found: set[Finding] = set()
    texts: list[str] = []
    for field in content:
        if not field.values:
            if field.name in EMPTY:
                found.add(_whole(EMPTY[field.name], field.name, "empty"))
            continue
        if field.name in FILLED:
            found.add(_whole(FILLED[field.name], field.name, "filled"))
        if field.type is FieldType.PLACE and field.name not in _WIDE_PLACES:
            found.add(_whole("hint-place-given", field.name, "filled"))
        if field.type in _READ:
            texts.extend(field.values)
    if _may_hold_a_word(fold("\n".join(texts))):
        found.update(_word_hints(content))
    return frozenset(found)


def _may_hold_a_word(folded: str) -> bool:
    # Most records hold none of the words: this is the whole cost of those.
    return not lexicon().first_words.isdisjoint(_EDGES.split(folded))


def _word_hints(content: Content) -> list[Finding]:
    return [
        hint
        for field in content
        if field.type in _READ and _may_hold_a_word(fold(" ".join(field.values)))
        for hint in _in_field(field)
    ]


def _in_field(field: Field) -> list[Finding]:
    known = lexicon()
    found = []
    for start, end, words in find_words("\n".join(field.values), known.pattern):
        entry = known.by_form[_plain(words)]
        rule = f"hint-words-{entry.suggests}"
        found.append(Finding(rule, field.name, start, end, f"seed:{entry.id}"))
    return found


@lru_cache(maxsize=256)
def _whole(rule: str, field: str, evidence: str) -> Finding:
    return Finding(rule, field, 0, 0, evidence)


def _plain(words: str) -> str:
    return _EDGES.sub(" ", fold(words)).strip()


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped seed, read once."""
    return read_lexicon(LEXICON)


def read_lexicon(path: Path) -> Lexicon:
    """The lexicon in that file; raises `PolicyFileError` with every fault."""
    reader = Reader()
    entries: list[Entry] = []
    by_form: dict[str, Entry] = {}
    for node in reader.items(read(path)):
        entry = reader.into(node, Entry)
        if entry is None:
            continue
        entries.append(entry)
        for word in entry.words:
            if _plain(word) in by_form:
                wrong = f"the word {word!r} stands here twice"
                reader.fault(node, wrong, "keep one of them")
            by_form[_plain(word)] = entry
    reader.finish()
    firsts = frozenset(form.split(" ")[0] for form in by_form)
    return Lexicon(tuple(entries), by_form, firsts, pattern_of(tuple(by_form)))


def hint_rules() -> frozenset[str]:
    """The ids of all rules that a finding of this module may name."""
    words = {f"hint-words-{suggests}" for suggests in WordClass}
    hints = {*FILLED.values(), *EMPTY.values(), "hint-place-given", *words}
    return frozenset(hints | LIST_RULES)
