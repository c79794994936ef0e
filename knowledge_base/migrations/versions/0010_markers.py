"""What was taken back is marked, and a restored store is held until it was compared.

Each statement looks first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0010"
down_revision = "0009"

_INDEXES = (["source_mark"], ["content_mark"], ["is_owed", "id"])


def upgrade() -> None:
    op.create_table(
        "markers",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("step", columns.Key(), nullable=False),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("source_mark", columns.Key(), nullable=True),
        sa.Column("content_mark", columns.Key(), nullable=True),
        sa.Column("body", columns.Json(), nullable=False),
        sa.Column("is_owed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_markers")),
        sa.UniqueConstraint("step", name="one_marker_per_step"),
        if_not_exists=True,
    )
    op.create_table(
        "recoveries",
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("made_at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_recoveries")),
        if_not_exists=True,
    )
    for of in _INDEXES:
        name = f"ix_markers_{'_'.join(of)}"
        op.create_index(name, "markers", of, if_not_exists=True)
