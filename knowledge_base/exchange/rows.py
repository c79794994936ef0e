"""What a reader yields: a row as it stands in the file, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.errors import WithcareError

LARGEST_ROW = 1_000_000  # bytes or characters of one row, as written in the file
LARGEST_CELL = 100_000  # characters of one value
MOST_VALUES = 1_000  # values in one field of one row


@dataclass(frozen=True, slots=True)
class Row:
    """One row; its number is the line of JSON lines, the sheet's row of a table.

    `size`: about how many characters it has in the file.
    """

    number: int
    values: Mapping[str, Any]
    size: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one cell and how to mend it; an empty field is the whole row.

    `is_taken` says that the record came in all the same, changed as it says.
    """

    row: int
    field: str
    what: str
    is_taken: bool = False


class FileRefused(WithcareError):
    """The file as a whole cannot be read; nothing was taken from it."""


CUT_OFF = (
    "the compressed file is damaged or ends here before its end; the rows before "
    "were read: fetch the file again and import it once more"
)
TOO_LARGE = (
    f"the row is larger than {LARGEST_ROW:,} characters; a line break or a quotation "
    "mark may be missing: correct it, or take the long text out"
)
