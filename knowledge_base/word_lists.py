"""A community's private list of words, as its own steward gives it and reads it.

Nobody else is given a word of it: what others see is that a record asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from knowledge_base import steps
from knowledge_base.history import length_of
from knowledge_base.keys import read_text
from knowledge_base.lists_in_force import read_words, written_words
from knowledge_base.notes import Note
from knowledge_base.steps import Actor
from knowledge_base.store import Store
from knowledge_base.tables import contents, questions, word_lists
from knowledge_base.workflow import Stale, note
from policies.word_lists import LIST_RULES, likeness_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnList:
    """A community's list as it stands; `words` is None where nobody can open it.

    `step`: the step that gave it; 0: none was given, and there are no words.
    """

    community: str
    step: int
    next_number: int
    words: Mapping[int, str] | None = field(repr=False)

    @property
    def lines(self) -> str:
        """The words as she typed them, one on each line, in the order of numbers."""
        return "\n".join((self.words or {}).values())


def own_list(db: Connection, community: str) -> OwnList:
    """For the community's own stewards alone; whoever asks sees to that."""
    row = db.execute(
        select(word_lists, contents.c.salt, contents.c.text)
        .outerjoin(contents, contents.c.commitment == word_lists.c.content)
        .where(word_lists.c.community_id == community)
    ).first()
    if row is None:
        return OwnList(community=community, step=0, next_number=1, words={})
    text = read_text(db, row.content, row.salt, row.text)
    return OwnList(
        community=community,
        step=row.step,
        next_number=row.next_number,
        words=None if text is None else read_words(text),
    )


def give_list(
    store: Store,
    community: str,
    words: Sequence[str],
    *,
    replaces: int,
    by: Actor,
    now: datetime,
) -> None:
    """These words stand from now on, in place of the list of that step; 0: of none.

    What is shown stays until the worker has looked at it; nothing new is approved or
    published before. Raises `Stale` where another list stands by now.
    """
    with store.reading() as db:
        seen = length_of(db, community)
        before = own_list(db, community)
    if before.step != replaces:
        raise Stale(community, replaces, before.step)
    numbered, after = _numbered(words, before)
    step = steps.WordsListed(next_number=after)
    text = written_words(numbered)
    given = Note(record=community, seen=seen, step=step, by=by, text=text)
    note(store, [given], now=now)


def _numbered(words: Sequence[str], before: OwnList) -> tuple[dict[int, str], int]:
    """The words by number, and the first number that none of them ever had.

    A word keeps its number for as long as it is on the list, so that "not ours" stands.
    """
    kept = {likeness_of(word): n for n, word in (before.words or {}).items()}
    numbered, after = {}, before.next_number
    for word in words:
        number = kept.get(likeness_of(word))
        if number is None:
            number, after = after, after + 1
        numbered[number] = word
    return numbered, after


def asked_by_list(db: Connection, community: str) -> int:
    """How many records ask the community because of its list, on their way anywhere."""
    number = func.count(questions.c.record_id.distinct())
    asked = questions.c.rule.in_(sorted(LIST_RULES))
    found = db.scalar(select(number).where(questions.c.party == community, asked))
    return int(found or 0)
