"""Accounts, their roles, their ways in, and the counters behind the limits."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from knowledge_base.columns import Key, LongText, UtcTime
from knowledge_base.tables.shape import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Key, nullable=False),
    # The mark of what it has in common with every name that looks like it.
    Column("likeness", Key, nullable=False),
    Column("password", LongText, nullable=True),
    Column("is_suspended", Boolean, nullable=False),
    Column("length", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("likeness", name="one_account_per_name"),
)

roles = Table(
    "roles",
    metadata,
    Column("account_id", Key, ForeignKey("accounts.id"), primary_key=True),
    Column("role", Key, primary_key=True),
    Column("institution_id", Key, primary_key=True),
    CheckConstraint(
        "role IN ('viewer', 'archivist', 'operator')",
        name="a_steward_is_no_role_that_anybody_gives",
    ),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token", Key, primary_key=True),
    Column("account_id", Key, ForeignKey("accounts.id"), nullable=False),
    Column("csrf", Key, nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=True),
    Index(None, "account_id"),
)

links = Table(
    "links",
    metadata,
    Column("token", Key, primary_key=True),
    Column("account_id", Key, ForeignKey("accounts.id"), nullable=False),
    Column("purpose", Key, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime, nullable=True),
)

counters = Table(
    "counters",
    metadata,
    Column("key", Key, primary_key=True),
    Column("began_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
)
