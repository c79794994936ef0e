"""Records are found at the desk by marks that say nothing to whoever has no key.

What they are is worked out by the worker, from the beginning. Each statement looks
first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0014"
down_revision = "0015"

_INDEXES = (
    ("records", ["weighed", "id"]),
    ("desk_records", ["collection_id", "above"]),
    ("desk_records", ["light", "id"]),
    ("desk_readers", ["key_id"]),
    ("desk_tokens", ["entry"]),
)


def upgrade() -> None:
    op.create_table(
        "desk_records",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("collection_id", columns.Key(), nullable=False),
        sa.Column("light", columns.Key(), nullable=False),
        sa.Column("weighed", sa.BigInteger(), nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_desk_records_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_records")),
        sa.UniqueConstraint("record_id", name=op.f("uq_desk_records_record_id")),
        if_not_exists=True,
    )
    op.create_table(
        "desk_readers",
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.Column("reader", columns.Key(), nullable=False),
        sa.Column("key_id", columns.Key(), nullable=False),
        sa.Column("is_secret", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["desk_records.id"], name=op.f("fk_desk_readers_entry")
        ),
        sa.PrimaryKeyConstraint("entry", "reader", name=op.f("pk_desk_readers")),
        if_not_exists=True,
    )
    op.create_table(
        "desk_tokens",
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["desk_records.id"], name=op.f("fk_desk_tokens_entry")
        ),
        sa.PrimaryKeyConstraint("token", "entry", name=op.f("pk_desk_tokens")),
        if_not_exists=True,
        sqlite_with_rowid=False,
    )
    for table, names in _INDEXES:
        index = f"ix_{table}_{'_'.join(names)}"
        op.create_index(index, table, names, if_not_exists=True)
