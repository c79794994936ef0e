"""The one hash chain over all steps: what it binds, and how it is verified.

A step's hash covers its own row and the hash before it, so a row that was edited,
taken out or put elsewhere is found. Free text is bound by a commitment, SHA-256 of a
random salt and the text, so that it can be erased and the chain still holds.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from knowledge_base.columns import canonical
from knowledge_base.tables import chain_head, contents, steps

BEGINNING = "0" * 64


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
    broken: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.broken


def head_of(db: Connection) -> tuple[int, str]:
    """(position, hash) of the newest step: kept elsewhere, it shows a cut tail."""
    row = db.execute(select(chain_head)).one()
    return row.position, row.hash


def verify(db: Connection, *, since: tuple[int, str] | None = None) -> Audit:
    """Walks the whole chain; `since` is an earlier head as (position, hash).

    A cut tail is found when the head row, or an earlier head that somebody kept, is
    no longer reached.
    """
    walk = _Walk()
    for row in db.execute(select(steps).order_by(steps.c.position)).mappings():
        walk.see(row)
    head = db.execute(select(chain_head)).one()
    if (walk.position, walk.previous) != (head.position, head.hash):
        walk.broken.append(
            f"the head names step {head.position}, the last one found is "
            f"{walk.position}"
        )
    if since is not None and walk.heads.get(since[0]) != since[1]:
        walk.broken.append(f"the head kept at step {since[0]} is not in the chain")
    erased = _check_texts(db, walk.broken)
    return Audit(
        steps=walk.position,
        head=walk.previous,
        erased=erased,
        broken=tuple(walk.broken),
    )


class _Walk:
    def __init__(self) -> None:
        self.position = 0
        self.previous = BEGINNING
        self.heads: dict[int, str] = {0: BEGINNING}
        self.broken: list[str] = []

    def see(self, row: Mapping[Any, Any]) -> None:
        if row["position"] != self.position + 1:
            self.broken.append(f"steps before {row['position']} are missing")
        if row["previous"] != self.previous:
            self.broken.append(f"step {row['position']} does not follow the one before")
        if step_hash(row) != row["hash"]:
            self.broken.append(f"step {row['position']} was edited")
        self.position, self.previous = row["position"], row["hash"]
        self.heads[self.position] = self.previous


def _check_texts(db: Connection, broken: list[str]) -> int:
    erased = 0
    for row in db.execute(select(contents)):
        if row.text is None:
            erased += 1
        elif commitment_of(row.salt, row.text) != row.commitment:
            broken.append(f"the text of commitment {row.commitment[:12]} was edited")
    missing = db.execute(
        select(steps.c.position)
        .outerjoin(contents, contents.c.commitment == steps.c.commitment)
        .where(steps.c.commitment.is_not(None), contents.c.commitment.is_(None))
    )
    broken.extend(f"the text of step {row.position} is gone" for row in missing)
    return erased
