"""How much may be seen, from nothing to everything."""

from enum import IntEnum


class Visibility(IntEnum):
    """An order, so that the strictest of several is their minimum."""

    NONE = 0
    STUB = 1
    REDACTED = 2
    CONDITIONS = 3
    FULL = 4

    @property
    def word(self) -> str:
        """The word that files and screens use."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Visibility":
        """The visibility of that word; raises `ValueError` for any other."""
        if word not in _BY_WORD:
            raise ValueError(f"{word!r} is no visibility")
        return _BY_WORD[word]


_BY_WORD = {visibility.word: visibility for visibility in Visibility}
