"""How each database looks tokens up; what a token is was decided before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Join,
    cast,
    column,
    func,
    literal_column,
    table,
)
from sqlalchemy.dialects.mysql import match
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


@dataclass(frozen=True, slots=True)
class Lookup:
    """Where kept rows are looked for, what they have to have, and in which order."""

    source: FromClause
    has_all: ColumnElement[bool]
    place: ColumnElement[int]


def look_up(db: Connection, kept: FromClause, beginnings: Sequence[str]) -> Lookup:
    """The kept rows that have, for each of these, a token that begins with it.

    They are ASCII letters and digits alone: nothing in them means anything to the
    language in which a database is asked.
    """
    if not beginnings or not all(_is_plain(one) for one in beginnings):
        raise ValueError("tokens are ASCII letters and digits, and there is one")
    return _LOOKUPS[db.dialect.name](kept, beginnings)


def _is_plain(token: str) -> bool:
    return token.isascii() and token.isalnum()


class _FirstThis(Join):
    """A join of which SQLite goes through the left side, row by row as it comes.

    It would go through all that is shown, and look at each whether it was found.
    https://www.sqlite.org/optoverview.html#manual_control_of_query_plans_using_cross_join
    """

    inherit_cache = True


@compiles(_FirstThis, "sqlite")
def _cross_join(join: _FirstThis, compiler: SQLCompiler, **asked: Any) -> str:
    visit: Callable[..., str] = compiler.visit_join
    return visit(join, **asked).replace(" JOIN ", " CROSS JOIN ", 1)


_IN_SQLITE = table("view_tokens", column("rowid"), column("view_tokens"))


def _in_sqlite(kept: FromClause, beginnings: Sequence[str]) -> Lookup:
    asked = " ".join(f"{one}*" for one in beginnings)
    found = _IN_SQLITE.c
    return Lookup(
        source=_FirstThis(_IN_SQLITE, kept, kept.c.id == found.rowid),
        has_all=found.view_tokens.op("MATCH")(asked),
        place=found.rowid,
    )


def _in_postgresql(kept: FromClause, beginnings: Sequence[str]) -> Lookup:
    asked = " & ".join(f"{one}:*" for one in beginnings)
    # Written as in the index, the space too: else it would not be used.
    words = func.string_to_array(kept.c.tokens, literal_column("' '"))
    has_all = func.array_to_tsvector(words).bool_op("@@")(cast(asked, TSQUERY))
    return Lookup(kept, has_all, kept.c.id)


def _in_mariadb(kept: FromClause, beginnings: Sequence[str]) -> Lookup:
    asked = " ".join(f"+{one}*" for one in beginnings)
    has_all = match(kept.c.tokens, against=asked).in_boolean_mode()
    return Lookup(kept, has_all, kept.c.id)


_LOOKUPS: Mapping[str, Callable[[FromClause, Sequence[str]], Lookup]] = {
    "sqlite": _in_sqlite,
    "postgresql": _in_postgresql,
    "mysql": _in_mariadb,
    "mariadb": _in_mariadb,
}
