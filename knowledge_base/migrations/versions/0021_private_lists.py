"""Which private list of words stands for a community; its words are sealed elsewhere.

The statement looks first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "word_lists",
        sa.Column("community_id", columns.Key(), nullable=False),
        sa.Column("content", columns.Key(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("was_unreadable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_word_lists_community_id"),
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_word_lists")),
        if_not_exists=True,
    )
