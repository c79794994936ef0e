"""Communities, their stewards, their invitations, seasons and private lists."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    UniqueConstraint,
)

from knowledge_base.columns import Json, Key, UtcTime
from knowledge_base.tables.shape import metadata

communities = Table(
    "communities",
    metadata,
    Column("id", Key, ForeignKey("records.id"), primary_key=True),
    Column("part_of", Key, nullable=True),
    Column("needs_second", Boolean, nullable=False),
    Column("state", Key, nullable=False),
    CheckConstraint(
        "state IN ('named', 'present', 'dispute')",
        name="a_community_is_named_present_or_in_dispute",
    ),
)

stewards = Table(
    "stewards",
    metadata,
    Column("account_id", Key, primary_key=True),
    Column("community_id", Key, ForeignKey("communities.id"), primary_key=True),
    Column("matters", Json, nullable=False),
    Column("state", Key, nullable=False),
    Column("invited_by", Key, nullable=False),
    Column("since", UtcTime, nullable=False),
    CheckConstraint(
        "account_id <> invited_by", name="nobody_stewards_by_their_own_invitation"
    ),
    CheckConstraint(
        "state IN ('waiting', 'active', 'suspended', 'left')",
        name="a_steward_is_waiting_active_suspended_or_left",
    ),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Key, primary_key=True),
    Column("community_id", Key, ForeignKey("communities.id"), nullable=False),
    Column("half_mark", Key, nullable=False),
    Column("matters", Json, nullable=False),
    Column("recorded_by", Key, nullable=False),
    Column("expires", UtcTime, nullable=False),
    Column("used_by", Key, nullable=True),
    UniqueConstraint("half_mark", name="one_invitation_per_half"),
)

# The private list of a community that stands: where its words are sealed, the first
# number that none of them ever had, and the step that gave it. `was_unreadable`: some
# record was looked at while nobody could open it.
word_lists = Table(
    "word_lists",
    metadata,
    Column("community_id", Key, ForeignKey("communities.id"), primary_key=True),
    Column("content", Key, nullable=False),
    Column("next_number", Integer, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("was_unreadable", Boolean, nullable=False),
)

seasons = Table(
    "seasons",
    metadata,
    Column("id", Key, primary_key=True),
    Column("community_id", Key, ForeignKey("communities.id"), nullable=False),
    Column("name", Key, nullable=False),
    Column("is_open", Boolean, nullable=True),
    # Its days, and the time zone of its place; beyond them it is closed.
    Column("opens", Key, nullable=True),
    Column("closes", Key, nullable=True),
    Column("zone", Key, nullable=True),
)
