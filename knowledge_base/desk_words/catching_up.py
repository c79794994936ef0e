"""Marks anew what counts no more: by portions, for the worker."""

from datetime import datetime

from sqlalchemy import Connection, Select, delete, select, union_all

from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import head_of, take_turn
from knowledge_base.desk_words.marking import mark_anew
from knowledge_base.desk_words.marks import light_of
from knowledge_base.store import Store
from knowledge_base.tables import (
    data_keys,
    desk_readers,
    desk_records,
    records,
    watermarks,
)
from knowledge_base.watching import Watermark, find_watermark, keep_watermark

PORTION = 250
HOW_FAR = "#words-at-the-desk"  # its watermark, beside those of the destinations


def mark_stale(store: Store, *, now: datetime, limit: int = PORTION) -> int:
    """Marks the words of up to so many records anew of which none count.

    Returns how many; 0 where all are marked. In the order in which they were weighed:
    how far it has come is one number, whatever there is.
    """
    with store.reading() as db:
        head = head_of(db)[0]
        mark = find_watermark(db, HOW_FAR)
        if mark is not None and mark.at == str(head) and not _otherwise(db, store, 1):
            return 0
        since = -1 if mark is None else int(mark.at)
        reached = _members(db, since, limit) or _weighed(db, since, limit)
        stale = reached or _otherwise(db, store, limit)
    with store.writing() as db:
        if stale:
            # As every writer: whoever takes a step meanwhile waits, or is seen here.
            take_turn(db)
            mark_anew(db, store, stale, on=civil_days(now).closing, now=now)
        if not reached:
            keep_watermark(db, HOW_FAR, Watermark(str(head)))
    return len(stale)


def forget_how_far(db: Connection) -> None:
    """In a store that was filled from a backup, which holds no marks."""
    db.execute(delete(watermarks).where(watermarks.c.destination == HOW_FAR))


def _weighed(db: Connection, since: int, limit: int) -> tuple[str, ...]:
    """Records that were weighed since, and were not marked after it."""
    own, kept = records.c, desk_records.c
    query = (
        select(own.id)
        .outerjoin(desk_records, kept.record_id == own.id)
        .where(own.weighed > since)
        .where(kept.weighed.is_(None) | (kept.weighed != own.weighed))
    )
    return _some(db, query.order_by(own.weighed, own.id), limit)


def _members(db: Connection, since: int, limit: int) -> tuple[str, ...]:
    """What is in a collection that was weighed since: it inherits from it."""
    query = select(desk_records.c.record_id).join(
        records, records.c.id == desk_records.c.collection_id
    )
    of_another = desk_records.c.above < records.c.weighed
    return _some(db, query.where(records.c.weighed > since, of_another), limit)


def _otherwise(db: Connection, store: Store, limit: int) -> tuple[str, ...]:
    """Those of another light, and those under a key that was retired; by an index."""
    light, kept = light_of(store), desk_records.c
    retired = select(data_keys.c.id).where(data_keys.c.retired_at.is_not(None))
    turned = select(desk_records.c.record_id).join(
        desk_readers, desk_readers.c.entry == kept.id
    )
    queries = (
        select(kept.record_id).where(kept.light < light),
        select(kept.record_id).where(kept.light > light),
        turned.where(desk_readers.c.key_id.in_(retired)),
    )
    each = (select(one.limit(limit).subquery().c[0]) for one in queries)
    return tuple(dict.fromkeys(db.scalars(union_all(*each))))[:limit]


def _some(db: Connection, query: Select[tuple[str]], limit: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(db.scalars(query.limit(limit))))
