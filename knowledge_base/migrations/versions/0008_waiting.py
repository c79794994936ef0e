"""How many records wait for whom is kept, and which wait for nothing but a yes.

Each statement looks first whether it was done: a migration that died half-way goes on.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from knowledge_base import columns

revision = "0008"
down_revision = "0007"

MANY = 500
Of = tuple[str, str, str, str]


def upgrade() -> None:
    op.create_table(
        "ready",
        sa.Column("record_id", columns.Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_ready_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_ready")),
        if_not_exists=True,
    )
    op.create_table(
        "question_counts",
        sa.Column("mark", columns.Key(), nullable=False),
        sa.Column("party", columns.Key(), nullable=False),
        sa.Column("rules", columns.LongText(), nullable=False),
        sa.Column("institution_id", columns.Key(), nullable=False),
        sa.Column("collection_id", columns.Key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_question_counts")),
        if_not_exists=True,
    )
    op.create_index(
        "ix_question_counts_party", "question_counts", ["party"], if_not_exists=True
    )
    op.execute("DELETE FROM ready")
    op.execute(
        "INSERT INTO ready (record_id) SELECT DISTINCT j.record_id FROM journeys j"
        " WHERE j.state IN ('in-review', 'changed') AND NOT EXISTS"
        " (SELECT 1 FROM questions q WHERE q.record_id = j.record_id)"
    )
    _count()


def _count() -> None:
    """One after the other, so that no more than the numbers stands in memory."""
    db, counts = op.get_bind(), Counter(_tallied())
    table = sa.table(
        "question_counts",
        *map(sa.column, ("mark", "party", "rules", "institution_id", "collection_id")),
        sa.column("number"),
    )
    db.execute(sa.delete(table))
    for (party, rules, institution, collection), number in counts.items():
        of = [party, rules, institution, collection]
        text = json.dumps(of, ensure_ascii=False, separators=(",", ":"))
        db.execute(
            sa.insert(table).values(
                mark=hashlib.sha256(text.encode()).hexdigest(),
                party=party,
                rules=rules,
                institution_id=institution,
                collection_id=collection,
                number=number,
            )
        )


def _tallied() -> Iterator[tuple[str, str, str, str]]:
    """Each record once for each party that is asked, by portions of records."""
    db, after = op.get_bind(), ""
    some = sa.text(
        "SELECT DISTINCT record_id FROM questions WHERE record_id > :after"
        f" ORDER BY record_id LIMIT {MANY}"
    )
    asked = sa.text(
        "SELECT q.record_id, q.party, q.rule, r.institution_id, r.collection_id"
        " FROM questions q JOIN records r ON r.id = q.record_id"
        " WHERE NOT q.pauses AND q.record_id > :after AND q.record_id <= :last"
    )
    while ids := list(db.scalars(some, {"after": after})):
        rules: dict[Of, set[str]] = defaultdict(set)
        for row in db.execute(asked, {"after": after, "last": ids[-1]}):
            place = (row.institution_id or "", row.collection_id or "")
            rules[row.record_id, row.party, *place].add(row.rule)
        for of, named in rules.items():
            yield _told(of, named)
        after = ids[-1]


def _told(at: tuple[str, str, str, str], rules: set[str]) -> tuple[str, str, str, str]:
    _, party, institution, collection = at
    named = json.dumps(sorted(rules), ensure_ascii=False, separators=(",", ":"))
    return party, named, institution, collection
