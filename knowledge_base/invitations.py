"""How a person joins for her community: a half that she keeps, a mark written down.

An institution can only write down that a community named somebody, and only until the
community is present. The person makes her own half of the invitation first and keeps
it; what is recorded is its mark, read from the community's letter or heard at its
meeting. Whoever runs the software never holds a half, and so cannot become, reset or
be a steward.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from knowledge_base import steps, tables
from knowledge_base.community_keys import mark_that_fits
from knowledge_base.history import Entry, history_of, length_of
from knowledge_base.identity import mark_of, new_id, new_secret
from knowledge_base.notes import Note
from knowledge_base.projection import AlreadyKnown
from knowledge_base.steps import ANYONE, Actor
from knowledge_base.stewardship import EVERYTHING, must_be_confirmed
from knowledge_base.store import Store
from knowledge_base.workflow import note
from policies.errors import WithcareError

DAYS = 60
_MARK = re.compile(r"[0-9a-f]{4}(-[0-9a-f]{4}){4}")


class NoInvitation(WithcareError):
    """The half fits no invitation; nothing was written, and nothing is said of why."""

    def __init__(self) -> None:
        super().__init__(
            "This does not fit an open invitation. Ask the person who wrote yours "
            "down whether the mark is right and the invitation still open."
        )


class NotAMark(WithcareError):
    """What was written is no mark of a half; nothing was written down."""

    def __init__(self) -> None:
        super().__init__(
            "A mark is five groups of four, each of the figures 0 to 9 or the letters "
            "a to f, such as 0a1b-2c3d-4e5f-6071-8293. Compare it with the letter."
        )


class NoSuchCommunity(WithcareError):
    """Nobody named a community of this id; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such community; `withcare community show` lists them."
        )


class SameHands(WithcareError):
    """Whoever wrote an invitation down tried to join by it; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "Whoever wrote this invitation down cannot join by it: the person whom "
            "it names signs in for herself."
        )


@dataclass(frozen=True, slots=True)
class Half:
    """A person's own half of an invitation; only the mark is ever handed on."""

    secret: str

    @property
    def mark(self) -> str:
        """Twenty characters to be copied into a letter or read out at a meeting."""
        full = mark_of(self.secret)[:20]
        return "-".join(full[i : i + 4] for i in range(0, 20, 4))


def make_half() -> Half:
    return Half(new_secret())


def record_invitation(
    store: Store,
    community: str,
    *,
    mark: str,
    evidence: str,
    by: Actor,
    now: datetime,
    matters: tuple[str, ...] = (EVERYTHING,),
) -> str:
    """Writes down that the community named the holder of this half; returns its id.

    Raises `NotAMark`, `NoSuchCommunity`, and `AlreadyKnown` where the mark was written
    down before.
    """
    half_mark = mark.strip().lower()
    if _MARK.fullmatch(half_mark) is None:
        raise NotAMark
    with store.reading() as db:
        if not _is_community(db, community):
            raise NoSuchCommunity
        seen = length_of(db, community)
    step = steps.InvitationRecorded(
        invitation=new_id(),
        half_mark=half_mark,
        matters=matters,
        days=DAYS,
    )
    one = Note(record=community, seen=seen, step=step, by=by, text=evidence)
    try:
        note(store, [one], now=now)
    except IntegrityError as error:
        raise AlreadyKnown("An invitation with this mark") from error
    return step.invitation


def take_back_invitation(
    store: Store, community: str, invitation: str, *, by: Actor, now: datetime
) -> None:
    """What was written down wrongly opens nothing any more; nobody has joined by it."""
    with store.reading() as db:
        seen = length_of(db, community)
    step = steps.InvitationTakenBack(invitation=invitation)
    note(store, [Note(record=community, seen=seen, step=step, by=by)], now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An invitation by which nobody has joined; `mark` is what was written down."""

    id: str
    mark: str
    matters: tuple[str, ...]
    recorded_by: str
    expires: datetime


def open_invitations(db: Connection, community: str) -> tuple[Open, ...]:
    """Those by which nobody has joined, also where their time is over; by time."""
    table = tables.invitations
    found = db.execute(
        select(table)
        .where(table.c.community_id == community, table.c.used_by.is_(None))
        .order_by(table.c.expires, table.c.id)
    )
    return tuple(
        Open(
            id=row.id,
            mark=row.half_mark,
            matters=tuple(row.matters),
            recorded_by=row.recorded_by,
            expires=row.expires,
        )
        for row in found
    )


def record_one_is_enough(
    store: Store, community: str, *, evidence: str, by: Actor, now: datetime
) -> None:
    """Writes down the community's wish that its first steward needs no second person.

    Raises `NoSuchCommunity`.
    """
    with store.reading() as db:
        if not _is_community(db, community):
            raise NoSuchCommunity
        seen = length_of(db, community)
    step = steps.OneIsEnough()
    one = Note(record=community, seen=seen, step=step, by=by, text=evidence)
    note(store, [one], now=now)


def wishes_of(db: Connection, community: str) -> tuple[Entry, ...]:
    """Each time that somebody wrote down that one is enough, with the evidence."""
    return tuple(
        one
        for one in history_of(db, community)
        if isinstance(one.step, steps.OneIsEnough)
    )


def _is_community(db: Connection, id: str) -> bool:
    table = tables.communities
    return db.scalar(select(table.c.id).where(table.c.id == id)) is not None


def join(
    store: Store,
    secret: str,
    *,
    name: str,
    now: datetime,
    beside: str | None = None,
    key: str = "",
) -> str:
    """A person joins with her half and a new account of her own; returns its id.

    `beside` is the account that is signed in where she joins, if there is one; `key` is
    her community's own, with which the community itself confirms her. Raises
    `NoInvitation`, `SameHands`, `NotTheKey`, and `AlreadyKnown` for a name in use.

    She waits to be confirmed by a second person of the community, unless it is not
    present and wished that one is enough; until then nothing that she says opens
    anything. An institution that writes down whom it likes adds nobody to a community
    that is present.
    """
    with store.reading() as db:
        found = _invitation(db, Half(secret.strip()).mark, now)
        if beside is not None and found.recorded_by == beside:
            raise SameHands
        mark = mark_that_fits(db, found.community_id, key) if key else None
        account = new_id()
        seen = length_of(db, found.community_id)
        waits = must_be_confirmed(db, found.community_id, written_by=found.recorded_by)
    added = steps.AccountAdded(name=name)
    joined = steps.StewardJoined(
        account=account, invitation=found.id, waits_for_second=waits
    )
    notes = [
        Note(record=account, seen=0, step=added, by=ANYONE),
        Note(record=found.community_id, seen=seen, step=joined, by=ANYONE),
    ]
    if mark is not None:
        by_key = steps.ConfirmedByKey(account=account, mark=mark)
        notes.append(Note(record=found.community_id, seen=seen, step=by_key, by=ANYONE))
    try:
        note(store, notes, now=now)
    except IntegrityError as error:
        raise AlreadyKnown(f"An account named {name!r}") from error
    return account


@dataclass(frozen=True, slots=True)
class _Invitation:
    id: str
    community_id: str
    recorded_by: str


def _invitation(db: Connection, mark: str, now: datetime) -> _Invitation:
    table = tables.invitations
    row = db.execute(
        select(table.c.id, table.c.community_id, table.c.recorded_by).where(
            table.c.half_mark == mark,
            table.c.used_by.is_(None),
            table.c.expires > now,
        )
    ).first()
    if row is None:
        raise NoInvitation
    return _Invitation(row.id, row.community_id, row.recorded_by)
