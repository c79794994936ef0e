"""Data keys, one for each party, by which the words of records are sealed.

Each statement looks first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("party", columns.Key(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(200), nullable=True),
        sa.Column("made_at", columns.UtcTime(), nullable=False),
        sa.Column("retired_at", columns.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
        if_not_exists=True,
    )
    op.create_index("ix_data_keys_party", "data_keys", ["party"], if_not_exists=True)
