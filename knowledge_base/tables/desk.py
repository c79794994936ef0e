"""What the desks find records by: marks that nobody reads who has no key."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Table,
)

from knowledge_base.columns import Key
from knowledge_base.tables.shape import Serial, metadata

# A record has a row here also where nobody may find it: so it was looked through.
desk_records = Table(
    "desk_records",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False, unique=True),
    Column("collection_id", Key, nullable=False),  # "" where it is in none
    # It counts only while all of these are what they were when it was worked out.
    Column("light", Key, nullable=False),
    Column("weighed", BigInteger, nullable=False),
    Column("above", BigInteger, nullable=False),
    Index(None, "collection_id", "above"),
    Index(None, "light", "id"),
)

# Who may open it: a community, or the archivist; and whose key its words are under.
desk_readers = Table(
    "desk_readers",
    metadata,
    Column("entry", BigInteger, ForeignKey("desk_records.id"), primary_key=True),
    Column("reader", Key, primary_key=True),
    Column("key_id", Key, nullable=False),
    Column("is_secret", Boolean, nullable=False),
    Index(None, "key_id"),
)

desk_tokens = Table(
    "desk_tokens",
    metadata,
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", BigInteger, ForeignKey("desk_records.id"), primary_key=True),
    Index(None, "entry"),
    sqlite_with_rowid=False,
)
