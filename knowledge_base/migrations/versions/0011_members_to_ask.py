"""Which large collections changed, so that all that is in them is asked anew.

The statement looks first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "members_to_ask",
        sa.Column("collection_id", columns.Key(), nullable=False),
        sa.Column("after", columns.Key(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["records.id"],
            name=op.f("fk_members_to_ask_collection_id"),
        ),
        sa.PrimaryKeyConstraint("collection_id", name=op.f("pk_members_to_ask")),
        if_not_exists=True,
    )
