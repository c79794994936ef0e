"""How far each file has come in, and what was wrong in its rows."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Table,
    UniqueConstraint,
)

from knowledge_base.columns import Json, Key, LongText, UtcTime
from knowledge_base.tables.shape import Serial, metadata

batches = Table(
    "batches",
    metadata,
    Column("id", Key, primary_key=True),
    Column("file_hash", Key, nullable=False),
    Column("mapping", Key, nullable=False),
    Column("source", Key, nullable=False),
    Column("collection_id", Key, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("counts", Json, nullable=False),
    Column("state", Key, nullable=False),
    Column("began_at", UtcTime, nullable=False),
    UniqueConstraint(
        "file_hash", "collection_id", "mapping", name="one_batch_per_file_and_mapping"
    ),
)

row_errors = Table(
    "row_errors",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("batch_id", Key, ForeignKey("batches.id"), nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("field", Key, nullable=False),
    Column("what", LongText, nullable=False),
    Column("is_taken", Boolean, nullable=False),
    UniqueConstraint("batch_id", "row", "field", name="one_error_per_cell"),
)
