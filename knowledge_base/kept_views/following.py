"""Lets what is kept follow a step, in its own transaction."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select, update

from knowledge_base import steps, tables
from knowledge_base.kept_views.counting import count_out
from knowledge_base.kept_views.light import STALE
from knowledge_base.kept_views.renewing import renew
from knowledge_base.notes import Note
from knowledge_base.sheet import chunks
from knowledge_base.store import Store

AT_ONCE = 200
"""So many records are worked out with the step; what is more waits for the worker."""

# What a community is called stands in what is shown of records with its labels.
_SAYS_ITS_NAME = (steps.ContentChanged, steps.Erased, steps.WordsGiven)


def weigh_beside(
    db: Connection, notes: Sequence[Note], *, position: int
) -> tuple[str, ...]:
    """Weighs the records that these steps reach by a label; returns their ids.

    A season that turns or gets its days reaches all that has a label for it, and a
    community's new name all that has a label of it. `position` is that of the newest
    step.
    """
    uses = tables.label_uses
    found: dict[str, None] = {}
    for one in notes:
        if isinstance(one.step, steps.SeasonTurned | steps.SeasonDated):
            reached = uses.c.season_id == one.step.season
        elif isinstance(one.step, _SAYS_ITS_NAME):
            reached = uses.c.community_id == one.record
        else:
            continue
        found |= dict.fromkeys(db.scalars(select(uses.c.record_id).where(reached)))
    for some in chunks(found):
        these = update(tables.records).where(tables.records.c.id.in_(some))
        db.execute(these.values(weighed=position))
    return tuple(found)


def follow(
    db: Connection,
    store: Store,
    own: Sequence[str],
    beside: Sequence[str] = (),
    *,
    on: date,
) -> None:
    """Works out what is kept of these records, of which something else holds now.

    `own` are those that a step was about. What is in them, and those `beside` which a
    step only reaches, follow at once where they are few; else they are none until the
    worker has worked them out.
    """
    if not own and not beside:
        return
    reached = dict.fromkeys((*beside, *_kept_members(db, (*own, *beside))))
    if len(reached) > AT_ONCE:
        _let_go(db, (*own, *beside))
        reached.clear()
    renew(db, store, (*own, *reached), on=on)


def let_all_go(db: Connection) -> None:
    """From now on nothing that is kept counts: other keys open what it was made from.

    No step was about any record, and which of them it reaches is seen only by opening
    them all. The worker works them out.
    """
    which = tables.views.c.light != STALE
    count_out(db, which)
    db.execute(update(tables.views).where(which).values(light=STALE))


def _kept_members(db: Connection, collections: Sequence[str]) -> list[str]:
    """What is kept of the records in these, up to one more than follow at once."""
    kept = tables.views
    found: list[str] = []
    for some in chunks(collections):
        query = select(kept.c.record_id).where(kept.c.collection_id.in_(some))
        found += db.scalars(query.distinct().limit(AT_ONCE + 1))
    return found


def _let_go(db: Connection, records: Sequence[str]) -> None:
    """From now on nothing that is kept of these, or of what is in them, counts."""
    kept = tables.views.c
    for some in chunks(records):
        for which in (kept.record_id.in_(some), kept.collection_id.in_(some)):
            count_out(db, which)
            db.execute(update(tables.views).where(which).values(light=STALE))
