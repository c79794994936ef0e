"""When a steward counts, and for what: the matters that her community gave her."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from knowledge_base.tables import communities, stewards

EVERYTHING = "*"  # the matters of a steward who answers for all of them


def covers(matters: Iterable[str], record: str, collection: str | None) -> bool:
    """Whether a record is among the matters, itself or by its collection."""
    return bool({EVERYTHING, record, collection} & {*matters})


def takes_in(hers: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one steward's matters hold all of another's."""
    return EVERYTHING in {*hers} or {*others} <= {*hers}


def must_be_confirmed(db: Connection, community: str) -> bool:
    """Whether whoever joins now waits for somebody of the community.

    She does where the community wishes it, and wherever it has a steward already:
    from then on nobody is added without one of its own. A suspended one still counts,
    or whoever may suspend could clear a place and fill it.
    """
    wished = db.scalar(
        select(communities.c.needs_second).where(communities.c.id == community)
    )
    return bool(wished) or bool(_in_state(db, community, "active", "suspended"))


def active_stewards(db: Connection, community: str) -> tuple[str, ...]:
    """The accounts that may answer for the community today."""
    return _in_state(db, community, "active")


def _in_state(db: Connection, community: str, *states: str) -> tuple[str, ...]:
    return tuple(_matters_in_state(db, community, *states))


def may_confirm(db: Connection, account: str, community: str) -> bool:
    """Whether the account may stand as the second person of the community.

    The first two who join confirm each other, whatever their matters. After them it
    takes somebody who answers for everything, or, where nobody seated does, whoever
    is active: a community whose first stewards have one matter each is not stuck.
    """
    seated = _matters_in_state(db, community, "active", "suspended")
    active = _matters_in_state(db, community, "active")
    if not seated:
        return account in _in_state(db, community, "waiting")
    if any(EVERYTHING in matters for matters in seated.values()):
        return EVERYTHING in active.get(account, ())
    return account in active


def matters_of(db: Connection, account: str, community: str) -> tuple[str, ...]:
    """What the account was named for there, whatever its state; nothing for none."""
    states = ("waiting", "active", "suspended", "left")
    return _matters_in_state(db, community, *states).get(account, ())


def _matters_in_state(
    db: Connection, community: str, *states: str
) -> dict[str, tuple[str, ...]]:
    """Account -> matters."""
    found = db.execute(
        select(stewards.c.account_id, stewards.c.matters).where(
            stewards.c.community_id == community, stewards.c.state.in_(states)
        )
    )
    return {row.account_id: tuple(row.matters) for row in found}
