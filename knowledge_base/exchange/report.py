"""What an import tells: while it goes, and when it has ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from knowledge_base.exchange.rows import RowProblem
from knowledge_base.exchange.shape import Shape
from knowledge_base.exchange.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How far the import is: bytes of the file on the disk, and the rows so far."""

    position: int
    size: int
    row: int
    tally: Tally


Progress = Callable[[Done], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of an import, or what would (`is_preview`).

    `tally` counts the whole batch, also what an earlier, interrupted run of it did
    (`resumed_after` is the last row of that one, or 0). `left_out` counts the rows in
    which a column that goes nowhere held something. `problems` are the first of this
    run, `problems_more` counts the others; `batches.problems_of` has them all.
    """

    batch: str
    shape: Shape
    mapping: str
    mapped: Mapping[str, str]  # column -> field
    tally: Tally
    left_out: Mapping[str, int]
    says_no_restriction_field: bool
    problems: tuple[RowProblem, ...]
    problems_more: int
    resumed_after: int
    is_complete: bool
    is_preview: bool
