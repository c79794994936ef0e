"""What a party's words amount to, for one destination, one purpose and one day.

A yes counts only from exactly the party that is asked; the wider never speaks for the
narrower. Where words differ (the item's own and its collection's), the strictest holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policies.destinations import Destination
from policies.facts import Says, Word
from policies.purposes import Purpose
from policies.truth import Truth
from policies.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Answer:
    """What the party says; `says` is `None` while it is silent."""

    says: Says | None
    visibility: Visibility


SILENT = Answer(None, Visibility.NONE)
NO = Answer(Says.NO, Visibility.NONE)
NOT_NOW = Answer(Says.NOT_NOW, Visibility.NONE)


def answer(
    words: Iterable[Word],
    destination: Destination,
    purpose: Purpose,
    on: date,
    *,
    by_name: bool = False,
) -> Answer:
    """The strictest of one party's words; `by_name`: a yes has to name the place."""
    said: Answer = SILENT
    for word in words:
        if word.says is Says.NO:
            if stands_against(word, destination, purpose, on):
                return NO
        elif word.says is Says.NOT_NOW:
            if stands_against(word, destination, purpose, on):
                said = NOT_NOW
        elif said is not NOT_NOW and covers(
            word, destination, purpose, on, by_name=by_name
        ):
            said = _stricter(said, word.visibility)
    return said


def covers(
    word: Word,
    destination: Destination,
    purpose: Purpose,
    on: date,
    *,
    by_name: bool = False,
) -> bool:
    """Whether a yes reaches this far; what was not shown before is not agreed to."""
    if by_name and word.destination != destination.id:
        return False
    if not word.reaches(destination.id):
        return False
    if purpose not in word.purposes or on < word.since:
        return False
    if word.until is not None and on >= word.until:
        return False
    return word.informed or destination.keeps_history is Truth.FALSE


def stands_against(
    word: Word, destination: Destination, purpose: Purpose, on: date
) -> bool:
    """Whether a no or a not-now holds; it holds at once, and for any purpose unless
    it names some.
    """
    if not word.reaches(destination.id):
        return False
    if word.purposes and purpose not in word.purposes:
        return False
    return word.until is None or on < word.until


def _stricter(said: Answer, visibility: Visibility) -> Answer:
    if said is SILENT or visibility < said.visibility:
        return Answer(Says.YES, visibility)
    return said
