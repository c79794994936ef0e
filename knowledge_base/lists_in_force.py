"""The private lists of communities that stand, opened to look at records with.

Opened words are kept in memory alone. Nothing here logs, and no error holds a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from sqlalchemy import Connection, func, select

from knowledge_base.columns import canonical
from knowledge_base.keys import read_text
from knowledge_base.tables import contents, word_lists
from policies.word_lists import NO_LISTS, Lists, WordList

Numbered = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class InForce:
    """The lists made ready. `newest`: the step that gave the newest; 0: there is none.

    `given`: community id -> the step that gave its list.
    """

    lists: Lists
    newest: int
    given: Mapping[str, int]


def lists_in_force(db: Connection) -> InForce:
    """All that stand; asked once for a portion of records, not for each of them."""
    words: list[tuple[str, str]] = []
    unreadable, given = [], {}
    for row in db.execute(_WITH_WORDS.order_by(word_lists.c.community_id)):
        given[row.community_id] = row.step
        text = read_text(db, row.content, row.salt, row.text)
        if text is None:
            unreadable.append(row.community_id)
        else:
            words.append((row.community_id, text))
    if not given:
        return NONE_IN_FORCE
    lists = _made_ready(tuple(words), tuple(unreadable))
    return InForce(lists, max(given.values()), given)


NONE_IN_FORCE = InForce(NO_LISTS, 0, {})
_WITH_WORDS = select(word_lists, contents.c.salt, contents.c.text).outerjoin(
    contents, contents.c.commitment == word_lists.c.content
)


@lru_cache(maxsize=4)
def _made_ready(
    words: tuple[tuple[str, str], ...], unreadable: tuple[str, ...]
) -> Lists:
    # Kept by the words themselves: another list, or a key that is gone, is another.
    found = [WordList(community, read_words(text)) for community, text in words]
    return Lists(found, unreadable)


def newest_list(db: Connection) -> int:
    """The step that gave the newest list that stands; 0: there is none."""
    return int(db.scalar(select(func.max(word_lists.c.step))) or 0)


def written_words(words: Numbered) -> str:
    """The words as the text of a step keeps them."""
    return canonical({str(number): word for number, word in words.items()})


def read_words(text: str) -> dict[int, str]:
    """The words as `written_words` wrote them, by number."""
    return dict(sorted(msgspec.json.decode(text, type=dict[int, str]).items()))
