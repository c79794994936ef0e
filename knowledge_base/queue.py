"""What waits, and for whom: the list a person comes back to.

A page of the queue holds ids and codes; each record is opened through its desk view,
so a list never shows more than its entry would. What is looked up follows what is
listed; how much there is of it is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    false,
    or_,
    select,
    union_all,
)

from knowledge_base.accounts import Account
from knowledge_base.journeys import State
from knowledge_base.store import Store
from knowledge_base.tables import (
    journeys,
    question_counts,
    questions,
    ready,
    records,
    words,
)
from knowledge_base.ways import (
    Way,
    as_archivist,
    is_kept_secret,
    lies_with,
    ways_of,
)

PAGE = 25


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the queue. `asked` are the rules whose questions wait for her."""

    record: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to list; None, or no rule, means all. `after`: the last id seen before."""

    collection: str | None = None
    kind: str | None = None
    rules: tuple[str, ...] = ()
    state: State | None = None
    after: str | None = None


def waiting_for(
    db: Connection, store: Store, account: Account, what: Filter, *, limit: int = PAGE
) -> tuple[Waiting, ...]:
    """Records with a question to this person, or that wait for her yes; by id.

    What is kept secret from her is left out: a page is no shorter for it.
    """
    lists = []
    for way in ways_of(account, with_waiting=True):
        asked = select(questions.c.record_id).where(
            questions.c.party == way.party, questions.c.pauses == false()
        )
        if what.rules:
            asked = asked.where(questions.c.rule.in_(what.rules))
        hers = (
            lies_with(store, way, questions.c.record_id)
            if way.waits
            else way.reaches(questions.c.record_id)
        )
        lists.append(_some(asked, questions, hers, what, limit))
    for way in as_archivist(account):
        # A record with no open question waits for the archivist's own yes.
        if not what.rules:
            unasked = select(ready.c.record_id)
            hers = way.reaches(ready.c.record_id) & ~is_kept_secret(ready.c.record_id)
            lists.append(_some(unasked, ready, hers, what, limit))
    first = _merged(db, lists, limit)
    rules = _asked(db, account, first)
    return tuple(Waiting(id, tuple(sorted(rules.get(id, ())))) for id in first)


def _merged(
    db: Connection, lists: Sequence[Select[tuple[str]]], limit: int
) -> tuple[str, ...]:
    """The first of all of these lists of records, in one query; each list is short."""
    if not lists:
        return ()
    ids = union_all(*(select(one.subquery().c[0]) for one in lists)).subquery().c[0]
    return tuple(db.scalars(select(ids).distinct().order_by(ids).limit(limit)))


def _some(
    query: Select[tuple[str]],
    table: Table,
    hers: ColumnElement[bool],
    what: Filter,
    limit: int,
) -> Select[tuple[str]]:
    """The first of these records after the last one seen, as far as they are hers."""
    record = table.c.record_id
    query = query.where(record > (what.after or ""), hers, *_narrowed(what, record))
    return query.distinct().order_by(record).limit(limit)


def _narrowed(
    what: Filter, record: ColumnElement[str]
) -> Iterator[ColumnElement[bool]]:
    if what.collection is not None or what.kind is not None:
        of = [records.c.id == record]
        if what.collection is not None:
            of.append(records.c.collection_id == what.collection)
        if what.kind is not None:
            of.append(records.c.kind == what.kind)
        yield exists().where(*of).correlate_except(records)
    if what.state is not None:
        towards = (journeys.c.record_id == record, journeys.c.state == what.state.value)
        yield exists().where(*towards).correlate_except(journeys)


def _asked(
    db: Connection, account: Account, ids: Sequence[str]
) -> Mapping[str, set[str]]:
    """Record -> the rules that ask her, of those that are hers to answer today."""
    asked: dict[str, set[str]] = defaultdict(set)
    query = select(questions.c.record_id, questions.c.rule).where(
        questions.c.record_id.in_(ids), _is_asked_by(ways_of(account))
    )
    for id, rule in db.execute(query):
        asked[id].add(rule)
    return asked


def _is_asked_by(ways: Sequence[Way]) -> ColumnElement[bool]:
    """Whether a question is to her, by one way or another."""
    hers = [
        (questions.c.party == way.party) & way.reaches(questions.c.record_id)
        for way in ways
    ]
    # The parties once more by themselves: so that a database looks them up.
    parties = questions.c.party.in_([way.party for way in ways])
    return and_(parties, or_(false(), *hers))


@dataclass(frozen=True, slots=True)
class Count:
    """A question, and how many records it holds back."""

    rule: str
    records: int


@dataclass(frozen=True, slots=True)
class Tallies:
    """How many records wait for one person: (rules, collection) -> number.

    Each record stands under all the rules that ask her about it, once.
    """

    numbers: tuple[tuple[frozenset[str], str, int], ...]

    def counts(self) -> tuple[Count, ...]:
        """Each question once, with the number of records it holds; by rule."""
        by_rule: Counter[str] = Counter()
        for rules, _, number in self.numbers:
            by_rule.update(dict.fromkeys(rules, number))
        return tuple(Count(rule, number) for rule, number in sorted(by_rule.items()))

    def held_by(self, rules: Sequence[str]) -> int:
        """How many records wait for her answer to any of these rules."""
        wanted = set(rules)
        return sum(number for asked, _, number in self.numbers if asked & wanted)

    def collections(self) -> tuple[str, ...]:
        """The collections of the records that wait for her; the fullest first."""
        waits: Counter[str] = Counter()
        for _, above, number in self.numbers:
            waits[above] += number
        del waits[""]
        return tuple(sorted(waits, key=lambda id: (-waits[id], id)))


def tallies_for(db: Connection, account: Account) -> Tallies:
    """What waits for this person, counted; only what is hers to answer today."""
    ways = ways_of(account)
    if len(ways) == 1 and ways[0].is_whole:
        return Tallies(tuple(_kept(db, ways[0])))
    # Two of her communities may be asked about one record, and it counts once.
    return Tallies(tuple(_counted(db, ways)))


Numbers = Iterator[tuple[frozenset[str], str, int]]


def _kept(db: Connection, way: Way) -> Numbers:
    table = question_counts.c
    query = select(table.rules, table.collection_id, table.number).where(
        table.party == way.party, table.number > 0
    )
    if way.matters is None and "" not in way.institutions:
        query = query.where(table.institution_id.in_(way.institutions))
    for rules, collection, number in db.execute(query):
        yield frozenset(_read(rules)), collection, number


_read: Callable[[str], list[str]] = msgspec.json.Decoder(list[str]).decode


def _counted(db: Connection, ways: Sequence[Way]) -> Numbers:
    asked: dict[str, set[str]] = defaultdict(set)
    above: dict[str, str] = {}
    query = (
        select(questions.c.record_id, questions.c.rule, records.c.collection_id)
        .join(records, records.c.id == questions.c.record_id)
        .where(questions.c.pauses == false(), _is_asked_by(ways))
    )
    for id, rule, collection in db.execute(query):
        asked[id].add(rule)
        above[id] = collection or ""
    numbers = Counter((frozenset(rules), above[id]) for id, rules in asked.items())
    for (rules, collection), number in numbers.items():
        yield rules, collection, number


def answered_for(
    db: Connection, account: Account, *, after: str | None = None, limit: int = PAGE
) -> tuple[str, ...]:
    """Records of which her parties said something that still stands; by id."""
    record = words.c.record_id
    lists = [
        select(record)
        .where(
            words.c.party == way.party,
            way.reaches(record),
            words.c.superseded_by.is_(None),
            record > (after or ""),
        )
        .distinct()
        .order_by(record)
        .limit(limit)
        for way in ways_of(account)
    ]
    return _merged(db, lists, limit)
