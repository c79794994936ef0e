"""Who stood up for a record before: read from its steps, the only memory of that.

The sums kept beside the history say what stands, not in whose voice it was said.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from knowledge_base import steps, tables
from knowledge_base.inquiry import Inquiry
from knowledge_base.steps import Step, Voice, read_step


@dataclass(frozen=True, slots=True)
class Trace:
    """One earlier step of a record, and in whose voice it was taken."""

    ordinal: int
    voice: Voice
    account: str | None
    step: Step


def traces_of(
    db: Connection, record: str, *kinds: type[Step], voice: Voice | None = None
) -> tuple[Trace, ...]:
    """The record's steps of these kinds, all where none is named, oldest first."""
    table = tables.steps
    query = select(table).where(table.c.record_id == record)
    if kinds:
        query = query.where(table.c.kind.in_([kind.kind for kind in kinds]))
    if voice is not None:
        query = query.where(table.c.voice == voice.value)
    return tuple(
        Trace(
            row.ordinal,
            Voice(row.voice),
            row.actor,
            read_step(row.kind, row.version, row.body),
        )
        for row in db.execute(query.order_by(table.c.ordinal))
    )


def named_by_communities(db: Connection, record: str) -> frozenset[str]:
    """The parties whom a community named, itself or another, or whom it asked."""
    kinds = (steps.ConcernAnswered, steps.Asked)
    named: set[str] = set()
    for one in traces_of(db, record, *kinds, voice=Voice.COMMUNITY):
        match one.step:
            case steps.ConcernAnswered(parties=parties):
                named |= set(parties)
            case steps.Asked(party=party):
                named.add(party)
    return frozenset(named)


def spoken_by_others(db: Connection, records: Iterable[str], party: str | None) -> bool:
    """Whether any community but this one took a step on one of the records."""
    spoken = {
        one.account
        for record in records
        for one in traces_of(db, record, voice=Voice.COMMUNITY)
    }
    return any(not is_of(db, account, party) for account in spoken)


def is_of(db: Connection, account: str | None, party: str | None) -> bool:
    """Whether the account was ever a steward of the party, whatever its state."""
    table = tables.stewards
    found = select(table.c.account_id).where(
        table.c.account_id == account, table.c.community_id == party
    )
    return db.execute(found).first() is not None


def has_spoken(db: Connection, record: str, party: str) -> bool:
    """Whether the party answered for the record, or has anybody who could."""
    said = select(tables.words.c.id).where(
        tables.words.c.record_id == record, tables.words.c.party == party
    )
    present = select(tables.communities.c.id).where(
        tables.communities.c.id == party, tables.communities.c.state == "present"
    )
    return any(db.execute(query).first() is not None for query in (said, present))


def wants_no_asking(db: Connection, record: str, party: str) -> bool:
    """Whether its standing word on the record is a no or a not now."""
    table = tables.words
    found = select(table.c.id).where(
        table.c.record_id == record,
        table.c.party == party,
        table.c.superseded_by.is_(None),
        table.c.says.in_(("no", "not-now")),
    )
    return db.execute(found).first() is not None


def is_related(inquiry: Inquiry, record: str, party: str) -> bool:
    """Whether the record is the party's to speak of, itself or by its collection.

    It is named, put a label on, is to answer a flag or a question, or has said a word.
    A flag that it raised itself holds, and says nothing of whose the record is.
    """
    above, own_flags = inquiry.record(record).collection, set[str]()
    for id in (record, above):
        known = inquiry.known(id)
        near = {*known.concern.parties, *(x.community for x in known.labels)}
        own_flags |= {f"flag:{x.id}" for x in known.flags if x.raised_by == party}
        asked_by_others = {x.party for x in known.flags if x.raised_by != party}
        if id == party or party in near | asked_by_others:
            return True
    words, questions = tables.words, tables.questions
    said = select(words.c.id).where(
        words.c.record_id.in_([record, above]), words.c.party == party
    )
    asked = select(questions.c.id).where(
        questions.c.record_id == record,
        questions.c.party == party,
        questions.c.about.not_in(own_flags),
    )
    return any(inquiry.db.execute(query).first() for query in (said, asked))
