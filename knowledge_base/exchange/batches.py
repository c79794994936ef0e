"""How far an import has come, kept in the same transaction as what it wrote.

A batch is one file, by its bytes, going into one collection by one mapping. Whoever
is killed on the way goes on after the last row that was kept.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from knowledge_base.accounts import Account
from knowledge_base.columns import KEY_LENGTH, mended
from knowledge_base.exchange.rows import RowProblem
from knowledge_base.exchange.tally import Tally, read_tally, stored_tally
from knowledge_base.rights import Role
from knowledge_base.tables import batches, records, row_errors
from policies.errors import WithcareError

RUNNING, DONE = "running", "done"
PORTION = 500  # problems that are read at a time


class ImportUnderWay(WithcareError):
    """Somebody else is importing the same file; this portion was not written."""

    def __init__(self) -> None:
        super().__init__(
            "The same file is being imported by somebody else: wait until that import "
            "has ended, then run the command again to see that nothing is missing."
        )


class NoSuchBatch(WithcareError):
    """There is no such import, or none of this account's: the same words."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such import here: `withcare kb import` prints its name."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file, one collection, one mapping; `mapping` is its hash."""

    file_hash: str
    mapping: str
    source: str
    collection: str

    @property
    def id(self) -> str:
        parts = "\n".join((self.file_hash, self.collection, self.mapping))
        return hashlib.sha256(parts.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Kept:
    """The last row that was kept, and whether that was the end of the file."""

    row: int
    state: str
    tally: Tally


def find_kept(db: Connection, batch: Batch) -> Kept | None:
    """How far the batch has come, or None for one never begun."""
    row = db.execute(select(batches).where(batches.c.id == batch.id)).first()
    return None if row is None else Kept(row.row, row.state, read_tally(row.counts))


def keep(
    db: Connection, batch: Batch, before: Kept | None, after: Kept, *, now: datetime
) -> None:
    """Writes the progress; raises `ImportUnderWay` if it is not as it was `before`."""
    values = {
        "row": after.row,
        "state": after.state,
        "counts": stored_tally(after.tally),
    }
    if before is None:
        _begin(db, batch, values, now=now)
        return
    change = update(batches).where(
        batches.c.id == batch.id,
        batches.c.row == before.row,
        batches.c.state == before.state,
    )
    if db.execute(change.values(**values)).rowcount != 1:
        raise ImportUnderWay


def _begin(
    db: Connection, batch: Batch, values: dict[str, object], *, now: datetime
) -> None:
    # The chain's head is held by now, so that nobody can begin it in between.
    if find_kept(db, batch) is not None:
        raise ImportUnderWay
    named = {
        "id": batch.id,
        "file_hash": batch.file_hash,
        "mapping": batch.mapping,
        "source": batch.source,
        "collection_id": batch.collection,
        "began_at": now,
    }
    db.execute(insert(batches).values(**named, **values))


def keep_problems(db: Connection, batch: Batch, problems: Iterable[RowProblem]) -> None:
    """Adds those problems of the batch that are not kept yet."""
    found = _by_cell(problems)
    if not found:
        return
    numbers = [row for row, _ in found]
    query = select(row_errors.c.row, row_errors.c.field).where(
        row_errors.c.batch_id == batch.id,
        row_errors.c.row.between(min(numbers), max(numbers)),
    )
    there = {(row.row, row.field) for row in db.execute(query)}
    rows = [
        {
            "batch_id": batch.id,
            "row": row,
            "field": field,
            "what": one.what,
            "is_taken": one.is_taken,
        }
        for (row, field), one in found.items()
        if (row, field) not in there
    ]
    if rows:
        db.execute(insert(row_errors), rows)


def _by_cell(problems: Iterable[RowProblem]) -> dict[tuple[int, str], RowProblem]:
    """One problem for each cell; what else is wrong with it stands in the same."""
    found: dict[tuple[int, str], RowProblem] = {}
    for one in problems:
        key = (one.row, mended(one.field)[:KEY_LENGTH])
        first = found.get(key)
        if first is None:
            found[key] = replace(one, what=mended(one.what))
        elif one.what not in first.what:
            both = f"{first.what}; {mended(one.what)}"
            is_taken = first.is_taken and one.is_taken
            found[key] = replace(first, what=both, is_taken=is_taken)
    return found


def require_batch(db: Connection, batch_id: str, who: Account) -> None:
    """Raises `NoSuchBatch` unless the account works for those who imported it."""
    query = (
        select(records.c.institution_id)
        .join(batches, batches.c.collection_id == records.c.id)
        .where(batches.c.id == batch_id)
    )
    found = db.execute(query).first()
    if found is None or not any(
        who.may_work_for(role, found.institution_id)
        for role in (Role.ARCHIVIST, Role.OPERATOR)
    ):
        raise NoSuchBatch


def problems_of(db: Connection, batch_id: str) -> Iterator[RowProblem]:
    """What was wrong in the batch, row by row."""
    query = (
        select(row_errors)
        .where(row_errors.c.batch_id == batch_id)
        .order_by(row_errors.c.row, row_errors.c.field)
    )
    # A driver would hold all of them at once.
    for row in db.execute(query.execution_options(yield_per=PORTION)):
        yield RowProblem(row.row, row.field, row.what, row.is_taken)
