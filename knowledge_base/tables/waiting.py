"""What waits for somebody: who is asked what, and how much there is of it."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from knowledge_base.columns import Key, LongText
from knowledge_base.tables.shape import Serial, metadata

questions = Table(
    "questions",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("destination", Key, nullable=False),
    Column("party", Key, nullable=False),
    Column("rule", Key, nullable=False),
    Column("about", Key, nullable=False),
    Column("pauses", Boolean, nullable=False),
    Index(None, "record_id"),
    Index(None, "party", "record_id"),
)

# With no question open: nothing but the archivist's own yes is missing.
ready = Table(
    "ready",
    metadata,
    Column("record_id", Key, ForeignKey("records.id"), primary_key=True),
)

question_counts = Table(
    "question_counts",
    metadata,
    Column("mark", Key, primary_key=True),  # of all that follows but the number
    Column("party", Key, nullable=False),
    Column("rules", LongText, nullable=False),  # their ids, as a list
    Column("institution_id", Key, nullable=False),  # "" where it is of none
    Column("collection_id", Key, nullable=False),
    Column("number", Integer, nullable=False),
    Index(None, "party"),
)

# Of a large collection that changed: how far what is in it was asked anew. `turn` is
# the step after which it began, so that a newer one begins again.
members_to_ask = Table(
    "members_to_ask",
    metadata,
    Column("collection_id", Key, ForeignKey("records.id"), primary_key=True),
    Column("after", Key, nullable=False),
    Column("turn", BigInteger, nullable=False),
)
