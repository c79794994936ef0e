"""Replaces the master key: the keys of the parties are wrapped anew, all at once."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from knowledge_base.asking import ask_all_again
from knowledge_base.identity import new_id
from knowledge_base.kept_views.following import let_all_go
from knowledge_base.keys import HOUSE, Keyring
from knowledge_base.notes import Note
from knowledge_base.sealing_keys import length_told
from knowledge_base.steps import Actor, MasterKeyTurned
from knowledge_base.store import Store
from knowledge_base.tables import data_keys
from knowledge_base.watching import look_again
from knowledge_base.workflow import note

REPLACED, GONE, FOUND = "replaced", "gone", "found"


def guards(store: Store, keys: Keyring) -> bool:
    """Whether that master key opens a key that is in use."""
    table = data_keys
    in_use = select(table.c.id, table.c.wrapped).where(table.c.retired_at.is_(None))
    with store.reading() as db:
        return any(keys.bare(*row) is not None for row in db.execute(in_use))


def wrap_anew(
    store: Store, before: Keyring, after: Keyring, *, how: str, by: Actor, now: datetime
) -> None:
    """What the one master key opens is opened by the other alone, from here on."""
    _turn(store, how, by, now, lambda db: _wrap_all(db, before, after))


def follow_gone(store: Store, keys: Keyring, *, by: Actor, now: datetime) -> None:
    """The old keys seal nothing more; a key of the house is made for the new master.

    Nothing is thrown away: a master key that is found again opens what it sealed.
    """
    _turn(store, GONE, by, now, lambda db: leave_behind(db, keys, now=now))


def leave_behind(db: Connection, keys: Keyring, *, now: datetime) -> None:
    """As `follow_gone`, in a transaction that somebody else ends."""
    table = data_keys
    in_use = table.c.retired_at.is_(None)
    db.execute(update(table).where(in_use).values(retired_at=now))
    id = new_id()
    _, wrapped = keys.new_key(id)
    db.execute(insert(table).values(id=id, party=HOUSE, wrapped=wrapped, made_at=now))


def _turn(
    store: Store, how: str, by: Actor, now: datetime, also: Callable[[Connection], None]
) -> None:
    account = by.account or ""
    with store.reading() as db:
        seen = length_told(db, account)
    step = MasterKeyTurned(how=how)

    def turn(db: Connection) -> None:
        also(db)
        if how != REPLACED:
            # Something else can be read now, or less: what was kept may be neither.
            let_all_go(db)
            ask_all_again(db)
            look_again(db)

    note(store, [Note(record=account, seen=seen, step=step, by=by)], now=now, also=turn)


def _wrap_all(db: Connection, before: Keyring, after: Keyring) -> None:
    table = data_keys
    for id, wrapped in db.execute(select(table.c.id, table.c.wrapped)).all():
        key = before.bare(id, wrapped)
        if key is not None:
            change = update(table).where(table.c.id == id)
            db.execute(change.values(wrapped=after.wrap(id, key)))
