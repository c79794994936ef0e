"""Gives parties a new key, and seals anew what stands under the one before.

Each portion is a transaction of its own: whoever is killed in it goes on when it is
asked again. A key is taken away only when nothing stands under it any more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from knowledge_base import tables
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import take_turn
from knowledge_base.desk_words.marking import mark_anew
from knowledge_base.identity import new_id
from knowledge_base.keys import (
    BEGINS,
    Keyring,
    Sealer,
    keys_of,
    place_of_text,
    sealed_anew,
)
from knowledge_base.notes import Note
from knowledge_base.sealed_facts import SEALED, place_of
from knowledge_base.sealing_keys import (
    NoSuchKey,
    facts_under,
    length_told,
    texts_under,
    told_of_in,
)
from knowledge_base.steps import Actor, SealingKeyTurned
from knowledge_base.store import Store
from knowledge_base.workflow import note

MANY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What was done. `went_on`: with a turn that was begun before, and died.

    `left`: how many texts nobody can open, whose old key stays where it is.
    """

    went_on: bool
    sealed: int
    removed: int
    left: int


@dataclass(frozen=True, slots=True)
class _Old:
    """A key that seals nothing any more."""

    id: str
    party: str

    def sealed(self, text: str) -> bool:
        return text.startswith(f"{BEGINS}.{self.id}.")


def turn_keys(store: Store, party: str | None, *, by: Actor, now: datetime) -> Turned:
    """A new key for the party, or with None for each that has one.

    A turn that died is gone on with, and no other is begun. Raises `NoSuchKey`.
    """
    found = _seal_anew(store, party, now=now)
    went_on = bool(found.sealed or found.removed)
    if not went_on:
        _begin(store, party, by=by, now=now)
        found = _seal_anew(store, party, now=now)
    store.clear_away()
    return Turned(
        went_on=went_on, sealed=found.sealed, removed=found.removed, left=found.left
    )


def _begin(store: Store, party: str | None, *, by: Actor, now: datetime) -> None:
    with store.reading() as db:
        parties = _parties(db, party)
        notes = [
            Note(record=id, seen=length_told(db, id), step=step, by=by)
            for step in map(_step, parties)
            for id in told_of_in(db, step.party, by)
        ]
    if not parties and party is not None:
        raise NoSuchKey(party)
    note(store, notes, now=now, also=lambda db: _replace(db, parties, now=now))


def _step(party: str) -> SealingKeyTurned:
    return SealingKeyTurned(party=party)


def _parties(db: Connection, party: str | None) -> tuple[str, ...]:
    """The party, where it has a key; with None all that have one."""
    table = tables.data_keys
    found = select(table.c.party).distinct().where(table.c.retired_at.is_(None))
    if party is not None:
        found = found.where(table.c.party == party)
    return tuple(db.scalars(found.order_by(table.c.party)))


def _replace(db: Connection, parties: Sequence[str], *, now: datetime) -> None:
    table, keys = tables.data_keys, _keys(db)
    keys.require_fits(db)
    for party in parties:
        in_use = (table.c.party == party) & table.c.retired_at.is_(None)
        db.execute(update(table).where(in_use).values(retired_at=now))
        id = new_id()
        _, wrapped = keys.new_key(id)
        new = {"id": id, "party": party, "wrapped": wrapped, "made_at": now}
        db.execute(insert(table).values(**new))


def _keys(db: Connection) -> Keyring:
    keys = keys_of(db)
    if keys is None:
        raise ValueError("A store that was opened without keys turns none.")
    return keys


def _seal_anew(store: Store, party: str | None, *, now: datetime) -> Turned:
    sealed = removed = left = 0
    for old in _old_keys(store, party):
        sealed += _each(store, old, _OF_CONTENTS, now=now)
        sealed += _each(store, old, _OF_RECORDS, now=now)
        _mark_words(store, old, now=now)
        stands = _remove(store, old)
        left += stands
        removed += not stands
    return Turned(went_on=False, sealed=sealed, removed=removed, left=left)


