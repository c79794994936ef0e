"""When a job ended, in a column of its own: until now it stood where it was due.

Each statement looks first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    there = {one["name"] for one in sa.inspect(op.get_bind()).get_columns("jobs")}
    if "ended_at" not in there:
        op.add_column("jobs", sa.Column("ended_at", columns.UtcTime(), nullable=True))
    # An import that was cancelled kept only when it was due: it is no later than that.
    op.execute(
        "UPDATE jobs SET ended_at = due_at"
        " WHERE state <> 'waiting' AND ended_at IS NULL"
    )
