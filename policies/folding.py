"""Folds text so that spellings of one word meet, and leads back to the original.

Case, accents, apostrophes, hyphens and invisible characters fold away. Marks that
carry vowels stay: without them other words would be meant.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_LETTERS = str.maketrans("øłđħı", "oldhi")
_APOSTROPHES = frozenset("'’‘ʼʻ`´ʹ′＇")
_HYPHENS = frozenset("-‐‑‒–—−")
# Scripts written without spaces: there a word has no edge that could be looked for.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)

STRETCHES = "\u0640"  # the tatweel only makes an Arabic word longer
THE = "\u0627\u0644"  # the Arabic article is written as part of its word


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    if character in _HYPHENS:
        return "-"
    if unicodedata.category(character) == "Cf":
        return ""
    apart = unicodedata.normalize("NFKD", character).casefold().translate(_LETTERS)
    return "".join(c for c in apart if not unicodedata.combining(c))


def fold(text: str) -> str:
    """The folded text alone."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(map(_folded, text))


def fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the place in the original."""
    if text.isascii():
        return fold(text), range(len(text))
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = _folded(character)
        parts.append(folded)
        places.extend([place] * len(folded))
    return "".join(parts), places


def find_words(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, folded words) of each place in the original text, in order."""
    folded, places = fold_with_places(text)
    for found in pattern.finditer(folded):
        start, last = places[found.start()], places[found.end() - 1]
        yield start, _with_marks(text, last + 1), found.group()


def pattern_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of these, longest first, as whole words where words have edges."""
    parts = [_edged(fold(word)) for word in sorted(set(words), key=len, reverse=True)]
    return re.compile("|".join(parts) or r"(?!)")


def _edged(word: str) -> str:
    # Between the words of a name a source may write any space, comma or hyphen.
    escaped = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", word)))
    if not escaped:
        return r"(?!)"
    if UNSPACED.search(word):
        return escaped
    return rf"(?<![^\W_]){escaped}(?![^\W_])"


def _with_marks(text: str, end: int) -> int:
    while end < len(text) and not _folded(text[end]):
        end += 1
    return end
