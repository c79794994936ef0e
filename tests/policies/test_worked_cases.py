"""Every worked case comes out as it says."""

import pytest

from policies.rulebook import Rulebook
from policies.worked_cases import Case, run_case, shipped_cases


@pytest.mark.parametrize("case", shipped_cases(), ids=lambda case: case.id)
def test_a_worked_case_comes_out_as_it_says(case: Case) -> None:
    assert run_case(case, Rulebook.shipped()) == ()
