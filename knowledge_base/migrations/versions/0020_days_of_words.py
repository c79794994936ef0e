"""An index on the last day of what was said: what falls due is found, not looked for.

It looks first whether it was done: a migration that died half-way goes on.
"""

from alembic import op

revision = "0020"
down_revision = "0014"


def upgrade() -> None:
    op.create_index(op.f("ix_words_until"), "words", ["until"], if_not_exists=True)
