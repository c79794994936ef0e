"""The table of invariants names what is there, and all that is there."""

import re
from collections.abc import Iterator

import pytest

from tests.soak.subjects import subjects
from tests.soak.tree import ROOT

PAGE = ROOT / "docs/invariants.md"


def rows() -> Iterator[tuple[int, list[str], list[str]]]:
    """(number, tests, subjects) of each row."""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and cells[1].isdigit():
            tests, soaks = (re.findall(r"`([^`]+)`", cell) for cell in cells[3:5])
            yield int(cells[1]), tests, soaks


def test_each_invariant_stands_there_once() -> None:
    assert [number for number, _, _ in rows()] == list(range(1, 16))


@pytest.mark.parametrize(("number", "tests"), [(n, tests) for n, tests, _ in rows()])
def test_each_has_tests_that_are_there(number: int, tests: list[str]) -> None:
    assert tests, f"no test for {number}"
    for one in tests:
        file, _, name = one.partition("::")
        text = (ROOT / file).read_text("utf-8")
        assert not name or f"def {name}(" in text, one


def test_each_soak_stands_beside_what_it_soaks_and_nowhere_else() -> None:
    said = {number: set(soaks) for number, _, soaks in rows()}
    known = {
        number: {one.name for one in subjects() if number in one.invariants}
        for number in range(1, 16)
    }

    assert said == known
