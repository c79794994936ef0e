"""The days between which a season is open.

Each statement looks first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0015"
down_revision = "0012"


def upgrade() -> None:
    there = {one["name"] for one in sa.inspect(op.get_bind()).get_columns("seasons")}
    for name in ("opens", "closes", "zone"):
        if name not in there:
            column: sa.Column[str] = sa.Column(name, columns.Key(), nullable=True)
            op.add_column("seasons", column)
