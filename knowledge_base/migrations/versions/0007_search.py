"""Each database finds tokens in `views`, by the full text that it has.

Each statement looks first whether it was done: a migration that died half-way goes on.
"""

from alembic import op

revision = "0007"
down_revision = "0002"

_SQLITE = (
    # What is found stands in `views`; the index keeps neither words nor places.
    "CREATE VIRTUAL TABLE IF NOT EXISTS view_tokens USING fts5("
    "tokens, content='views', content_rowid='id', detail='none', columnsize=0,"
    " tokenize='ascii')",
    "CREATE TRIGGER IF NOT EXISTS view_tokens_in AFTER INSERT ON views"
    " WHEN new.tokens IS NOT NULL BEGIN"
    " INSERT INTO view_tokens(rowid, tokens) VALUES (new.id, new.tokens); END",
    "CREATE TRIGGER IF NOT EXISTS view_tokens_out AFTER DELETE ON views"
    " WHEN old.tokens IS NOT NULL BEGIN"
    " INSERT INTO view_tokens(view_tokens, rowid, tokens)"
    " VALUES ('delete', old.id, old.tokens); END",
)
_POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS ix_views_tokens ON views USING gin"
    " (array_to_tsvector(string_to_array(tokens, ' '))) WITH (fastupdate = off)",
)
_MARIADB = (
    "ALTER TABLE views ADD FULLTEXT INDEX IF NOT EXISTS ix_views_tokens (tokens)",
)


def upgrade() -> None:
    name = op.get_bind().dialect.name
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}.get(name, _MARIADB)
    for statement in statements:
        op.execute(statement)
