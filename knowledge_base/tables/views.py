"""What anyone may see, worked out beforehand; and how many of it there are."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from knowledge_base.columns import Key, LongText
from knowledge_base.tables.shape import Serial, metadata

views = Table(
    "views",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("destination", Key, nullable=False),
    Column("purpose", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("collection_id", Key, nullable=False),  # "" where it is in none
    Column("place", Key, nullable=False),  # where it stands in a list
    Column("is_seen", Boolean, nullable=False),
    Column("shown", LongText, nullable=True),
    Column("tokens", LongText, nullable=True),
    # It counts only while all of these are what they were when it was worked out.
    Column("light", Key, nullable=False),
    Column("weighed", BigInteger, nullable=False),
    Column("above", BigInteger, nullable=False),
    Column("valid_from", Key, nullable=False),
    Column("valid_until", Key, nullable=False),
    UniqueConstraint(
        "record_id", "destination", "purpose", name="one_view_for_each_purpose"
    ),
    Index(None, "destination", "purpose", "is_seen", "place"),
    Index(None, "collection_id", "destination", "purpose", "is_seen", "place"),
    Index(None, "light", "id"),
    Index(None, "valid_until"),
    Index(None, "valid_from"),
)

view_counts = Table(
    "view_counts",
    metadata,
    # All that follows in one mark: five names are too long for a key of MariaDB.
    Column("mark", Key, primary_key=True),
    Column("destination", Key, nullable=False),
    Column("purpose", Key, nullable=False),
    Column("light", Key, nullable=False),
    Column("collection_id", Key, nullable=False),
    Column("kind", Key, nullable=False),
    Column("number", Integer, nullable=False),
    Index(None, "destination", "purpose", "light"),
)
