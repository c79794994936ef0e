"""Jobs of the worker, with leases.

Each statement may be run again: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("owner", columns.Key(), nullable=True),
        sa.Column("arguments", columns.Json(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.Column("due_at", columns.UtcTime(), nullable=False),
        sa.Column("worker", columns.Key(), nullable=True),
        sa.Column("leased_until", columns.UtcTime(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("reached", columns.Key(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("outcome", columns.Key(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'cancelled')",
            name=op.f("a_job_is_waiting_done_or_cancelled"),
        ),
        sa.CheckConstraint(
            "(worker IS NULL) = (leased_until IS NULL)",
            name=op.f("whoever_is_at_a_job_has_a_lease"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_jobs_state_due_at"), "jobs", ["state", "due_at"], if_not_exists=True
    )
