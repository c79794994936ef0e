"""The one history: its head, its steps, and the texts they are bound to."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from knowledge_base.columns import Json, Key, LongText, UtcTime
from knowledge_base.tables.shape import Serial, metadata

chain_head = Table(
    "chain_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("hash", Key, nullable=False),
    CheckConstraint("id = 1", name="there_is_one_chain"),
)

steps = Table(
    "steps",
    metadata,
    Column("position", Serial, primary_key=True, autoincrement=False),
    Column("record_id", Key, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", Key, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("voice", Key, nullable=False),
    Column("actor", Key, nullable=True),
    Column("by_command", Boolean, nullable=False),
    Column("reason", Key, nullable=True),
    Column("body", Json, nullable=False),
    Column("commitment", Key, nullable=True),
    Column("previous", Key, nullable=False),
    Column("hash", Key, nullable=False),
    UniqueConstraint("record_id", "ordinal", name="one_step_at_each_position"),
    CheckConstraint(
        "voice <> 'institution' OR (actor IS NOT NULL AND reason IS NOT NULL)",
        name="an_institutions_decision_has_a_person_and_a_reason",
    ),
    CheckConstraint(
        "voice <> 'community' OR actor IS NOT NULL",
        name="a_communitys_answer_has_a_person",
    ),
    CheckConstraint(
        "kind NOT IN ('approved', 'reopened') "
        "OR voice IN ('institution', 'community', 'self')",
        name="an_approval_is_the_word_of_a_person",
    ),
    Index(None, "kind", "position"),
)

contents = Table(
    "contents",
    metadata,
    Column("commitment", Key, primary_key=True),
    Column("salt", Key, nullable=True),
    Column("text", LongText, nullable=True),
    Column("erased_at", UtcTime, nullable=True),
    CheckConstraint(
        "(erased_at IS NULL) = (text IS NOT NULL) AND (salt IS NULL) = (text IS NULL)",
        name="salt_and_text_are_erased_together",
    ),
)
