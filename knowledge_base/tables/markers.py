"""What was taken back or erased, for whoever meets it again; and restored stores."""

from sqlalchemy import Boolean, Column, Index, Table, UniqueConstraint

from knowledge_base.columns import Json, Key, UtcTime
from knowledge_base.tables.shape import Serial, metadata

markers = Table(
    "markers",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("step", Key, nullable=False),
    Column("record_id", Key, nullable=False),
    Column("source_mark", Key, nullable=True),
    Column("content_mark", Key, nullable=True),
    Column("body", Json, nullable=False),
    # Not in the file beside the store yet, because it could not be written.
    Column("is_owed", Boolean, nullable=False),
    UniqueConstraint("step", name="one_marker_per_step"),
    Index(None, "source_mark"),
    Index(None, "content_mark"),
    Index(None, "is_owed", "id"),
)

recoveries = Table(
    "recoveries",
    metadata,
    # A destination that was not compared with the store since that was restored.
    Column("destination", Key, primary_key=True),
    Column("made_at", UtcTime, nullable=False),
)
