"""When a steward counts, and for what: the matters that her community gave her."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from knowledge_base.steps import ConfirmedByKey, KeyMade, OneIsEnough, StewardLeft
from knowledge_base.tables import accounts, communities, invitations, steps, stewards

EVERYTHING = "*"  # the matters of a steward who answers for all of them


def covers(matters: Iterable[str], record: str, collection: str | None) -> bool:
    """Whether a record is among the matters, itself or by its collection."""
    return bool({EVERYTHING, record, collection} & {*matters})


def takes_in(hers: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one steward's matters hold all of another's."""
    return EVERYTHING in {*hers} or {*others} <= {*hers}


def is_first_opening(db: Connection, community: str) -> bool:
    """Whether nobody of the community is here yet, so that nobody of it can confirm.

    A suspended steward of a present community still counts as one who is here, or
    whoever may suspend could clear a place and fill it.
    """
    return not _seated(db, community)


def _seated(db: Connection, community: str) -> dict[str, tuple[str, ...]]:
    """Who answers, or did until she was suspended, with her matters.

    In a place that never opened nobody does: whoever was suspended there waited.
    """
    was_opened = db.scalar(
        select(communities.c.id).where(
            communities.c.id == community, communities.c.state != "named"
        )
    )
    if was_opened is None:
        return {}
    return _matters_in_state(db, community, "active", "suspended", also_shut_out=True)


def must_be_confirmed(db: Connection, community: str, *, written_by: str) -> bool:
    """Whether whoever joins now waits for somebody of the community.

    She does wherever it has a steward already: from then on nobody is added without
    one of its own. In a first opening she does unless the community wished that one
    is enough, and another account wrote that down than wrote her invitation down.
    """
    if not is_first_opening(db, community):
        return True
    return not wished_for_one(db, community) - {written_by}


def wished_for_one(db: Connection, community: str) -> frozenset[str]:
    """The accounts that wrote down the community's wish that one is enough.

    A wish from before somebody left counts no longer: it was for another opening.
    """
    of_here = steps.c.record_id == community
    left = db.scalar(
        select(func.max(steps.c.position)).where(
            of_here, steps.c.kind == StewardLeft.kind
        )
    )
    return frozenset(
        db.scalars(
            select(steps.c.actor).where(
                of_here,
                steps.c.kind == OneIsEnough.kind,
                steps.c.position > (left or 0),
            )
        )
    )


def active_stewards(db: Connection, community: str) -> tuple[str, ...]:
    """The accounts that may answer for the community today."""
    return tuple(_matters_in_state(db, community, "active"))


def may_confirm(db: Connection, account: str, community: str) -> bool:
    """Whether the account may stand as the second person of the community.

    The first two who join confirm each other, whatever their matters. After them it
    takes somebody who answers for everything, or, where nobody seated does, whoever
    is active: a community whose first stewards have one matter each is not stuck.
    """
    seated = _seated(db, community)
    active = _matters_in_state(db, community, "active")
    if not seated:
        return account in _matters_in_state(db, community, "waiting")
    if any(EVERYTHING in matters for matters in seated.values()):
        return EVERYTHING in active.get(account, ())
    return account in active


def written_down_by(db: Connection, account: str, community: str) -> str | None:
    """Whose account wrote down the invitation by which she joined; None: no steward."""
    found = db.scalar(
        select(stewards.c.invited_by).where(
            stewards.c.account_id == account, stewards.c.community_id == community
        )
    )
    return None if found is None else str(found)


def has_written_one(db: Connection, account: str, community: str) -> bool:
    """Whether one that this account wrote down is open, or somebody waits by it."""
    waiting = select(stewards.c.account_id).where(
        stewards.c.community_id == community, stewards.c.state == "waiting"
    )
    found = select(invitations.c.id).where(
        invitations.c.community_id == community,
        invitations.c.recorded_by == account,
        invitations.c.used_by.is_(None) | invitations.c.used_by.in_(waiting),
    )
    return db.execute(found).first() is not None


@dataclass(frozen=True, slots=True)
class StandingKey:
    """The key that opens today, known by its mark alone."""

    mark: str
    made_at: datetime


def standing_key(db: Connection, community: str) -> StandingKey | None:
    """The community's key, or None where none was made or the last was used."""
    kinds = (KeyMade.kind, ConfirmedByKey.kind)
    last = db.execute(
        select(steps)
        .where(steps.c.record_id == community, steps.c.kind.in_(kinds))
        .order_by(steps.c.ordinal.desc())
        .limit(1)
    ).first()
    if last is None or last.kind != KeyMade.kind:
        return None
    return StandingKey(last.body["mark"], last.at)


def matters_of(db: Connection, account: str, community: str) -> tuple[str, ...]:
    """What the account was named for there, whatever its state; nothing for none."""
    states = ("waiting", "active", "suspended", "left")
    held = _matters_in_state(db, community, *states, also_shut_out=True)
    return held.get(account, ())


def state_of_steward(db: Connection, account: str, community: str) -> str | None:
    """Whether she waits, answers, was suspended or has left; None: no steward of it."""
    found = db.scalar(
        select(stewards.c.state).where(
            stewards.c.account_id == account, stewards.c.community_id == community
        )
    )
    return None if found is None else str(found)


def _matters_in_state(
    db: Connection, community: str, *states: str, also_shut_out: bool = False
) -> dict[str, tuple[str, ...]]:
    """Account -> matters; without the accounts that an operator has shut out."""
    query = select(stewards.c.account_id, stewards.c.matters).where(
        stewards.c.community_id == community, stewards.c.state.in_(states)
    )
    if not also_shut_out:
        query = query.join(accounts, accounts.c.id == stewards.c.account_id).where(
            accounts.c.is_suspended.is_(False)
        )
    return {row.account_id: tuple(row.matters) for row in db.execute(query)}
