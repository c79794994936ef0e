"""What parties said of records, and what of it still counts.

A yes is to what could be seen when it was said, and none outlives a withdrawal. A no
and a not now are to the record, whatever it comes to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from knowledge_base import tables
from knowledge_base.known import Known
from policies.facts import ANY_DESTINATION, ARCHIVIST, Facts, Named, Nobody, Says, Word
from policies.purposes import Purpose
from policies.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Said:
    """A word that nobody took back, and the step with which it was said."""

    word: Word
    step: int


def said_of(db: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Said, ...]]:
    """What stands for each of these very records; its collection's is left out."""
    said: dict[str, list[Said]] = defaultdict(list)
    for row in db.execute(_STANDING, {"ids": ids}).mappings():
        said[row["record_id"]].append(Said(_word(row), row["step"]))
    return {
        id: tuple(_set_apart(one, words) for one in words) for id, words in said.items()
    }


_STANDING = select(tables.words).where(
    tables.words.c.record_id.in_(bindparam("ids", expanding=True)),
    tables.words.c.superseded_by.is_(None),
)


def _set_apart(one: Said, words: Sequence[Said]) -> Said:
    """A word for any place, without those of which its party said something else.

    A not now of one place sets nothing apart from a no to all.
    """
    if one.word.destination != ANY_DESTINATION:
        return one
    named = frozenset(
        other.word.destination
        for other in words
        if other.word.party == one.word.party
        and other.word.destination != ANY_DESTINATION
        and not (one.word.says is Says.NO and other.word.says is Says.NOT_NOW)
    )
    return replace(one, word=replace(one.word, besides=named))


def _word(row: Mapping[Any, Any]) -> Word:
    return Word(
        party=row["party"],
        says=Says(row["says"]),
        destination=row["destination"],
        purposes=frozenset(Purpose(x) for x in row["purposes"]),
        visibility=Visibility.of(row["visibility"]),
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        informed=row["informed"],
        by=row["said_by"],
    )


def words_of(db: Connection, record: str) -> frozenset[Word]:
    """The words that stand for this very record, its collection's left out."""
    return frozenset(one.word for one in said_of(db, (record,)).get(record, ()))


def yes_to_something_else(said: Sequence[Said], known: Known) -> frozenset[str]:
    """The parties whose yes was to what the record said before."""
    told = {one.word for one in said} - counting(said, known, for_what_stands=False)
    return frozenset(word.party for word in told)


def counting(
    said: Iterable[Said], known: Known, *, for_what_stands: bool
) -> frozenset[Word]:
    """The words that count for a record of which this is known.

    `for_what_stands`: for the page as it was approved, which shows nothing of what
    came later; else for what the record says now.
    """
    since = 0 if for_what_stands else known.told_anew
    since = max(since, known.taken_back)
    return frozenset(
        one.word for one in said if one.word.says is not Says.YES or one.step > since
    )


def inherited(words: frozenset[Word], known: Known) -> frozenset[Word]:
    """What was said of the collection, for a record in it of which this is known.

    What was taken back comes back only by a yes that was said of itself.
    """
    if not known.taken_back:
        return words
    return frozenset(word for word in words if word.says is not Says.YES)


def with_who_spoke(facts: Facts, said: Iterable[Said], known: Known) -> Facts:
    """Whoever answered for what was taken back is concerned with its coming back."""
    parties = {one.word.party for one in said} - {ARCHIVIST}
    if not known.taken_back or not parties:
        return facts
    match facts.concerned:
        case Named(named):
            return replace(facts, concerned=Named(named | parties))
        case Nobody():
            return replace(facts, concerned=Named(frozenset(parties)))
        case _:
            return facts
