"""Records, their ways to each destination, and what follows from their steps."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    text,
)

from knowledge_base.columns import Json, Key, UtcTime
from knowledge_base.tables.shape import Serial, metadata

records = Table(
    "records",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Key, nullable=False),
    Column("source", Key, nullable=False),
    Column("identifier", Key, nullable=False),
    Column("collection_id", Key, ForeignKey("records.id"), nullable=True),
    Column("institution_id", Key, nullable=True),
    Column("length", Integer, nullable=False),
    Column("content", Key, nullable=True),
    Column("content_hash", Key, nullable=True),
    Column("facts", Json, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    # The last step after which something else of it, or less, may be seen.
    Column("weighed", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("source", "identifier", name="one_record_per_source_identifier"),
    Index(None, "collection_id", "id"),
    Index(None, "kind", "id"),
    Index(None, "weighed", "id"),
)

journeys = Table(
    "journeys",
    metadata,
    Column("record_id", Key, ForeignKey("records.id"), primary_key=True),
    Column("destination", Key, primary_key=True),
    Column("state", Key, nullable=False),
    Column("was_saved", Boolean, nullable=False),
    Column("approval", Json, nullable=True),
    Column("intent", Json, nullable=True),
    Column("since", UtcTime, nullable=False),
    Index(None, "destination", "state", "record_id"),
)

label_uses = Table(
    "label_uses",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("label", Key, nullable=False),
    Column("community_id", Key, nullable=False),
    Column("season_id", Key, nullable=True),
    Index(None, "record_id"),
    Index(None, "season_id"),
)

words = Table(
    "words",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("party", Key, nullable=False),
    Column("says", Key, nullable=False),
    Column("destination", Key, nullable=False),
    Column("purposes", Json, nullable=False),
    Column("visibility", Key, nullable=False),
    Column("since", Key, nullable=False),
    Column("until", Key, nullable=True),
    Column("informed", Boolean, nullable=False),
    Column("about", Key, nullable=False),
    Column("said_by", Key, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("superseded_by", BigInteger, nullable=True),
    Index(None, "record_id"),
    Index(None, "party"),
    Index(None, "until"),
)

own_words = Table(
    "own_words",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("party", Key, nullable=False),
    Column("field", Key, nullable=False),
    Column("language", Key, nullable=False),
    Column("instead", Boolean, nullable=False),
    Column("content", Key, nullable=False),
    Column("step", BigInteger, nullable=False),
    Index(None, "record_id"),
)
