"""The first tables.

Each statement may be run again: a migration that died half-way goes on from there,
also on databases that cannot take a change of tables back.
"""

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("name", columns.Key(), nullable=False),
        sa.Column("likeness", columns.Key(), nullable=False),
        sa.Column("password", columns.LongText(), nullable=True),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("likeness", name="one_account_per_name"),
        if_not_exists=True,
    )
    op.create_table(
        "batches",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("file_hash", columns.Key(), nullable=False),
        sa.Column("mapping", columns.Key(), nullable=False),
        sa.Column("source", columns.Key(), nullable=False),
        sa.Column("collection_id", columns.Key(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("counts", columns.Json(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.Column("began_at", columns.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint(
            "file_hash",
            "collection_id",
            "mapping",
            name="one_batch_per_file_and_mapping",
        ),
        if_not_exists=True,
    )
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", columns.Key(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("there_is_one_chain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_head")),
        if_not_exists=True,
    )
    op.create_table(
        "contents",
        sa.Column("commitment", columns.Key(), nullable=False),
        sa.Column("salt", columns.Key(), nullable=True),
        sa.Column("text", columns.LongText(), nullable=True),
        sa.Column("erased_at", columns.UtcTime(), nullable=True),
        sa.CheckConstraint(
            "(erased_at IS NULL) = (text IS NOT NULL) "
            "AND (salt IS NULL) = (text IS NULL)",
            name=op.f("salt_and_text_are_erased_together"),
        ),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_contents")),
        if_not_exists=True,
    )
    op.create_table(
        "counters",
        sa.Column("key", columns.Key(), nullable=False),
        sa.Column("began_at", columns.UtcTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counters")),
        if_not_exists=True,
    )
    op.create_table(
        "receipts",
        sa.Column("code", columns.Key(), nullable=False),
        sa.Column("record_id", columns.Key(), nullable=True),
        sa.Column("destination", columns.Key(), nullable=True),
        sa.Column("step", sa.BigInteger(), nullable=True),
        sa.Column("outcome", columns.Key(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("content", columns.Key(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_receipts")),
        if_not_exists=True,
    )
    op.create_table(
        "records",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("source", columns.Key(), nullable=False),
        sa.Column("identifier", columns.Key(), nullable=False),
        sa.Column("collection_id", columns.Key(), nullable=True),
        sa.Column("institution_id", columns.Key(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("content", columns.Key(), nullable=True),
        sa.Column("content_hash", columns.Key(), nullable=True),
        sa.Column("facts", columns.Json(), nullable=False),
        sa.Column("received_at", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["records.id"], name=op.f("fk_records_collection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint(
            "source", "identifier", name="one_record_per_source_identifier"
        ),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_records_collection_id_id"),
        "records",
        ["collection_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_records_kind_id"),
        "records",
        ["kind", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "steps",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", columns.Key(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", columns.UtcTime(), nullable=False),
        sa.Column("voice", columns.Key(), nullable=False),
        sa.Column("actor", columns.Key(), nullable=True),
        sa.Column("by_command", sa.Boolean(), nullable=False),
        sa.Column("reason", columns.Key(), nullable=True),
        sa.Column("body", columns.Json(), nullable=False),
        sa.Column("commitment", columns.Key(), nullable=True),
        sa.Column("previous", columns.Key(), nullable=False),
        sa.Column("hash", columns.Key(), nullable=False),
        sa.CheckConstraint(
            "kind NOT IN ('approved', 'reopened') "
            "OR voice IN ('institution', 'community', 'self')",
            name=op.f("an_approval_is_the_word_of_a_person"),
        ),
        sa.CheckConstraint(
            "voice <> 'community' OR actor IS NOT NULL",
            name=op.f("a_communitys_answer_has_a_person"),
        ),
        sa.CheckConstraint(
            "voice <> 'institution' OR (actor IS NOT NULL AND reason IS NOT NULL)",
            name=op.f("an_institutions_decision_has_a_person_and_a_reason"),
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_steps")),
        sa.UniqueConstraint("record_id", "ordinal", name="one_step_at_each_position"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_steps_kind_position"),
        "steps",
        ["kind", "position"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "watermarks",
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("at", columns.Key(), nullable=False),
        sa.Column("seen", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_watermarks")),
        if_not_exists=True,
    )
    op.create_table(
        "communities",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("part_of", columns.Key(), nullable=True),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.CheckConstraint(
            "state IN ('named', 'present', 'dispute')",
            name=op.f("a_community_is_named_present_or_in_dispute"),
        ),
        sa.ForeignKeyConstraint(["id"], ["records.id"], name=op.f("fk_communities_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
        if_not_exists=True,
    )
    op.create_table(
        "journeys",
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.Column("was_saved", sa.Boolean(), nullable=False),
        sa.Column("approval", columns.Json(), nullable=True),
        sa.Column("intent", columns.Json(), nullable=True),
        sa.Column("since", columns.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_journeys_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", "destination", name=op.f("pk_journeys")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_journeys_destination_state_record_id"),
        "journeys",
        ["destination", "state", "record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "label_uses",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("label", columns.Key(), nullable=False),
        sa.Column("community_id", columns.Key(), nullable=False),
        sa.Column("season_id", columns.Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_label_uses_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_uses")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_label_uses_record_id"),
        "label_uses",
        ["record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_label_uses_season_id"),
        "label_uses",
        ["season_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "links",
        sa.Column("token", columns.Key(), nullable=False),
        sa.Column("account_id", columns.Key(), nullable=False),
        sa.Column("purpose", columns.Key(), nullable=False),
        sa.Column("expires_at", columns.UtcTime(), nullable=False),
        sa.Column("used_at", columns.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_links_account_id")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_links")),
        if_not_exists=True,
    )
    op.create_table(
        "own_words",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("party", columns.Key(), nullable=False),
        sa.Column("field", columns.Key(), nullable=False),
        sa.Column("language", columns.Key(), nullable=False),
        sa.Column("instead", sa.Boolean(), nullable=False),
        sa.Column("content", columns.Key(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_own_words_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_words")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_own_words_record_id"),
        "own_words",
        ["record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "pages",
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("title", columns.LongText(), nullable=False),
        sa.Column("title_key", columns.Key(), nullable=False),
        sa.Column("page_id", sa.BigInteger(), nullable=True),
        sa.Column("base_revision", sa.BigInteger(), nullable=True),
        sa.Column("base_sha1", columns.Key(), nullable=True),
        sa.Column("base_units", columns.Json(), nullable=True),
        sa.Column("past_titles", columns.Json(), nullable=False),
        sa.Column("status", columns.Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_pages_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", "destination", name=op.f("pk_pages")),
        sa.UniqueConstraint("destination", "title_key", name="one_record_per_title"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_pages_destination_page_id"),
        "pages",
        ["destination", "page_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "questions",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("party", columns.Key(), nullable=False),
        sa.Column("rule", columns.Key(), nullable=False),
        sa.Column("about", columns.Key(), nullable=False),
        sa.Column("pauses", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_questions_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_questions_party_record_id"),
        "questions",
        ["party", "record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_questions_record_id"),
        "questions",
        ["record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "roles",
        sa.Column("account_id", columns.Key(), nullable=False),
        sa.Column("role", columns.Key(), nullable=False),
        sa.Column("institution_id", columns.Key(), nullable=False),
        sa.CheckConstraint(
            "role IN ('viewer', 'archivist', 'operator')",
            name=op.f("a_steward_is_no_role_that_anybody_gives"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_roles_account_id")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "role", "institution_id", name=op.f("pk_roles")
        ),
        if_not_exists=True,
    )
    op.create_table(
        "row_errors",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("batch_id", columns.Key(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("field", columns.Key(), nullable=False),
        sa.Column("what", columns.LongText(), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_row_errors_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_errors")),
        sa.UniqueConstraint("batch_id", "row", "field", name="one_error_per_cell"),
        if_not_exists=True,
    )
    op.create_table(
        "sign_ins",
        sa.Column("token", columns.Key(), nullable=False),
        sa.Column("account_id", columns.Key(), nullable=False),
        sa.Column("csrf", columns.Key(), nullable=False),
        sa.Column("began_at", columns.UtcTime(), nullable=False),
        sa.Column("seen_at", columns.UtcTime(), nullable=False),
        sa.Column("expires_at", columns.UtcTime(), nullable=False),
        sa.Column("ended_at", columns.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sign_ins")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_sign_ins_account_id"),
        "sign_ins",
        ["account_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "suggestions",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("page_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("unit", columns.Key(), nullable=False),
        sa.Column("shows_more", sa.Boolean(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_suggestions_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.UniqueConstraint(
            "destination",
            "page_id",
            "revision",
            "unit",
            name="one_suggestion_per_unit_and_revision",
        ),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_suggestions_record_id"),
        "suggestions",
        ["record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "words",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.Column("party", columns.Key(), nullable=False),
        sa.Column("says", columns.Key(), nullable=False),
        sa.Column("destination", columns.Key(), nullable=False),
        sa.Column("purposes", columns.Json(), nullable=False),
        sa.Column("visibility", columns.Key(), nullable=False),
        sa.Column("since", columns.Key(), nullable=False),
        sa.Column("until", columns.Key(), nullable=True),
        sa.Column("informed", sa.Boolean(), nullable=False),
        sa.Column("about", columns.Key(), nullable=False),
        sa.Column("said_by", columns.Key(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_words_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_words_party"), "words", ["party"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_words_record_id"),
        "words",
        ["record_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "invitations",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("community_id", columns.Key(), nullable=False),
        sa.Column("half_mark", columns.Key(), nullable=False),
        sa.Column("matters", columns.Json(), nullable=False),
        sa.Column("recorded_by", columns.Key(), nullable=False),
        sa.Column("expires", columns.UtcTime(), nullable=False),
        sa.Column("used_by", columns.Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["communities.id"],
            name=op.f("fk_invitations_community_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("half_mark", name="one_invitation_per_half"),
        if_not_exists=True,
    )
    op.create_table(
        "seasons",
        sa.Column("id", columns.Key(), nullable=False),
        sa.Column("community_id", columns.Key(), nullable=False),
        sa.Column("name", columns.Key(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_seasons_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seasons")),
        if_not_exists=True,
    )
    op.create_table(
        "stewards",
        sa.Column("account_id", columns.Key(), nullable=False),
        sa.Column("community_id", columns.Key(), nullable=False),
        sa.Column("matters", columns.Json(), nullable=False),
        sa.Column("state", columns.Key(), nullable=False),
        sa.Column("invited_by", columns.Key(), nullable=False),
        sa.Column("since", columns.UtcTime(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'active', 'suspended', 'left')",
            name=op.f("a_steward_is_waiting_active_suspended_or_left"),
        ),
        sa.CheckConstraint(
            "account_id <> invited_by",
            name=op.f("nobody_stewards_by_their_own_invitation"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_stewards_community_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "community_id", name=op.f("pk_stewards")),
        if_not_exists=True,
    )
    # ### end Alembic commands ###
