"""Reads the rows of a file, each made ready to be taken in as a record.

The store is not asked: this is what is done ahead of it.
"""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from knowledge_base.exchange.fitting import Fitted, Fitting, Unfit
from knowledge_base.exchange.mappings import Mapping
from knowledge_base.exchange.opening import open_source
from knowledge_base.exchange.rows import Row, RowProblem
from knowledge_base.exchange.seen import SeenIdentifiers
from knowledge_base.exchange.shape import Shape, read_rows
from knowledge_base.kinds import Kind
from knowledge_base.made_ready import Ready, make_ready

LOOKED_UP = 20  # rows between two after which it is asked how far the reading is
REMEMBERED = 5_000  # rows of an earlier run between two that are told


class Comer(NamedTuple):
    """A row that may come in; `problems` are those it comes in with.

    `left_out`: the columns and entries of it that go nowhere, as they are counted.
    `first`: the row before it that has the same identifier; None: it is the first.
    """

    row: int
    identifier: str
    ready: Ready
    problems: tuple[RowProblem, ...]
    left_out: tuple[str, ...]
    first: int | None


class Read(NamedTuple):
    """What became of a row; what is no record stays as it is.

    `found` is None for some rows that an earlier run kept, to tell how far it is.
    `size`: about how many characters it has in the file. `position`: about how far
    into the file the reading was, in bytes on the disk.
    """

    number: int
    found: Comer | Unfit | RowProblem | None
    size: int
    position: int


def size_of(one: Read) -> int:
    return one.size


@dataclass(frozen=True, slots=True)
class Task:
    """Which file is read, and how its rows become records of a kind.

    `after`: the last row that an earlier run kept. Of those before only the identifiers
    matter still; as in that run, a row that did not come in leaves its to others.
    """

    path: Path
    shape: Shape
    mapping: Mapping
    kind: Kind
    after: int = 0


def read_here(task: Task) -> Generator[Read]:
    """The rows of the file, in its order, one at a time."""
    fitting = Fitting(task.mapping, task.kind, separator=task.shape.separator)
    position = 0
    with (
        open_source(task.path, is_packed=task.shape.is_packed) as source,
        closing(SeenIdentifiers()) as seen,
    ):
        for count, row in enumerate(read_rows(source.stream, task.shape)):
            if count % LOOKED_UP == 0:
                position = source.position
            number = row.row if isinstance(row, RowProblem) else row.number
            if number <= task.after:
                if isinstance(row, Row):
                    _remember(fitting, row, seen)
                if number % REMEMBERED == 0:
                    yield Read(number, None, 0, position)
            elif isinstance(row, RowProblem):
                yield Read(number, row, 0, position)
            else:
                found = _comer(fitting, task.kind, row, seen)
                yield Read(number, found, row.size, position)


def _remember(fitting: Fitting, row: Row, seen: SeenIdentifiers) -> None:
    fitted = fitting.fit(row)
    if isinstance(fitted, Fitted):
        seen.first_row(fitted.identifier, row.number)


def _comer(
    fitting: Fitting, kind: Kind, row: Row, seen: SeenIdentifiers
) -> Comer | Unfit:
    fitted = fitting.fit(row)
    if isinstance(fitted, Unfit):
        return fitted
    return Comer(
        row=row.number,
        identifier=fitted.identifier,
        ready=make_ready(kind, fitted.content),
        problems=fitted.problems,
        left_out=fitting.left_out(row),
        # A row that cannot come in leaves its identifier to others.
        first=seen.first_row(fitted.identifier, row.number),
    )
