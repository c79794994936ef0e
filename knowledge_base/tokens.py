"""Cuts text into signs that every database keeps and finds alike.

What counts as a word, and when two spellings are one, is said here and nowhere else:
a database only looks the signs up. Each word becomes a token of ASCII letters and
digits, so that no server's own splitting, shortest length, stop words or collation
applies. Words of scripts written without spaces become overlapping pairs.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from policies.folding import STRETCHES, THE, UNSPACED, fold

# No server's shortest word is longer, and no stop word begins with it.
_BEGINS = "zz"
LONGEST = 80  # MariaDB keeps 84 letters of a token, PostgreSQL and SQLite more
SHORTEST = 2  # of what is searched for, in letters; one where a script has no spaces
_LENGTHS = (1, 2, 3, 4, 6, 9)  # of the beginnings that a column of marks keeps
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def tokens_of(texts: Iterable[str]) -> str:
    """The tokens of these texts, each once and in order, with a space between."""
    return " ".join(sorted(frozenset().union(*map(_of_one, texts))))


@lru_cache(maxsize=4096)  # a material, a place and a maker stand in many records
def _of_one(text: str) -> frozenset[str]:
    return frozenset(token for word in _words(text) for token in _kept(word))


def looked_for(text: str) -> tuple[str, ...]:
    """The beginnings of tokens that a record must have, all of them, to be found.

    Empty where the text holds no word that could be looked for.
    """
    found: dict[str, None] = {}
    for word in _words(text):
        found |= dict.fromkeys(_asked(word))
    return tuple(found)


def beginnings_of(texts: Iterable[str]) -> frozenset[str]:
    """The beginnings of all words of these texts, of a few lengths alone.

    For a column of marks, in which nothing can be looked up but a whole one. The
    lengths say less of a word than all of its beginnings would.
    """
    return frozenset().union(*map(_beginnings, texts))


@lru_cache(maxsize=4096)
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(
        part[:length]
        for word in _words(text)
        for part in _kept_parts(word)
        for length in _LENGTHS
        if length <= len(part) and (length >= SHORTEST or UNSPACED.match(part))
    )


def asked_beginnings(text: str) -> tuple[str, ...]:
    """Of each word looked for the longest beginning that is kept; the longest first.

    Whatever has them all may be what is looked for: `has_words` says whether it is.
    """
    parts = (part for word in _words(text) for part in _asked_parts(word))
    found = dict.fromkeys(_longest(part) for part in parts)
    return tuple(sorted(found, key=len, reverse=True))


def _longest(part: str) -> str:
    return part[: max(length for length in _LENGTHS if length <= len(part))]


def has_words(texts: Iterable[str], text: str) -> bool:
    """Whether these texts have all the words of the text, or words that begin so."""
    beginnings = looked_for(text)
    tokens = tokens_of(texts).split(" ")
    return bool(beginnings) and all(
        any(token.startswith(one) for token in tokens) for one in beginnings
    )


def _words(text: str) -> Iterator[str]:
    """The folded words; an apostrophe, also an okina, is not heard between letters."""
    folded = fold(unicodedata.normalize("NFC", text))
    folded = folded.replace("'", "").replace(STRETCHES, "")
    if folded.isascii():
        yield from _OF_ASCII.findall(folded)  # the same, quicker
        return
    word: list[str] = []
    for character in folded:
        if _is_part_of_a_word(character):
            word.append(character)
        elif word:
            yield "".join(word)
            word.clear()
    if word:
        yield "".join(word)


_OF_ASCII = re.compile("[A-Za-z0-9]+")


@lru_cache(maxsize=8192)
def _is_part_of_a_word(character: str) -> bool:
    """A letter, a digit, or a sign written onto one, as vowels in Devanagari."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _runs(word: str) -> Iterator[tuple[str, bool]]:
    """The parts of a word, and whether each is of a script without spaces."""
    place = 0
    for found in _UNSPACED_RUN.finditer(word):
        if found.start() > place:
            yield word[place : found.start()], False
        yield found.group(), True
        place = found.end()
    if place < len(word):
        yield word[place:], False


_UNSPACED_RUN = re.compile(f"(?:{UNSPACED.pattern})+")


@lru_cache(maxsize=16384)  # a few thousand words make up most of what is said
def _kept(word: str) -> tuple[str, ...]:
    return tuple(map(_token, _kept_parts(word)))


def _kept_parts(word: str) -> Iterator[str]:
    for part, is_unspaced in _runs(word):
        if is_unspaced:
            # The last one stands alone as well: a single sign is found wherever it is.
            yield from _pairs(part)
            yield part[-1]
        else:
            yield part
            yield _without_the(part)


def _asked(word: str) -> Iterator[str]:
    return map(_token, _asked_parts(word))


def _asked_parts(word: str) -> Iterator[str]:
    for part, is_unspaced in _runs(word):
        if is_unspaced:
            yield from _pairs(part) if len(part) > 1 else part
        elif len(part) >= SHORTEST:
            yield _without_the(part)


def _without_the(word: str) -> str:
    """An Arabic word without its article: with it or without, it is found."""
    is_long = len(word) > len(THE) + SHORTEST
    return word.removeprefix(THE) if is_long else word


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _token(word: str) -> str:
    """One token; what is longer than a server keeps is found by its beginning."""
    return (_BEGINS + "".join(map(_spelled, word)))[:LONGEST]


@lru_cache(maxsize=8192)
def _spelled(character: str) -> str:
    """Latin letters and digits as they are; all else as x and four digits of 36.

    The beginning of a word is spelled as the beginning of its token, whatever follows.
    """
    if character.isascii() and character != "x":
        return character
    number, digits = ord(character), ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return f"x{digits}"
