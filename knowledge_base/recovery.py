"""A store that was put back to an earlier day, and a wiki that went on without it.

Until the two were compared the bot reads and takes back, and saves nothing there.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from knowledge_base.tables import journeys, recoveries
from policies.errors import WithcareError


class NotCompared(WithcareError):
    """The store was restored and not compared with the wiki; nothing was written."""

    def __init__(self, destination: str) -> None:
        self.destination = destination
        super().__init__(
            f"This store was restored, and nobody has compared it with {destination} "
            "yet: run `withcare bot reconcile`, and read what it says."
        )


def begin_recovery(
    db: Connection, destinations: Iterable[str], *, made_at: datetime
) -> None:
    """Holds every destination, those that no setting names any more included.

    `made_at`: when the backup was made from which the store was filled.
    """
    db.execute(delete(recoveries))
    known = db.scalars(select(journeys.c.destination).distinct())
    for destination in sorted({*known, *destinations}):
        db.execute(insert(recoveries).values(destination=destination, made_at=made_at))


def recovering_since(db: Connection, destination: str) -> datetime | None:
    """When the backup was made; None where the store need not be compared."""
    query = select(recoveries.c.made_at)
    return db.scalar(query.where(recoveries.c.destination == destination))


def require_compared(db: Connection, destination: str) -> None:
    """Raises `NotCompared`."""
    if recovering_since(db, destination) is not None:
        raise NotCompared(destination)


def end_recovery(db: Connection, destination: str) -> None:
    db.execute(delete(recoveries).where(recoveries.c.destination == destination))
