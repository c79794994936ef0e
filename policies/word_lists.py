"""Communities' private lists of words: read as they are typed, and looked for.

Nothing here says where a word stands, nor which it is: what is found is told by the
number that the word has on its community's own list. No value of this module shows a
word when it is printed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from policies.content import Content
from policies.facts import Finding
from policies.folding import STRETCHES, THE, UNSPACED, fold

LISTED = "listed-words"
UNREADABLE = "list-unreadable"
LIST_RULES = frozenset({LISTED, UNREADABLE})

MOST_WORDS = 2_000
LONGEST = 120
_SHORTEST = 2  # in letters; one is enough where a script has no spaces


@dataclass(frozen=True, slots=True)
class ListFault:
    """What is wrong with a line, counted from 1; `what` is a code, never the word."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class WordList:
    """A community's words by their numbers; a number is never given twice."""

    community: str
    words: Mapping[int, str] = field(repr=False)


def read_lines(text: str) -> tuple[tuple[str, ...], tuple[ListFault, ...]]:
    """The words or phrases, one on each line, and what is wrong with some lines.

    Empty lines at the end are none. A line with a fault is not among the words.
    """
    words: list[str] = []
    faults: list[ListFault] = []
    seen: set[object] = set()
    for number, line in enumerate(text.rstrip().splitlines(), start=1):
        word = " ".join(line.split())
        fault = _fault_of(word, seen)
        if fault is None and len(words) == MOST_WORDS:
            fault = "too-many"
        if fault is None:
            words.append(word)
            seen.add(likeness_of(word))
        else:
            faults.append(ListFault(number, fault))
    return tuple(words), tuple(faults)


def _fault_of(word: str, seen: set[object]) -> str | None:
    if not word:
        return "empty"
    if len(word) > LONGEST:
        return "too-long"
    letters = "".join(_words_in(fold(word)))
    if not letters:
        return "no-letters"
    if len(letters) < _SHORTEST and not UNSPACED.search(letters):
        return "too-short"
    return "twice" if likeness_of(word) in seen else None


def likeness_of(word: str) -> object:
    """The same for two spellings that find the same; different for all others."""
    return _squeezed(word) if UNSPACED.search(fold(word)) else _spellings(word)


def _spellings(word: str) -> frozenset[tuple[str, ...]]:
    """As what a word is sought: as it is written, and with no apostrophe heard."""
    heard = (tuple(_words(word)), tuple(_words(_unheard(word))))
    return frozenset(one for one in heard if one)


class Lists:
    """The lists that stand, made ready to be found together in one look.

    `unreadable` names the communities whose list nobody can open.
    """

    __slots__ = ("_firsts", "_squeezed", "unreadable")

    def __init__(
        self, lists: Iterable[WordList] = (), unreadable: Iterable[str] = ()
    ) -> None:
        self.unreadable = frozenset(unreadable)
        # First word -> what follows it, and whose and which it is.
        self._firsts: dict[str, list[tuple[tuple[str, ...], str, int]]] = {}
        self._squeezed: list[tuple[str, str, int]] = []
        for one in lists:
            for number, word in one.words.items():
                self._seek(one.community, number, word)

    def __repr__(self) -> str:
        return f"<Lists, {len(self.unreadable)} of them unreadable>"

    def __bool__(self) -> bool:
        return bool(self._firsts or self._squeezed or self.unreadable)

    def _seek(self, community: str, number: int, word: str) -> None:
        if UNSPACED.search(fold(word)):
            self._squeezed.append((_squeezed(word), community, number))
            return
        for words in _spellings(word):
            found = (words[1:], community, number)
            for first in (words[0], *_with_article(words[0])):
                self._firsts.setdefault(first, []).append(found)

    def find(self, content: Content) -> frozenset[Finding]:
        """One finding for each community of whose words any stands in the content.

        Fields of every type are read, and each value by itself. The place is no place:
        which field it is, and where in it, would show the word to whoever may read the
        record and not the list.
        """
        found: dict[str, set[int]] = {}
        values = [value for one in content for value in one.values]
        if self._may_be_in(fold("\n".join(values))):
            for value in values:
                for community, number in self._in_text(fold(value)):
                    found.setdefault(community, set()).add(number)
        seen = {
            Finding(LISTED, "", 0, 0, _codes(community, numbers), community)
            for community, numbers in found.items()
        }
        return frozenset(seen | {unreadable_of(one) for one in self.unreadable})

    def _may_be_in(self, folded: str) -> bool:
        # Most records hold none of the words: this is the whole cost of those.
        firsts = self._firsts.keys()
        if any(not firsts.isdisjoint(words) for words in _heard(folded)):
            return True
        may_hold = bool(self._squeezed) and not folded.isascii()
        return may_hold and UNSPACED.search(folded) is not None

    def _in_text(self, folded: str) -> Iterator[tuple[str, int]]:
        for words in _heard(folded):
            yield from self._in_words(words)
        if self._squeezed and not folded.isascii():
            whole = "".join(_words_in(folded))
            for word, community, number in self._squeezed:
                if word in whole:
                    yield community, number

    def _in_words(self, words: list[str]) -> Iterator[tuple[str, int]]:
        for place, word in enumerate(words):
            for others, community, number in self._firsts.get(word, ()):
                if _follow(words, place + 1, others):
                    yield community, number


NO_LISTS = Lists()


def unreadable_of(community: str) -> Finding:
    """Says that the community's list could not be looked at."""
    code = f"list:{community}:unreadable"
    return Finding(UNREADABLE, "", 0, 0, code, community)


def numbers_in(evidence: str) -> tuple[int, ...]:
    """Which words of the list were found, by their numbers; empty where none was."""
    last = (code.rpartition(":")[2] for code in evidence.split())
    return tuple(int(one) for one in last if one.isdecimal())


def _codes(community: str, numbers: Iterable[int]) -> str:
    return " ".join(f"list:{community}:{number}" for number in sorted(numbers))


def _follow(words: list[str], place: int, others: tuple[str, ...]) -> bool:
    there = words[place : place + len(others)]
    return len(there) == len(others) and all(
        word in (wanted, *_with_article(wanted))
        for word, wanted in zip(there, others, strict=True)
    )


def _with_article(word: str) -> tuple[str, ...]:
    """The Arabic word with the article that may be written onto it; else nothing."""
    return (f"{THE}{word}",) if "\u0620" <= word[0] <= "\u06ff" else ()


def _heard(folded: str) -> Iterator[list[str]]:
    """The words; and those in which an apostrophe is not heard, as an okina is not."""
    yield _words_in(folded)
    if "'" in folded:
        yield _words_in(folded.replace("'", ""))


def _words(text: str) -> list[str]:
    return _words_in(fold(text))


def _unheard(text: str) -> str:
    return fold(text).replace("'", "")


def _squeezed(text: str) -> str:
    return "".join(_words(text))


def _words_in(folded: str) -> list[str]:
    """The words of a folded text; a script without spaces makes words of its own."""
    if folded.isascii():
        return _ASCII_WORD.findall(folded)
    return _word().findall(folded.replace(STRETCHES, ""))


_ASCII_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    """Letters and digits, with the signs that are written onto them, as vowels are.

    Where a script without spaces begins or ends, a word of another one does too.
    """
    signs = "".join(
        re.escape(character)
        for character in map(chr, range(0x300, 0x1_2000))
        if unicodedata.category(character).startswith("M")
    )
    letter = rf"(?:[^\W_]|[{signs}])"
    unspaced = UNSPACED.pattern
    return re.compile(f"(?:{unspaced})+|(?:(?!{unspaced}){letter})+")
