"""The one hash chain over all steps: what it binds, and how it is verified.

A step's hash covers its own row and the hash before it, so a row that was edited,
taken out or put elsewhere is found. Free text is bound by a commitment, SHA-256 of a
random salt and the text, so that it can be erased and the chain still holds.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge_base.columns import canonical
from knowledge_base.keys import Unreadable, salt_and_text
from knowledge_base.steps import Erased, Remembered
from knowledge_base.tables import chain_head, contents, steps

BEGINNING = "0" * 64

Head = tuple[int, str]
"""(position, hash) of the newest step: kept elsewhere, it shows a cut tail."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """A text with its salt, and the hash of both that stands in the chain."""

    text: str
    salt: str
    hash: str


def commit_to(text: str) -> Commitment:
    """A commitment to the text under a fresh 128-bit salt."""
    salt = secrets.token_hex(16)
    return Commitment(text=text, salt=salt, hash=commitment_of(salt, text))


def commitment_of(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def step_hash(row: Mapping[Any, Any]) -> str:
    """The hash that binds a row of `steps` to the one before, its own left out."""
    at: datetime = row["at"]
    bound = [
        row["previous"],
        row["position"],
        row["record_id"],
        row["ordinal"],
        row["kind"],
        row["version"],
        at.isoformat(timespec="microseconds"),
        row["voice"],
        row["actor"],
        bool(row["by_command"]),
        row["reason"],
        row["body"],
        row["commitment"],
    ]
    return hashlib.sha256(canonical(bound).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Audit:
    """What a walk over the chain found; the chain holds when nothing is broken."""

    steps: int
    head: str
    erased: int
    unreadable: int  # texts whose key is gone: bound, and not to be compared
    broken: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.broken


def take_turn(db: Connection) -> Head:
    """Makes this transaction the one writer until its end; returns the newest head.

    The chain's head is one row, and whoever holds it writes. Others wait here, so that
    nobody works out what follows from facts that somebody else is changing.
    """
    row = db.execute(select(chain_head).with_for_update()).one()
    return row.position, row.hash


def head_of(db: Connection) -> Head:
    row = db.execute(select(chain_head)).one()
    return row.position, row.hash


Told = Callable[[str], str | None]
"""A head -> the line that people keep of it."""


def verify(
    db: Connection,
    *,
    since: Head | str | None = None,
    told: Told = lambda head: head,
) -> Audit:
    """Walks the whole chain; `since` is an earlier head, or what was `told` of one.

    A cut tail is found when the head row, or an earlier head that somebody kept, is
    no longer reached.
    """
    walk = _Walk(since, told)
    for row in db.execute(select(steps).order_by(steps.c.position)).mappings():
        walk.see(row)
    head = db.execute(select(chain_head)).one()
    if (walk.position, walk.previous) != (head.position, head.hash):
        walk.broken.append(
            f"the head names step {head.position}, the last one found is "
            f"{walk.position}"
        )
    if since is not None and not walk.has_passed:
        kept = f"as {since[:12]}…" if isinstance(since, str) else f"at step {since[0]}"
        walk.broken.append(f"the head kept {kept} is not in the chain")
    erased, unreadable = _check_texts(db, walk.broken)
    return Audit(
        steps=walk.position,
        head=walk.previous,
        erased=erased,
        unreadable=unreadable,
        broken=tuple(walk.broken),
    )


class _Walk:
    """Remembers one step at a time, and whether it came past an earlier head."""

    def __init__(self, since: Head | str | None, told: Told) -> None:
        self.position = 0
        self.previous = BEGINNING
        self.broken: list[str] = []
        self._since, self._told = since, told
        self.has_passed = False
        self._look()

    def see(self, row: Mapping[Any, Any]) -> None:
        if row["position"] != self.position + 1:
            self.broken.append(f"steps before {row['position']} are missing")
        if row["previous"] != self.previous:
            self.broken.append(f"step {row['position']} does not follow the one before")
        if step_hash(row) != row["hash"]:
            self.broken.append(f"step {row['position']} was edited")
        self.position, self.previous = row["position"], row["hash"]
        self._look()

    def _look(self) -> None:
        here = (self.position, self.previous)
        if isinstance(self._since, str):
            self.has_passed |= self._told(self.previous) == self._since
        else:
            self.has_passed |= self._since == here


def _check_texts(db: Connection, broken: list[str]) -> tuple[int, int]:
    """Looks at every kept text and the step it is bound to; returns how many are
    erased, and how many no key opens.

    A text is gone only by an `erased` step that came after it: emptied by hand, or
    back after it was erased, it is no longer what the steps say.
    """
    erasures = _erasures(db)
    columns = (contents, steps.c.record_id, steps.c.position)
    kept = select(*columns).outerjoin(
        steps, steps.c.commitment == contents.c.commitment
    )
    erased = unreadable = 0
    for row in db.execute(kept):
        erased += row.text is None
        unreadable += _is_unreadable(db, row)
        what = _wrong_with(db, row, erasures.get(row.record_id, ()))
        if what is not None:
            broken.append(what)
    missing = db.execute(
        select(steps.c.position)
        .outerjoin(contents, contents.c.commitment == steps.c.commitment)
        .where(steps.c.commitment.is_not(None), contents.c.commitment.is_(None))
    )
    broken.extend(f"the text of step {row.position} is gone" for row in missing)
    return erased, unreadable


def _is_unreadable(db: Connection, row: Row[Any]) -> bool:
    if row.text is None or row.salt is None:
        return False
    found = salt_and_text(db, commitment=row.commitment, salt=row.salt, text=row.text)
    return isinstance(found, Unreadable)


Erasure = tuple[int, datetime]


def _erasures(db: Connection) -> Mapping[str, Sequence[Erasure]]:
    """(position, time) of the steps that erased each record."""
    found: dict[str, list[Erasure]] = {}
    columns = (steps.c.record_id, steps.c.position, steps.c.at, steps.c.kind)
    erasing = select(*columns, steps.c.body).where(
        steps.c.kind.in_((Erased.kind, Remembered.kind))
    )
    for row in db.execute(erasing):
        if row.kind == Erased.kind or row.body["erased"]:
            found.setdefault(row.record_id, []).append((row.position, row.at))
    return found


def _wrong_with(
    db: Connection, row: Row[Any], erasures: Sequence[Erasure]
) -> str | None:
    """What is wrong with a kept text, or None; `erasures` are those of its record."""
    if row.position is None:
        return f"the text of commitment {row.commitment[:12]} is of no step"
    later = {at for position, at in erasures if position > row.position}
    if row.text is None:
        if row.erased_at in later:
            return None
        return f"the text of step {row.position} was emptied, and no step erased it"
    found = salt_and_text(db, commitment=row.commitment, salt=row.salt, text=row.text)
    # Without its key a text cannot be compared; that it cannot is counted apart.
    if not isinstance(found, Unreadable) and commitment_of(*found) != row.commitment:
        return f"the text of commitment {row.commitment[:12]} was edited"
    return f"the text of step {row.position} was erased, and is back" if later else None
