"""What anyone may see is kept worked out, and counted.

Each statement looks first whether it was done: a migration that died half-way goes on.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0002"
down_revision = "0001"

_INDEXES = (
    ("views", ["destination", "purpose", "is_seen", "place"]),
    ("views", ["collection_id", "destination", "purpose", "is_seen", "place"]),
    ("views", ["light", "id"]),
    ("views", ["valid_until"]),
    ("view_counts", ["destination", "purpose", "light"]),
)


def upgrade() -> None:
    there = {one["name"] for one in sa.inspect(op.get_bind()).get_columns("records")}
    if "weighed" not in there:
        op.add_column(
            "records",
            sa.Column(
                "weighed", sa.BigInteger(), nullable=False, server_default=sa.text("0")
            ),
        )
    op.create_table(
        "views",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("purpose", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("collection_id", columns.Key(), nullable=False),
        sa.Column("place", columns.Key(), nullable=False),
        sa.Column("is_seen", sa.Boolean(), nullable=False),
        sa.Column("shown", columns.LongText(), nullable=True),
        sa.Column("tokens", columns.LongText(), nullable=True),
        sa.Column("light", columns.Key(), nullable=False),
        sa.Column("weighed", sa.BigInteger(), nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", columns.Key(), nullable=False),
        sa.Column("valid_until", columns.Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_views_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_views")),
        sa.UniqueConstraint(
            "record_id", "destination", "purpose", name="one_view_for_each_purpose"
        ),
        if_not_exists=True,
    )
    op.create_table(
        "view_counts",
        sa.Column("mark", columns.Key(), nullable=False),
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("purpose", columns.Key(), nullable=False),
        sa.Column("light", columns.Key(), nullable=False),
        sa.Column("collection_id", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_view_counts")),
        if_not_exists=True,
    )
    for table, of in _INDEXES:
        name = f"ix_{table}_{'_'.join(of)}"
        op.create_index(name, table, of, if_not_exists=True)
    _set_out()


def _set_out() -> None:
    """Whatever stands has a view that counts not yet; `kb upgrade` works them out."""
    for purpose in ("show", "index"):
        op.execute(
            "INSERT INTO views (record_id, destination, purpose, kind, collection_id,"
            " place, is_seen, light, weighed, above, valid_from, valid_until)"
            f" SELECT j.record_id, j.destination, '{purpose}', r.kind,"
            " coalesce(r.collection_id, ''), '', false, '', 0, 0, '9999-12-31', ''"
            " FROM journeys j JOIN records r ON r.id = j.record_id"
            " WHERE j.state IN ('approved', 'publishing', 'published', 'changed')"
            " AND NOT EXISTS (SELECT 1 FROM views v WHERE v.record_id = j.record_id"
            f" AND v.destination = j.destination AND v.purpose = '{purpose}')"
        )
