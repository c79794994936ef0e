"""A walk leaves nothing out, and the next seed begins it somewhere else."""

import pytest

from tests.soak.walking import cells_of, row_of

ROWS = tuple("abcdefg")


@pytest.mark.parametrize("cells", [1, 2, 3, 22, 100])
def test_every_cell_of_every_row_is_seen_in_time(cells: int) -> None:
    seen = set()
    for number in range(len(ROWS) * -(-cells // 3)):
        row, turn = row_of(number, ROWS, seed="s")
        seen |= {(row, one) for one in cells_of(turn, 3, cells, seed=f"s/{row}")}

    assert seen == {(row, one) for row in ROWS for one in range(1, cells + 1)}


def test_the_next_seed_begins_somewhere_else() -> None:
    seeds = [str(one) for one in range(20)]

    assert len({row_of(0, ROWS, seed=seed) for seed in seeds}) > 3
    assert len({cells_of(0, 3, 100, seed=seed) for seed in seeds}) > 10
    assert cells_of(7, 3, 100, seed="s") == cells_of(7, 3, 100, seed="s")


def test_where_there_is_no_moment_none_is_walked() -> None:
    assert cells_of(4, 3, 0, seed="s") == ()
