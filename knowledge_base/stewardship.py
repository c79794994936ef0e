"""When a steward counts: at once, or only when a second person has confirmed her."""

from sqlalchemy import Connection, select

from knowledge_base.tables import communities, stewards

EVERYTHING = "*"  # the matters of a steward who answers for all of them


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
    found = db.scalars(
        select(stewards.c.account_id).where(
            stewards.c.community_id == community, stewards.c.state.in_(states)
        )
    )
    return tuple(found)


def may_confirm(db: Connection, account: str, community: str) -> bool:
    """Whether the account may stand as the second person of the community.

    The first two who join a community that wishes it confirm each other.
    """
    seated = _in_state(db, community, "active", "suspended")
    if seated:
        return account in active_stewards(db, community)
    waiting = select(stewards.c.account_id).where(
        stewards.c.community_id == community,
        stewards.c.account_id == account,
        stewards.c.state == "waiting",
    )
    return db.execute(waiting).first() is not None
