"""Which parties have a key that seals what they say, and what stands under each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, Text, func, select, type_coerce
from sqlalchemy.sql import ColumnElement

from knowledge_base import tables
from knowledge_base.accounts import find_account
from knowledge_base.history import length_of
from knowledge_base.keys import BEGINS, keys_of
from knowledge_base.sealed_facts import SEALED
from knowledge_base.steps import Actor, SealingKeyTurned
from policies.errors import WithcareError

_JOINS = "+"  # a key of several parties together is named by all of them
_ID_LENGTH = 32
_HAVE_A_HISTORY = ("community", "organisation")


class NoSuchKey(WithcareError):
    """No party of that name has a key; nothing was written."""

    def __init__(self, party: str) -> None:
        super().__init__(
            f"No party {party!r} has a key; `withcare keys list` says which have one."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingKey:
    """A key as it may be told of. `turns`: how often the party's key was turned.

    `opens`: whether the master key that is there opens it. `texts`: how many texts of
    the history stand under it; `records`: of how many it seals what is known.
    """

    id: str
    party: str
    made_at: datetime
    retired_at: datetime | None
    opens: bool
    texts: int
    records: int
    turns: int


def sealing_keys(db: Connection) -> tuple[SealingKey, ...]:
    """All of them, those of one party together, the newest first."""
    table, keys = tables.data_keys, keys_of(db)
    texts, records, turns = _texts_of_each(db), _records_of_each(db), _turns_of_each(db)
    order = (table.c.party, table.c.made_at.desc(), table.c.id)
    return tuple(
        SealingKey(
            id=row.id,
            party=row.party,
            made_at=row.made_at,
            retired_at=row.retired_at,
            opens=keys is not None and keys.bare(row.id, row.wrapped) is not None,
            texts=texts.get(row.id, 0),
            records=records.get(row.id, 0),
            turns=turns.get(row.party, 0),
        )
        for row in db.execute(select(table).order_by(*order))
    )


def keys_of_party(db: Connection, party: str) -> tuple[SealingKey, ...]:
    """Raises `NoSuchKey`."""
    found = tuple(one for one in sealing_keys(db) if one.party == party)
    if not found:
        raise NoSuchKey(party)
    return found


def _texts_of_each(db: Connection) -> dict[str, int]:
    text = tables.contents.c.text
    id = func.substr(text, len(BEGINS) + 2, _ID_LENGTH)
    found = select(id, func.count()).where(text.startswith(f"{BEGINS}."))
    return {row[0]: row[1] for row in db.execute(found.group_by(id))}


def _records_of_each(db: Connection) -> dict[str, int]:
    """In one pass over what is known, which is stored as canonical JSON.

    A quote within a value is written with a mark before it: no value begins so.
    """
    facts, begins = type_coerce(tables.records.c.facts, Text), f'"{SEALED}":"{BEGINS}.'
    find = func.strpos if db.dialect.name == "postgresql" else func.instr
    at = type_coerce(find(facts, begins), Integer)
    id = func.substr(facts, at + len(begins), _ID_LENGTH)
    found = select(id, func.count()).select_from(tables.records).where(at > 0)
    return {row[0]: row[1] for row in db.execute(found.group_by(id))}


def _turns_of_each(db: Connection) -> dict[str, int]:
    """A key of several communities was turned once, and stands with each of them."""
    table = tables.steps
    turned = select(table.c.body, table.c.at).where(
        table.c.kind == SealingKeyTurned.kind
    )
    found = {(row.body["party"], row.at) for row in db.execute(turned)}
    parties = [party for party, _ in found]
    return {party: parties.count(party) for party in parties}


def told_of_in(db: Connection, party: str, by: Actor) -> tuple[str, ...]:
    """In whose history it stands that something was done with the party's key.

    In that of each community or institution that the party is, so that they see it;
    where there is none, in that of the account that did it.
    """
    table = tables.records
    named = select(table.c.id).where(
        table.c.id.in_(party.split(_JOINS)), table.c.kind.in_(_HAVE_A_HISTORY)
    )
    return tuple(db.scalars(named.order_by(table.c.id))) or (by.account or "",)


def length_told(db: Connection, id: str) -> int:
    """The length of the history of one that `told_of_in` names."""
    account = find_account(db, id=id)
    return length_of(db, id) if account is None else account.length


def texts_under(id: str) -> ColumnElement[bool]:
    """The rows of `contents` that this key sealed."""
    return tables.contents.c.text.startswith(f"{BEGINS}.{id}.")


def facts_under(id: str) -> ColumnElement[bool]:
    """The rows of `records` of which this key sealed what is known."""
    return type_coerce(tables.records.c.facts, Text).contains(f"{BEGINS}.{id}.")
