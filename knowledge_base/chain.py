"""The one hash chain over all steps: what it binds, and how it is verified.

A step's hash covers its own row and the hash before it, so a row that was edited,
taken out or put elsewhere is found. Free text is bound by a commitment, SHA-256 of a
random salt and the text, so that it can be erased and the chain still holds.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
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
    walk, texts = _Walk(since, told), _Texts(db)
    try:
        texts.look_for_erasures()
        for some in _portions(db):
            for row in some:
                walk.see(row)
            texts.see(some)
    except (msgspec.DecodeError, ValueError):
        # Somebody wrote there by hand what is no step at all.
        walk.broken.append(f"a step after {walk.position} cannot be read")
    texts.look_for_strays()
    head = db.execute(select(chain_head)).one()
    if (walk.position, walk.previous) != (head.position, head.hash):
        walk.broken.append(
            f"the head names step {head.position}, the last one found is "
            f"{walk.position}"
        )
    if since is not None and not walk.has_passed:
        kept = f"as {since[:12]}…" if isinstance(since, str) else f"at step {since[0]}"
        walk.broken.append(f"the head kept {kept} is not in the chain")
    return Audit(
        steps=walk.position,
        head=walk.previous,
        erased=texts.erased,
        unreadable=texts.unreadable,
        broken=(*walk.broken, *texts.broken),
    )


PORTION = 500
"""So many steps, and their texts, are in memory at a time."""

_Steps = Sequence[Mapping[Any, Any]]


def _portions(db: Connection) -> Iterator[_Steps]:
    """All steps in their order; a driver would hold all of them at once."""
    query = select(steps).order_by(steps.c.position).limit(PORTION)
    some: _Steps = db.execute(query).mappings().all()
    while some:
        yield some
        after = steps.c.position > some[-1]["position"]
        some = db.execute(query.where(after)).mappings().all()


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


Erasure = tuple[int, datetime]


def _erasures(db: Connection) -> Mapping[str, Sequence[Erasure]]:
    """(position, time) of the steps that erased each record."""
    found: dict[str, list[Erasure]] = {}
    columns = (steps.c.record_id, steps.c.position, steps.c.at, steps.c.kind)
    erasing = select(*columns, steps.c.body).where(
        steps.c.kind.in_((Erased.kind, Remembered.kind))
    )
    for row in db.execute(erasing):
        if row.kind == Erased.kind or _says_erased(row.body):
            found.setdefault(row.record_id, []).append((row.position, row.at))
    return found


def _says_erased(body: object) -> bool:
    # Written by hand it may be anything; that it was is found by its hash.
    return isinstance(body, dict) and body.get("erased") is True


class _Texts:
    """Looks at every kept text and the step it is bound to.

    A text is gone only by an `erased` step that came after it: emptied by hand, or
    back after it was erased, it is no longer what the steps say.
    """

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._erasures: Mapping[str, Sequence[Erasure]] = {}
        self.erased = self.unreadable = 0
        self.broken: list[str] = []

    def look_for_erasures(self) -> None:
        self._erasures = _erasures(self._db)

    def see(self, some: _Steps) -> None:
        """Of these steps, each text: whether it is there, and what it was."""
        wanted = [row["commitment"] for row in some if row["commitment"] is not None]
        these = select(contents).where(contents.c.commitment.in_(wanted))
        kept = {row.commitment: row for row in self._db.execute(these)}
        for step in some:
            if step["commitment"] in kept:
                self._compare(step, kept[step["commitment"]])
            elif step["commitment"] is not None:
                self.broken.append(f"the text of step {step['position']} is gone")

    def _compare(self, step: Mapping[Any, Any], kept: Row[Any]) -> None:
        erasures = self._erasures.get(step["record_id"], ())
        later = {at for position, at in erasures if position > step["position"]}
        which = f"the text of step {step['position']}"
        if kept.text is None:
            self.erased += 1
            if kept.erased_at not in later:
                self.broken.append(f"{which} was emptied, and no step erased it")
            return
        found = salt_and_text(
            self._db, commitment=kept.commitment, salt=kept.salt, text=kept.text
        )
        # Without its key a text cannot be compared; that it cannot is counted apart.
        if isinstance(found, Unreadable):
            self.unreadable += 1
        elif commitment_of(*found) != kept.commitment:
            what = f"the text of commitment {kept.commitment[:12]} was edited"
            self.broken.append(what)
            return
        if later:
            self.broken.append(f"{which} was erased, and is back")

    def look_for_strays(self) -> None:
        """Texts that no step is bound to."""
        query = (
            select(contents.c.commitment)
            .outerjoin(steps, steps.c.commitment == contents.c.commitment)
            .where(steps.c.position.is_(None))
        )
        self.broken += [
            f"the text of commitment {commitment[:12]} is of no step"
            for commitment in self._db.scalars(query)
        ]
