"""A matrix that is gone through part by part, until every cell of it was seen.

Nothing is kept between rounds. Which part is a round's follows from its number, and
where the walk begins and which way it goes from the seed: short runs see other parts
each time, and a long one sees them all.
"""

from collections.abc import Sequence
from random import Random


def row_of(number: int, rows: Sequence[str], *, seed: str) -> tuple[str, int]:
    """The row of the round of that number, and how often it had its turn before."""
    way = Random(seed).sample(rows, len(rows))
    return way[number % len(rows)], number // len(rows)


def cells_of(turn: int, many: int, cells: int, *, seed: str) -> tuple[int, ...]:
    """Where the row's turn of that number begins, and the `many` - 1 that follow.

    Counted from 1 on; all where there are not more. After `cells` / `many` turns none
    is left out.
    """
    way = Random(seed).sample(range(1, cells + 1), cells)
    return tuple(way[(turn * many + one) % cells] for one in range(min(many, cells)))
