"""A history that somebody writes into by hand, in any way a hand can."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from knowledge_base.chain import Head, head_of, step_hash, verify
from knowledge_base.store import Store
from knowledge_base.tables import chain_head, contents, steps
from tests.knowledge_base.conftest import make_world
from tests.soak.subject import STORES, Round, Subject
from tests.soak.subjects.histories import act, begin

ACTS = 15
HANDS = 40


def play(round: Round) -> None:
    world = make_world(round.address())
    try:
        life = begin(round, world)
        heads = [_head(world.store)]
        for _ in round.many(ACTS):
            act(life)
            heads.append(_head(world.store))
        for _ in round.many(HANDS):
            _write_by_hand(round, world.store, round.chance.choice(heads))
        with world.store.reading() as db:
            audit = verify(db, since=round.chance.choice(heads))
        round.expect(audit.holds, f"whole, and called broken: {audit.broken}")
    finally:
        world.store.close()


def _head(store: Store) -> Head:
    with store.reading() as db:
        return head_of(db)


def _write_by_hand(round: Round, store: Store, kept: Head) -> None:
    """Writes something, looks whether the audit finds it, and takes it back."""
    name = round.chance.choice(sorted(_HANDS))
    round.tell(f"{name}, where head {kept[0]} was kept")
    with store.writing() as db:
        tried = db.begin_nested()
        before = _all(db)
        try:
            _HANDS[name](db, round.chance, kept)
        except DBAPIError:  # MariaDB calls a check that says no an operational matter
            round.told[-1] += ": the database refuses it"
            tried.rollback()
            return
        changed = _all(db) != before
        audit = verify(db, since=kept)
        tried.rollback()
    round.expect(not (changed and audit.holds), f"not found: {name}")


def _all(db: Connection) -> list[Any]:
    tables = (steps, contents, chain_head)
    return [db.execute(select(one).order_by(*one.primary_key)).all() for one in tables]


# --- what a hand may do


def _row(db: Connection, chance: Random) -> dict[str, Any]:
    most = db.scalar(select(func.max(steps.c.position))) or 1
    one = select(steps).where(steps.c.position == chance.randint(1, most))
    return dict(db.execute(one).mappings().one())


def _edit(db: Connection, chance: Random, _: Head) -> None:
    """One column gets what stands there in another row, or something else."""
    row, other = _row(db, chance), _row(db, chance)
    column = chance.choice(sorted(set(row) - {"position"}))
    value = other[column] if other[column] != row[column] else _otherwise(row[column])
    at = steps.c.position == row["position"]
    db.execute(update(steps).where(at).values({column: value}))


def _otherwise(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() | None:
            return "0" * 64
        case dict():
            return {**value, "more": 1}
        case _:
            return value + timedelta(microseconds=1)


def _edit_and_hash(db: Connection, chance: Random, _: Head) -> None:
    """Somebody who knows how a step is bound, and binds the changed one anew."""
    row = _row(db, chance)
    row["body"] = {**row["body"], "more": chance.random()}
    at = steps.c.position == row["position"]
    values = {"body": row["body"], "hash": step_hash(row)}
    db.execute(update(steps).where(at).values(values))


def _write_all_anew(db: Connection, chance: Random, kept: Head) -> None:
    """From one step on everything is bound anew, the head too: a kept head tells."""
    if kept[0] == 0:
        return
    first = chance.randint(1, kept[0])
    after = select(steps).where(steps.c.position >= first).order_by(steps.c.position)
    rows = [dict(one) for one in db.execute(after).mappings()]
    previous = rows[0]["previous"]
    for row in rows:
        row["previous"] = previous
        if row["position"] == first:
            row["body"] = {**row["body"], "more": 1}
        previous = row["hash"] = step_hash(row)
        at = steps.c.position == row["position"]
        db.execute(update(steps).where(at).values(row))
    db.execute(update(chain_head).values(hash=previous))


def _cut_out(db: Connection, chance: Random, _: Head) -> None:
    first = _row(db, chance)["position"]
    last = first + chance.randint(0, 3)
    db.execute(delete(steps).where(steps.c.position.between(first, last)))


def _cut_the_tail(db: Connection, chance: Random, kept: Head) -> None:
    """And the head says what stands there now: only a kept head tells."""
    if kept[0] < 2:
        return
    last = chance.randint(1, kept[0] - 1)
    gone = select(steps.c.commitment).where(steps.c.position > last)
    texts = [one for one in db.scalars(gone) if one is not None]
    db.execute(delete(contents).where(contents.c.commitment.in_(texts)))
    db.execute(delete(steps).where(steps.c.position > last))
    hash = db.scalar(select(steps.c.hash).where(steps.c.position == last))
    db.execute(update(chain_head).values(position=last, hash=hash))


def _swap(db: Connection, chance: Random, _: Head) -> None:
    """Two steps change their places, with all that they are."""
    one, other = _row(db, chance), _row(db, chance)
    if one["position"] == other["position"]:
        return
    both = steps.c.position.in_([one["position"], other["position"]])
    db.execute(delete(steps).where(both))
    one["position"], other["position"] = other["position"], one["position"]
    db.execute(insert(steps).values([one, other]))


def _put_in_again(db: Connection, chance: Random, _: Head) -> None:
    """A step is said once more, bound to the newest, and the head not told."""
    row, head = _row(db, chance), head_of(db)
    row |= {"position": head[0] + 1, "previous": head[1], "ordinal": 100_000}
    row["hash"] = step_hash(row)
    db.execute(insert(steps).values(row))


def _change_a_text(db: Connection, chance: Random, _: Head) -> None:
    texts = db.execute(select(contents).order_by(contents.c.commitment)).all()
    row = chance.choice(texts)
    mine = contents.c.commitment == row.commitment
    empty = {"text": None, "salt": None, "erased_at": chance.choice(texts).erased_at}
    changed = chance.choice(
        [
            {"text": f"{row.text}."},
            {"salt": "0" * 32},
            {"commitment": "0" * 64},
            empty | {"erased_at": empty["erased_at"] or _some_time(db, chance)},
            {"text": "back", "salt": "s", "erased_at": None},
        ]
    )
    db.execute(update(contents).where(mine).values(changed))


def _some_time(db: Connection, chance: Random) -> Any:
    return _row(db, chance)["at"]


def _take_a_text(db: Connection, chance: Random, _: Head) -> None:
    texts = db.scalars(select(contents.c.commitment).order_by(contents.c.commitment))
    one = chance.choice(list(texts))
    db.execute(delete(contents).where(contents.c.commitment == one))


def _move_the_head(db: Connection, chance: Random, _: Head) -> None:
    row = _row(db, chance)
    values = {"position": row["position"], "hash": row["hash"]}
    db.execute(update(chain_head).values(values))


_HANDS: Mapping[str, Callable[[Connection, Random, Head], None]] = {
    "edit a column": _edit,
    "edit a step and hash it anew": _edit_and_hash,
    "write all anew from a step on": _write_all_anew,
    "cut steps out": _cut_out,
    "cut the tail and tell the head": _cut_the_tail,
    "swap two steps": _swap,
    "put a step in again": _put_in_again,
    "change a text": _change_a_text,
    "take a text away": _take_a_text,
    "move the head": _move_the_head,
}

SUBJECT = Subject(
    name="one-log",
    promise=(
        "Whatever is edited, cut, moved, swapped or put in again by hand, in steps or"
        " in the texts beside them, the audit finds it, with a head that somebody kept."
    ),
    invariants=(13,),
    places=STORES,
    play=play,
    notices=("A text that nobody erased is not gone",),
)
