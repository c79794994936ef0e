"""The tables of the store; what the database can guard, it guards by a named check."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.type_api import TypeEngine

from knowledge_base.columns import Json, Key, LongText, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "%(constraint_name)s",
    }
)

# SQLite only counts up by itself on a plain INTEGER primary key.
_Serial: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")

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
    Column("position", _Serial, primary_key=True, autoincrement=False),
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
    UniqueConstraint("source", "identifier", name="one_record_per_source_identifier"),
    Index(None, "collection_id", "id"),
    Index(None, "kind", "id"),
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

questions = Table(
    "questions",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("destination", Key, nullable=False),
    Column("party", Key, nullable=False),
    Column("rule", Key, nullable=False),
    Column("about", Key, nullable=False),
    Column("pauses", Boolean, nullable=False),
    Index(None, "record_id"),
    Index(None, "party", "record_id"),
)

label_uses = Table(
    "label_uses",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
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
    Column("id", _Serial, primary_key=True, autoincrement=True),
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
)

own_words = Table(
    "own_words",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("record_id", Key, ForeignKey("records.id"), nullable=False),
    Column("party", Key, nullable=False),
    Column("field", Key, nullable=False),
    Column("language", Key, nullable=False),
    Column("instead", Boolean, nullable=False),
    Column("content", Key, nullable=False),
    Column("step", BigInteger, nullable=False),
    Index(None, "record_id"),
)

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

seasons = Table(
    "seasons",
    metadata,
    Column("id", Key, primary_key=True),
    Column("community_id", Key, ForeignKey("communities.id"), nullable=False),
    Column("name", Key, nullable=False),
    Column("is_open", Boolean, nullable=True),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Key, nullable=False),
    Column("password", LongText, nullable=True),
    Column("is_suspended", Boolean, nullable=False),
    Column("length", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("name", name="one_account_per_name"),
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
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("batch_id", Key, ForeignKey("batches.id"), nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("field", Key, nullable=False),
    Column("what", LongText, nullable=False),
    Column("is_taken", Boolean, nullable=False),
    UniqueConstraint("batch_id", "row", "field", name="one_error_per_cell"),
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