def _old_keys(store: Store, party: str | None) -> tuple[_Old, ...]:
    """Those that our master key opens: what stands under others nobody can seal."""
    table = tables.data_keys
    found = select(table.c.id, table.c.party, table.c.wrapped)
    found = found.where(table.c.retired_at.is_not(None))
    if party is not None:
        found = found.where(table.c.party == party)
    with store.reading() as db:
        keys = _keys(db)
        rows = db.execute(found.order_by(table.c.retired_at, table.c.id)).all()
    return tuple(
        _Old(row.id, row.party)
        for row in rows
        if keys.bare(row.id, row.wrapped) is not None
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where sealed texts stand, which stand under a key, and how one is put back."""

    key: ColumnElement[str]
    under: Callable[[str], ColumnElement[bool]]
    seal: Callable[[Connection, Sealer, _Old, str], bool]


def _each(store: Store, old: _Old, kept: _Kept, *, now: datetime) -> int:
    """How many were sealed anew."""
    done, after = 0, ""
    while True:
        some = select(kept.key).where(kept.key > after, kept.under(old.id))
        with store.reading() as db:
            ids = db.scalars(some.order_by(kept.key).limit(MANY)).all()
        if not ids:
            return done
        with store.writing() as db:
            take_turn(db)
            sealer = Sealer(db, _keys(db), now=now)
            done += sum(kept.seal(db, sealer, old, id) for id in ids)
        after = ids[-1]


def _seal_text(db: Connection, sealer: Sealer, old: _Old, commitment: str) -> bool:
    table = tables.contents
    mine = table.c.commitment == commitment
    text = db.scalar(select(table.c.text).where(mine))
    if text is None or not old.sealed(text):  # erased or sealed meanwhile
        return False
    place = place_of_text(commitment)
    anew = sealed_anew(db, sealer, text, party=old.party, place=place)
    if anew is None:
        return False
    db.execute(update(table).where(mine).values(text=anew))
    return True


def _seal_facts(db: Connection, sealer: Sealer, old: _Old, record: str) -> bool:
    table = tables.records
    facts = db.scalar(select(table.c.facts).where(table.c.id == record)) or {}
    text, place = facts.get(SEALED), place_of(record)
    if text is None or not old.sealed(text):
        return False
    anew = sealed_anew(db, sealer, text, party=old.party, place=place)
    if anew is None:
        return False
    change = update(table).where(table.c.id == record)
    db.execute(change.values(facts=facts | {SEALED: anew}))
    return True


_OF_CONTENTS = _Kept(tables.contents.c.commitment, texts_under, _seal_text)
_OF_RECORDS = _Kept(tables.records.c.id, facts_under, _seal_facts)


def _mark_words(store: Store, old: _Old, *, now: datetime) -> None:
    """What is found at a desk by marks under the key is marked under the new one."""
    table, after = tables.desk_records, ""
    of_key = tables.desk_readers.c.key_id == old.id
    marked = (
        select(table.c.record_id)
        .distinct()
        .join(tables.desk_readers, tables.desk_readers.c.entry == table.c.id)
    )
    while True:
        some = marked.where(of_key, table.c.record_id > after)
        with store.reading() as db:
            ids = db.scalars(some.order_by(table.c.record_id).limit(MANY)).all()
        if not ids:
            return
        with store.writing() as db:
            take_turn(db)
            mark_anew(db, store, ids, on=civil_days(now).closing, now=now)
        after = ids[-1]


def _remove(store: Store, old: _Old) -> int:
    """Takes the key away where nothing stands under it; else how much does."""
    contents, records, table = tables.contents, tables.records, tables.data_keys
    with store.writing() as db:
        take_turn(db)
        texts = select(func.count()).select_from(contents).where(texts_under(old.id))
        facts = select(func.count()).select_from(records).where(facts_under(old.id))
        marks = select(func.count()).select_from(tables.desk_readers)
        marks = marks.where(tables.desk_readers.c.key_id == old.id)
        stands = sum(db.scalar(some) or 0 for some in (texts, facts, marks))
        if not stands:
            db.execute(delete(table).where(table.c.id == old.id))
    return stands
