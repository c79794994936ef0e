"""What waits, and for whom: the list a person comes back to.

A page of the queue holds ids and codes; each record is opened through its desk view,
so a list never shows more than its entry would.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    false,
    func,
    or_,
    select,
    true,
)

from knowledge_base.accounts import Account
from knowledge_base.journeys import State
from knowledge_base.rights import Role
from knowledge_base.stewardship import EVERYTHING
from knowledge_base.tables import journeys, questions, records, words
from policies.facts import ARCHIVIST

PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One line of the queue. `asked` are the rules whose questions wait for her."""

    record: str
    kind: str
    collection: str | None
    state: State
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to list; None, or no rule, means all. `after`: the last id seen before."""

    collection: str | None = None
    kind: str | None = None
    rules: tuple[str, ...] = ()
    state: State | None = None
    after: str | None = None


Named = ColumnElement[str] | Column[str]


def _is_hers(
    account: Account, party: Named, record: Named, *, with_waiting: bool = False
) -> ColumnElement[bool]:
    """Whether what waits for this party on this record is hers to answer.

    A steward's are her matters; an archivist's are the records of her institution.
    Where others read of it as well, a number alone would tell them what is there.
    `with_waiting`: also where she may only say no yet. Such a list is opened line by
    line through her desk; a count is not, and never has it.
    """
    ways = [
        (party == one.community) & _within(one.matters, record)
        for one in account.stewarding
        if one.state == "active" or (with_waiting and one.only_tightens)
    ]
    ways.append((party == ARCHIVIST) & _in_reach(account, record))
    return or_(false(), *ways)


def _in_reach(account: Account, record: Named) -> ColumnElement[bool]:
    """Whether the record is of an institution for which she is an archivist."""
    scopes = account.scopes(Role.ARCHIVIST)
    if not scopes:
        return false()
    if "" in scopes:
        return record.is_not(None)
    house = records.c.institution_id
    return record.in_(select(records.c.id).where(house.in_(sorted(scopes))))


def _within(matters: Sequence[str], record: Named) -> ColumnElement[bool]:
    """The same as `stewardship.covers`, asked of the database."""
    if EVERYTHING in matters:
        return true()
    itself, above = records.c.id.in_(matters), records.c.collection_id.in_(matters)
    return record.in_(select(records.c.id).where(itself | above))


def waiting_for(
    db: Connection, account: Account, what: Filter, *, limit: int = PAGE
) -> tuple[Waiting, ...]:
    """Records with a question to this person, or that wait for her yes; by id."""
    query = (
        select(records.c.id, records.c.kind, records.c.collection_id, journeys.c.state)
        .join(journeys, journeys.c.record_id == records.c.id)
        .where(_waits(account, what), *_narrowed(what))
        .group_by(
            records.c.id, records.c.kind, records.c.collection_id, journeys.c.state
        )
        .order_by(records.c.id)
        .limit(limit)
    )
    rows = db.execute(query).all()
    asked = _asked(db, [row.id for row in rows], account)
    return tuple(
        Waiting(
            record=row.id,
            kind=row.kind,
            collection=row.collection_id,
            state=State(row.state),
            asked=asked.get(row.id, ()),
        )
        for row in rows
    )


def _waits(account: Account, what: Filter) -> ColumnElement[bool]:
    open_to_her = select(questions.c.record_id).where(
        _is_hers(account, questions.c.party, questions.c.record_id, with_waiting=True),
        questions.c.pauses.is_(False),
    )
    if what.rules:
        open_to_her = open_to_her.where(questions.c.rule.in_(what.rules))
    has_question = records.c.id.in_(open_to_her)
    if what.rules:
        return has_question
    # A record with no open question waits for the archivist's own yes.
    ready = journeys.c.state.in_((State.IN_REVIEW.value, State.CHANGED.value))
    unasked = ~records.c.id.in_(select(questions.c.record_id))
    return has_question | (ready & unasked & _in_reach(account, records.c.id))


def _asks_her(account: Account) -> ColumnElement[bool]:
    return _is_hers(account, questions.c.party, questions.c.record_id)


def _narrowed(what: Filter) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    if what.collection is not None:
        narrowed.append(records.c.collection_id == what.collection)
    if what.kind is not None:
        narrowed.append(records.c.kind == what.kind)
    if what.state is not None:
        narrowed.append(journeys.c.state == what.state.value)
    if what.after is not None:
        narrowed.append(records.c.id > what.after)
    return narrowed


def _asked(
    db: Connection, ids: Sequence[str], account: Account
) -> dict[str, tuple[str, ...]]:
    if not ids:
        return {}
    query = (
        select(questions.c.record_id, questions.c.rule)
        .where(questions.c.record_id.in_(ids), _asks_her(account))
        .distinct()
        .order_by(questions.c.rule)
    )
    asked: dict[str, tuple[str, ...]] = {}
    for row in db.execute(query):
        asked[row.record_id] = (*asked.get(row.record_id, ()), row.rule)
    return asked


@dataclass(frozen=True, slots=True)
class Count:
    """A question, and how many records it holds back."""

    rule: str
    records: int


def counts_for(db: Connection, account: Account) -> tuple[Count, ...]:
    """Each question to this person once, with the number of records it holds."""
    number = func.count(func.distinct(questions.c.record_id))
    query = (
        select(questions.c.rule, number)
        .where(_asks_her(account), questions.c.pauses.is_(False))
        .group_by(questions.c.rule)
        .order_by(questions.c.rule)
    )
    return tuple(Count(rule, int(many)) for rule, many in db.execute(query))


def held_by(db: Connection, account: Account, rules: Sequence[str]) -> int:
    """How many records wait for this person's answer to any of these rules."""
    query = select(func.count(func.distinct(questions.c.record_id))).where(
        _asks_her(account),
        questions.c.pauses.is_(False),
        questions.c.rule.in_(rules),
    )
    return int(db.scalar(query) or 0)


def collections_for(db: Connection, account: Account) -> tuple[str, ...]:
    """The collections of the records that wait for this person; by id."""
    query = (
        select(records.c.collection_id)
        .join(questions, questions.c.record_id == records.c.id)
        .where(
            _asks_her(account),
            records.c.collection_id.is_not(None),
        )
        .distinct()
        .order_by(records.c.collection_id)
    )
    return tuple(str(id) for id in db.scalars(query))


def answered_for(
    db: Connection, account: Account, *, after: str | None = None, limit: int = PAGE
) -> tuple[str, ...]:
    """Records of which her parties said something that still stands; by id."""
    query = (
        select(words.c.record_id)
        .where(
            _is_hers(account, words.c.party, words.c.record_id),
            words.c.superseded_by.is_(None),
            words.c.record_id > (after or ""),
        )
        .distinct()
        .order_by(words.c.record_id)
        .limit(limit)
    )
    return tuple(db.scalars(query))
