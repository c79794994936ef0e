"""What is to be done in the background, and who is at it.

A lease is a promise that ends by itself. Whoever takes a job raises its `fence`, and
writes only while that number is still there: one whose lease ran out writes nothing.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Table

from knowledge_base.columns import Json, Key, UtcTime
from knowledge_base.tables.shape import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("owner", Key, nullable=True),
    Column("arguments", Json, nullable=False),
    Column("state", Key, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("worker", Key, nullable=True),
    Column("leased_until", UtcTime, nullable=True),
    Column("fence", BigInteger, nullable=False),
    Column("reached", Key, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("outcome", Key, nullable=False),
    Column("ended_at", UtcTime, nullable=True),  # NULL while it waits
    CheckConstraint(
        "state IN ('waiting', 'done', 'cancelled')",
        name="a_job_is_waiting_done_or_cancelled",
    ),
    CheckConstraint(
        "(worker IS NULL) = (leased_until IS NULL)",
        name="whoever_is_at_a_job_has_a_lease",
    ),
    Index(None, "state", "due_at"),
)
