"""Kleene's three-valued logic: what is not known stays not known."""

from enum import Enum


class Truth(Enum):
    """True, false or not known; there is no silent way from here to a `bool`."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @staticmethod
    def of(known: bool | None) -> "Truth":
        """The truth of a flag, where `None` means that nobody knows."""
        if known is None:
            return Truth.UNKNOWN
        return Truth.TRUE if known else Truth.FALSE

    def __and__(self, other: "Truth") -> "Truth":
        if self is Truth.FALSE or other is Truth.FALSE:
            return Truth.FALSE
        if self is Truth.TRUE and other is Truth.TRUE:
            return Truth.TRUE
        return Truth.UNKNOWN

    def __or__(self, other: "Truth") -> "Truth":
        return ~(~self & ~other)

    def __invert__(self) -> "Truth":
        if self is Truth.UNKNOWN:
            return Truth.UNKNOWN
        return Truth.FALSE if self is Truth.TRUE else Truth.TRUE

    def __bool__(self) -> bool:
        # `if truth:` would read "not known" as yes or as no; both are wrong.
        raise TypeError("A Truth has three values: compare it with `is Truth.TRUE`.")
