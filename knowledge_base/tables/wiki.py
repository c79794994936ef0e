"""What the bot remembers of a wiki, and the receipts of reports about it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
)

from knowledge_base.columns import Json, Key, LongText, UtcTime
from knowledge_base.tables.shape import metadata

pages = Table(
    "pages",
    metadata,
    Column("record_id", Key, ForeignKey("records.id"), primary_key=True),
    Column("destination", Key, primary_key=True),
    Column("title", LongText, nullable=False),
    Column("title_key", Key, nullable=False),
    Column("page_id", BigInteger, nullable=True),
    Column("base_revision", BigInteger, nullable=True),
    Column("base_sha1", Key, nullable=True),
    Column("base_units", Json, nullable=True),
    Column("past_titles", Json, nullable=False),
    Column("status", Key, nullable=False),
    UniqueConstraint("destination", "title_key", name="one_record_per_title"),
    Index(None, "destination", "page_id"),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("destination", Key, primary_key=True),
    Column("at", Key, nullable=False),
    Column("seen", Json, nullable=False),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("destination", Key, nullable=False),
    Column("page_id", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("unit", Key, nullable=False),
    Column("shows_more", Boolean, nullable=False),
    Column("state", Key, nullable=False),
    UniqueConstraint(
        "destination",
        "page_id",
        "revision",
        "unit",
        name="one_suggestion_per_unit_and_revision",
    ),
    Index(None, "record_id"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("code", Key, primary_key=True),
    Column("record_id", Key, nullable=True),
    Column("destination", Key, nullable=True),
    Column("step", BigInteger, nullable=True),
    Column("outcome", Key, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("content", Key, nullable=True),
)
