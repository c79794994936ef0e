"""Finds records at a desk, by all that its person may read of them.

Looked up are marks, which are under the keys of her parties. Whatever they find is
opened through her desk view, and read: only what has the words there is found.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    exists,
    func,
    literal,
    select,
    union_all,
)

from knowledge_base.accounts import Account
from knowledge_base.desk_words.marks import mark, party_of, texts_of
from knowledge_base.institutions import BY_HAND, KIND
from knowledge_base.keys import keys_of
from knowledge_base.queue import PAGE
from knowledge_base.records import own_words_of
from knowledge_base.store import Store
from knowledge_base.tables import (
    data_keys,
    desk_records,
    desk_tokens,
    records,
)
from knowledge_base.tokens import asked_beginnings, has_words
from knowledge_base.views import DeskView, desk_views
from knowledge_base.ways import Way, is_hers, ways_of, with_its_readers
from policies.facts import ARCHIVIST

MOST_OPENED = 2 * PAGE
"""So many are opened for a page: marks keep the beginnings of a few lengths alone.

It is filled with what follows what only begins alike, and what a day alone has hidden.
"""

NO_KEY = -1  # no mark is below nought: nothing has this one


@dataclass(frozen=True, slots=True)
class DeskPage:
    """Some of what was found; `after` is where the rest begins, None where it ends."""

    views: tuple[DeskView, ...]
    after: str | None


def find_at_desk(
    db: Connection,
    store: Store,
    account: Account,
    text: str,
    *,
    on: date,
    after: str = "",
    limit: int = PAGE,
) -> DeskPage:
    """What this person may open that has all these words, or words that begin so.

    In the order in which it was taken in. The same queries run whatever there is that
    she may not open; a text without a word finds nothing.
    """
    words = asked_beginnings(text)
    ways = ways_of(account, with_waiting=True)
    if not words or not ways:
        return DeskPage((), None)
    keys = _word_keys(db, ways)
    query = union_all(
        *(
            _candidates(store, way, keys.get(way.party, ()), words, after)
            .subquery()
            .select()
            for way in ways
        )
    )
    found = dict(sorted((entry, id) for entry, id in db.execute(query)))
    ids = tuple(found.values())[:MOST_OPENED]
    desks = desk_views(db, store, ids, account, on=on, for_a_list=True)
    spoken = own_words_of(db, ids)
    views = [
        view
        for id, view in desks.items()
        if not view.is_covered
        and has_words(texts_of(view.content, spoken.get(id, ())), text)
    ]
    if len(views) > limit:
        return DeskPage(tuple(views[:limit]), views[limit - 1].record)
    more = ids[-1] if len(found) > MOST_OPENED else None
    return DeskPage(tuple(views), more)


def _word_keys(db: Connection, ways: Sequence[Way]) -> Mapping[str, tuple[bytes, ...]]:
    """Reader -> the keys under which her words are marked.

    Also those that were retired: until all is marked anew nothing is missed.
    """
    keyring, keys = keys_of(db), data_keys.c
    readers = {party: reader for reader, party in _parties(ways)}
    of_theirs: ColumnElement[bool] = keys.party.in_(sorted(readers))
    if any(way.matters is None and "" in way.institutions for way in ways):
        # One that was erased as well: what it took in is still there.
        is_house = (records.c.kind == KIND) & (records.c.source == BY_HAND)
        houses = select(records.c.id).where(is_house)
        of_theirs |= keys.party.in_(houses)
    found: dict[str, tuple[bytes, ...]] = defaultdict(tuple)
    for row in db.execute(select(keys.id, keys.party, keys.wrapped).where(of_theirs)):
        key = None if keyring is None else keyring.word_key(row.id, row.wrapped)
        if key is not None:
            found[readers.get(row.party, ARCHIVIST)] += (key,)
    return found


def _parties(ways: Sequence[Way]) -> Iterator[tuple[str, str]]:
    """Each reader she is, and whose key its words are under."""
    for way in ways:
        if way.matters is not None:
            yield way.party, way.party
        else:
            for institution in way.institutions:
                yield way.party, party_of(ARCHIVIST, institution or None)


def _candidates(
    store: Store,
    way: Way,
    keys: Sequence[bytes],
    words: Sequence[str],
    after: str,
) -> Select[tuple[int, str]]:
    """The first entries after that record that have a mark for each word.

    They are walked in the order of the longest word, which the fewest have.
    """
    first, *others = [[mark(key, word) for key in keys] or [NO_KEY] for word in words]
    hers = is_hers(store, way)
    # What is hidden from her begins where what is absent does.
    begin = (
        select(desk_records.c.id)
        .select_from(with_its_readers())
        .where(desk_records.c.record_id == after, *hers)
        .limit(1)
        .correlate(None)
    )
    query = (
        select(desk_records.c.id, desk_records.c.record_id)
        .select_from(
            with_its_readers().join(
                desk_tokens, desk_tokens.c.entry == desk_records.c.id
            )
        )
        .where(
            desk_tokens.c.token.in_(first),
            *hers,
            desk_tokens.c.entry > func.coalesce(begin.scalar_subquery(), literal(0)),
        )
        .order_by(desk_tokens.c.entry)
        .limit(MOST_OPENED + 1)
    )
    for other in others:
        query = query.where(_has(other))
    return query


def _has(tokens: Sequence[int]) -> ColumnElement[bool]:
    also = desk_tokens.alias()
    return exists().where(also.c.token.in_(tokens), also.c.entry == desk_records.c.id)
