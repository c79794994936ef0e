"""Seals what an earlier version stored in the open, portion by portion."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from knowledge_base.chain import take_turn
from knowledge_base.engines import engine_for
from knowledge_base.keys import SALT, sealed_content
from knowledge_base.sheet import Sheet
from knowledge_base.store import Store
from knowledge_base.tables import contents, data_keys, steps

MANY = 200


def has_keys(url: str) -> bool:
    """Whether anything in the store, which is of this version, was ever sealed."""
    engine = engine_for(url)
    with engine.connect() as db:
        found = db.execute(select(data_keys.c.id).limit(1)).first()
    engine.dispose()
    return found is not None


def seal_what_is_open(store: Store, *, now: datetime) -> int:
    """Seals every text that stands in the open, and what is known of its record.

    Returns how many texts. Each portion is a transaction of its own: whoever is killed
    in it goes on when it is called again.
    """
    sealed = 0
    while some := seal_some(store, now=now):
        sealed += some
    if sealed:
        store.clear_away()
    return sealed


def seal_some(store: Store, *, now: datetime) -> int:
    """A portion of it, in one transaction; returns how many, 0 where all is sealed."""
    with store.writing() as db:
        take_turn(db)
        rows = _in_the_open(db)
        of_record: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            of_record[row.record_id].append(row)
        sheet = Sheet(db, list(of_record), now=now)
        for record, texts in of_record.items():
            for row in texts:
                _seal(sheet, record, row)
        sheet.flush()
        return len(rows)


def _in_the_open(db: Connection) -> list[Row[Any]]:
    columns = (steps.c.record_id, contents.c.commitment)
    found = select(*columns, contents.c.salt, contents.c.text)
    found = found.join(steps, steps.c.commitment == contents.c.commitment)
    found = found.where(contents.c.salt.is_not(None), contents.c.salt != SALT)
    return list(db.execute(found.limit(MANY)))


def _seal(sheet: Sheet, record: str, row: Row[Any]) -> None:
    if sheet.sealer is None:
        raise ValueError("A store without keys cannot seal what stands in it.")
    values = sealed_content(
        sheet.sealer,
        sheet.party_of(record),
        commitment=row.commitment,
        salt=row.salt,
        text=row.text,
    )
    mine = contents.c.commitment == row.commitment
    sheet.db.execute(update(contents).where(mine).values(**values))
