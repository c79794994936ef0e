"""What was worked out for a later day is found by an index, where a clock goes back.

The statement looks first whether it was done: a migration that died half-way goes on.
"""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_index(
        op.f("ix_views_valid_from"), "views", ["valid_from"], if_not_exists=True
    )
