"""Marks the words of records anew, inside the transaction of whoever writes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from knowledge_base import tables
from knowledge_base.desk_words.erasing import erase_marks
from knowledge_base.desk_words.marks import light_of, marks, party_of, texts_of
from knowledge_base.desks import concerned_with
from knowledge_base.gate import decide_for, facts_of, is_secret
from knowledge_base.inserting import insert_many
from knowledge_base.keys import Sealer, keys_of
from knowledge_base.records import Record, find_records
from knowledge_base.sheet import chunks
from knowledge_base.store import Store
from knowledge_base.tokens import beginnings_of
from policies.facts import ARCHIVIST, Facts

NO_KEY = ""  # stands in the place of one in a store that has none


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who may open a record, under whose key, and whether its being there is secret."""

    reader: str
    party: str
    is_secret: bool


def mark_anew(
    db: Connection, store: Store, ids: Iterable[str], *, on: date, now: datetime
) -> None:
    """Marks the words of these records anew, for whoever may open each of them.

    In a store that was opened without keys only who that is: in the open no word is
    kept.
    """
    keys, light = keys_of(db), light_of(store)
    sealer = None if keys is None else Sealer(db, keys, now=now)
    for some in chunks(ids):
        found = find_records(db, some)
        desks = _desks(db, store, found, on=on)
        entries = _entries(db, some, light)
        erase_marks(db, some)
        readers, tokens = [], []
        for id, entry in entries.items():
            words = beginnings_of(texts_of(found[id].content, found[id].own_words))
            for desk in desks[id]:
                key_id, marked = _marked(sealer, desk.party, words)
                readers.append(_reader(entry, desk, key_id))
                tokens += [{"token": x, "entry": entry} for x in marked]
        insert_many(db, tables.desk_readers, readers)
        insert_many(db, tables.desk_tokens, sorted(tokens, key=lambda x: x["token"]))


def _marked(
    sealer: Sealer | None, party: str, words: Iterable[str]
) -> tuple[str, frozenset[int]]:
    """The id of the party's key, and these words marked with it."""
    if sealer is None:
        return NO_KEY, frozenset()
    key_id, key = sealer.word_key(party)
    return key_id, marks(key, words)


def _reader(entry: int, desk: _Desk, key_id: str) -> dict[str, Any]:
    return {
        "entry": entry,
        "reader": desk.reader,
        "key_id": key_id,
        "is_secret": desk.is_secret,
    }


def _desks(
    db: Connection, store: Store, found: Mapping[str, Record], *, on: date
) -> Mapping[str, tuple[_Desk, ...]]:
    facts, towards = facts_of(db, found), _destinations(db, store, tuple(found))
    return {
        id: tuple(_of(store, record, facts[id], towards.get(id, ()), on=on))
        for id, record in found.items()
    }


def _of(
    store: Store, record: Record, facts: Facts, towards: Sequence[str], *, on: date
) -> Iterator[_Desk]:
    """As `desk_view` opens it; whoever is found here and not there is shown nothing.

    What was erased is looked for by nobody, and nothing says whom it concerned.
    """
    if record.content_hash is None:
        return
    questions = (
        question
        for destination in towards
        for question in decide_for(store, facts, destination, on=on).questions
    )
    readers = concerned_with(record.known, facts, questions) - {ARCHIVIST}
    secret = is_secret(store, facts, on=on)
    if record.kind == "community":
        readers |= {record.id}
    if not secret:
        readers |= {ARCHIVIST}
    for reader in sorted(readers):
        yield _Desk(reader, party_of(reader, record.institution), secret)


def _destinations(
    db: Connection, store: Store, ids: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Where each is on its way to, of the places that the settings name."""
    table, known = tables.journeys.c, [one.id for one in store.destinations]
    query = select(table.record_id, table.destination).where(
        table.record_id.in_(ids), table.destination.in_(known)
    )
    towards: dict[str, tuple[str, ...]] = {}
    for id, destination in db.execute(query):
        towards[id] = (*towards.get(id, ()), destination)
    return towards


def _entries(db: Connection, ids: Sequence[str], light: str) -> Mapping[str, int]:
    """The entry of each of these records, which counts from now on."""
    kept, own = tables.desk_records, tables.records
    over = own.alias("above")
    query = (
        select(own.c.id, own.c.collection_id, own.c.weighed, over.c.weighed)
        .outerjoin(over, over.c.id == own.c.collection_id)
        .where(own.c.id.in_(ids))
    )
    rows = {
        id: {
            "collection_id": collection or "",
            "light": light,
            "weighed": weighed,
            "above": whole or 0,
        }
        for id, collection, weighed, whole in db.execute(query)
    }
    there = select(kept.c.record_id, kept.c.id).where(kept.c.record_id.in_(ids))
    old = {row.record_id: int(row.id) for row in db.execute(there)}
    new = [{"record_id": id, **row} for id, row in rows.items() if id not in old]
    insert_many(db, kept, new)
    changed = [{"b_id": old[id], **row} for id, row in rows.items() if id in old]
    if changed:
        db.execute(update(kept).where(kept.c.id == bindparam("b_id")), changed)
    if not new:
        return old
    return {row.record_id: int(row.id) for row in db.execute(there)}
