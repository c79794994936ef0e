"""The data keys, one for each party; each wrapped by a master key that is elsewhere."""

from sqlalchemy import Column, Index, LargeBinary, Table

from knowledge_base.columns import Key, UtcTime
from knowledge_base.tables.shape import metadata

data_keys = Table(
    "data_keys",
    metadata,
    Column("id", Key, primary_key=True),
    Column("party", Key, nullable=False),
    # None: it was not brought along, or is gone.
    Column("wrapped", LargeBinary(200), nullable=True),
    Column("made_at", UtcTime, nullable=False),
    Column("retired_at", UtcTime, nullable=True),
    Index(None, "party"),
)
