"""Covers words wherever they stand in shown text: names in mourning, wrong names.

What is covered is found on folded text, so that another spelling, case or order of the
same name is covered as well. In doubt it covers too much rather than too little.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from policies.folding import find_words, pattern_of

COVERED = "…"
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Cover:
    """Words to find, and what stands instead of them."""

    pattern: re.Pattern[str]
    instead: str

    def over(self, text: str) -> str:
        """The text with every place covered; neighbours are covered once."""
        parts: list[str] = []
        end = 0
        for start, until, _ in find_words(text, self.pattern):
            gap = text[end:start]
            if not parts or gap.strip(" ,;"):
                parts += [gap, self.instead]
            end = until
        return "".join([*parts, text[end:]])

    def is_in(self, text: str) -> bool:
        """Whether there is anything to cover."""
        return any(True for _ in find_words(text, self.pattern))


def cover_words(words: Iterable[str], instead: str = COVERED) -> tuple[Cover, ...]:
    """Covers each of these as it was written, as whole words; no cover for no words."""
    written = tuple(word for word in words if word.strip())
    return (Cover(pattern_of(written), instead),) if written else ()


def cover_names(names: Iterable[str], instead: str) -> Cover:
    """Covers the names of a person whole, turned round, and each part of them alone.

    A part in small letters (of, van, al) is no name by itself and stays.
    """
    written = [name for name in names if name.strip()]
    parts = [part for name in written for part in _WORDS.findall(name)]
    telling = [part for part in parts if not part.islower()]
    return Cover(pattern_of((*written, *telling)), instead or COVERED)
