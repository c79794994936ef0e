"""Looks at all records again when a community gives a list of words; for the worker.

By portions, in the order of ids. Only what a list found or no longer finds is written;
of a record that it does not touch nothing is. Whoever is killed in it does the portion
again, and what stood already is the same. A record that nobody can open is passed over,
and its key remembered: once that opens, all are looked through again.
"""

import logging
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from knowledge_base import tables
from knowledge_base.chain import take_turn
from knowledge_base.keys import BEGINS, keys_of, missing_key
from knowledge_base.kinds import shipped_kinds
from knowledge_base.lists_in_force import InForce, lists_in_force, newest_list
from knowledge_base.looked_through import (
    HowFar,
    how_far,
    keep_how_far,
    opens_what_was_missed,
)
from knowledge_base.made_ready import make_ready
from knowledge_base.notes import Note
from knowledge_base.receiving import screening, seen_findings
from knowledge_base.records import Record, find_records
from knowledge_base.sealed_facts import SEALED
from knowledge_base.steps import SOFTWARE, Screened, SeenFinding
from knowledge_base.store import Store
from knowledge_base.tightening import tighten_these
from knowledge_base.workflow import Stale, note
from policies.word_lists import UNREADABLE, unreadable_of

log = logging.getLogger(__name__)

PORTION = 200


def look_through(
    store: Store, *, now: datetime, limit: int = PORTION
) -> tuple[int, str]:
    """A portion of what is left: (how many records, after which one); (0, ""): none.

    What is shown and asks from now on is closed in the store at once. Raises
    `WrongMasterKey` where the master key was replaced since this program was started:
    it would pass over everything.
    """
    far = _begin(store)
    if far is None:
        return 0, ""
    with store.reading() as db:
        in_force = lists_in_force(db)
        ids = _next(db, far.after, limit)
        found = find_records(db, ids)
        missed = _missing_keys(db, [x.id for x in found.values() if x.is_unreadable])
    if not far.after:
        _tell_of_unreadable(in_force)
    try:
        asking = _look_at(store, found.values(), far, in_force, now=now)
    except Stale:
        return 0, f"{far.towards} {far.after}"  # somebody was quicker: once more
    tighten_these(store, asking, now=now)
    after = far.past(ids[-1] if ids else None, missed)
    with store.writing() as db:
        take_turn(db)
        if newest_list(db) == far.towards:
            _remember_unreadable(db, in_force)
            keep_how_far(db, after)
    return len(ids), "" if after.is_done else f"{after.towards} {after.after}"


def _begin(store: Store) -> HowFar | None:
    """From where to go on; None where all is looked through."""
    with store.reading() as db:
        far = _due(db)
        if far is None:
            return None
        keys = keys_of(db)
        if keys is not None:
            keys.require_fits(db)
        if far == how_far(db):
            return far
    with store.writing() as db:
        take_turn(db)
        far = _due(db)
        if far is not None and far != how_far(db):
            # Before anything is read: what comes in from here on is told of anew.
            _forget_unreadable(db, lists_in_force(db))
            keep_how_far(db, far)
    return far


def _due(db: Connection) -> HowFar | None:
    newest, far = newest_list(db), how_far(db)
    if far.towards != newest:
        return far.anew(newest)
    if far.is_done:
        is_due = opens_what_was_missed(db, far) or _opens_again(db)
        return far.anew(newest) if is_due else None
    return far


def _opens_again(db: Connection) -> bool:
    """Whether a list that could not be looked at once can be by now."""
    table = tables.word_lists
    was = select(table.c.community_id).where(table.c.was_unreadable.is_(True))
    missed = set(db.scalars(was))
    return bool(missed) and bool(missed - lists_in_force(db).lists.unreadable)


def _next(db: Connection, after: str, limit: int) -> tuple[str, ...]:
    id = tables.records.c.id
    return tuple(db.scalars(select(id).where(id > after).order_by(id).limit(limit)))


def _missing_keys(db: Connection, ids: Sequence[str]) -> frozenset[str]:
    """The keys that would have to be found before these can be looked at."""
    contents, records = tables.contents, tables.records
    query = select(contents.c.text, records.c.facts).select_from(records)
    query = query.outerjoin(contents, contents.c.commitment == records.c.content)
    rows = db.execute(query.where(records.c.id.in_(ids))).all() if ids else ()
    texts = {one for row in rows for one in (row.text, row.facts.get(SEALED)) if one}
    missing = {missing_key(db, one) for one in texts if one.startswith(BEGINS)}
    return frozenset(id for id in missing if id is not None)


def _look_at(
    store: Store,
    records: Iterable[Record],
    far: HowFar,
    in_force: InForce,
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Takes the steps of those of which something else is found; returns all that ask.

    Raises `Stale` where one of them moved on meanwhile; then none was taken.
    """
    notes, asking = [], []
    for record in records:
        if record.content_hash is None or record.is_unreadable:
            continue  # nothing of it can be read, and nothing of it is shown
        step = _looked_at(store, record, far, in_force)
        listed = record.known.findings or () if step is None else step.findings
        if any(one.party for one in listed):
            asking.append(record.id)
        if step is not None:
            notes.append(
                Note(record=record.id, seen=record.length, step=step, by=SOFTWARE)
            )
    note(store, notes, now=now)
    return tuple(asking)


def _looked_at(
    store: Store, record: Record, far: HowFar, in_force: InForce
) -> Screened | None:
    """The step where something else is found than is known; None where it is not."""
    known, kind = record.known, shipped_kinds()[record.kind]
    if known.findings is None:
        return screening(store, kind, make_ready(kind, record.content), in_force)
    found = seen_findings(in_force.lists.find(kind.content(record.content)))
    listed = _as_far_as_read(record, found, far, in_force)
    before = tuple(one for one in known.findings if one.party)
    if set(listed) == set(before):
        return None
    # What the rulebook finds is found anew: the step says by which one it was.
    anew = screening(store, kind, make_ready(kind, record.content), in_force)
    others = (one for one in anew.findings if not one.party)
    return replace(anew, findings=(*listed, *others))


def _as_far_as_read(
    record: Record, found: Sequence[SeenFinding], far: HowFar, in_force: InForce
) -> tuple[SeenFinding, ...]:
    """What was found; of a list that nobody can open, what was found with it before.

    Where the record was never looked at with that list as it stands, it asks.
    """
    known, unreadable = record.known, in_force.lists.unreadable
    listed = [one for one in found if one.rule != UNREADABLE]
    listed += [one for one in known.findings or () if one.party in unreadable]
    had = {one.party for one in listed if one.rule == UNREADABLE}
    for community in unreadable - had:
        if in_force.given[community] > max(known.lists, far.since):
            listed += seen_findings([unreadable_of(community)])
    return tuple(sorted(listed, key=lambda one: (one.rule, one.party)))


def _tell_of_unreadable(in_force: InForce) -> None:
    for community in sorted(in_force.lists.unreadable):
        log.warning("the list of community %s cannot be read: it asks", community)


def _forget_unreadable(db: Connection, in_force: InForce) -> None:
    """What lists that open were missed for is looked at from here on."""
    _note_unreadable(db, set(in_force.given) - in_force.lists.unreadable, False)


def _remember_unreadable(db: Connection, in_force: InForce) -> None:
    """These were missed in a portion: all is looked at again once they open."""
    _note_unreadable(db, in_force.lists.unreadable, True)


def _note_unreadable(db: Connection, communities: AbstractSet[str], was: bool) -> None:
    table = tables.word_lists
    if communities:
        these = update(table).where(table.c.community_id.in_(sorted(communities)))
        db.execute(these.values(was_unreadable=was))
