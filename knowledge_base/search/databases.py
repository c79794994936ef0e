"""How each database looks tokens up; what a token is was decided before."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.mysql import match
from sqlalchemy.dialects.postgresql import TSQUERY

Has = Callable[[FromClause, Sequence[str]], ColumnElement[bool]]


def has_all(
    db: Connection, kept: FromClause, beginnings: Sequence[str]
) -> ColumnElement[bool]:
    """Whether a row has, for each of these, a token that begins with it.

    They are ASCII letters and digits alone: nothing in them means anything to the
    language in which a database is asked.
    """
    if not beginnings or not all(_is_plain(one) for one in beginnings):
        raise ValueError("tokens are ASCII letters and digits, and there is one")
    return _HAS[db.dialect.name](kept, beginnings)


def _is_plain(token: str) -> bool:
    return token.isascii() and token.isalnum()


_IN_SQLITE = table("view_tokens", column("rowid"), column("view_tokens"))


def _in_sqlite(kept: FromClause, beginnings: Sequence[str]) -> ColumnElement[bool]:
    asked = " ".join(f"{one}*" for one in beginnings)
    matches = _IN_SQLITE.c.view_tokens.op("MATCH")(asked)
    return kept.c.id.in_(select(_IN_SQLITE.c.rowid).where(matches))


def _in_postgresql(kept: FromClause, beginnings: Sequence[str]) -> ColumnElement[bool]:
    asked = " & ".join(f"{one}:*" for one in beginnings)
    # Written as in the index, the space too: else it would not be used.
    words = func.string_to_array(kept.c.tokens, literal_column("' '"))
    return func.array_to_tsvector(words).bool_op("@@")(cast(asked, TSQUERY))


def _in_mariadb(kept: FromClause, beginnings: Sequence[str]) -> ColumnElement[bool]:
    asked = " ".join(f"+{one}*" for one in beginnings)
    return match(kept.c.tokens, against=asked).in_boolean_mode()


_HAS: Mapping[str, Has] = {
    "sqlite": _in_sqlite,
    "postgresql": _in_postgresql,
    "mysql": _in_mariadb,
    "mariadb": _in_mariadb,
}
