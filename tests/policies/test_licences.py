"""What may stand under which licence; what nobody knows is not known."""

import pytest

from policies.licences import allows, name_of
from policies.truth import Truth


@pytest.mark.parametrize(
    ("given", "forced", "answer"),
    [
        ("cc0-1.0", "cc-by-sa-4.0", Truth.TRUE),
        ("CC0", "cc0-1.0", Truth.TRUE),
        ("cc-by-4.0", "cc-by-sa-4.0", Truth.TRUE),
        ("cc-by-4.0", "cc0-1.0", Truth.FALSE),
        ("cc-by-sa-3.0", "cc-by-sa-4.0", Truth.TRUE),
        ("cc-by-sa-4.0", "cc-by-sa-3.0", Truth.FALSE),
        ("cc-by-sa-4.0", "cc-by-4.0", Truth.FALSE),
        ("cc-by-nc-4.0", "cc-by-sa-4.0", Truth.FALSE),
        ("cc-by-nc-4.0", "cc-by-nc-sa-4.0", Truth.TRUE),
        ("cc-by-nd-4.0", "cc-by-sa-4.0", Truth.FALSE),
        ("cc-by-nd-4.0", "cc-by-nd-4.0", Truth.TRUE),
        ("cc-by-nc-sa-4.0", "cc-by-sa-4.0", Truth.FALSE),
        ("all-rights-reserved", "cc-by-4.0", Truth.FALSE),
        ("all-rights-reserved", "all-rights-reserved", Truth.FALSE),
        ("purpose-limited", "cc-by-nc-4.0", Truth.FALSE),
        ("all-rights-reserved", "none", Truth.TRUE),
        ("ours", "cc-by-4.0", Truth.UNKNOWN),
        ("cc0-1.0", "theirs", Truth.UNKNOWN),
        ("cc-by-sa-nd-4.0", "cc-by-4.0", Truth.UNKNOWN),
    ],
)
def test_terms_are_kept_or_the_answer_is_no(
    given: str, forced: str, answer: Truth
) -> None:
    assert allows(given, forced) is answer


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("cc-by-4.0", "Creative Commons Attribution 4.0"),
        (
            "CC-BY-NC-SA-3.0",
            "Creative Commons Attribution-NonCommercial-ShareAlike 3.0",
        ),
        ("cc-by-nd-2.0", "Creative Commons Attribution-NoDerivatives 2.0"),
        ("cc0-1.0", "Creative Commons CC0 1.0"),
        ("in-copyright", None),
        ("made-up", None),
    ],
)
def test_a_licence_has_the_name_that_its_makers_gave_it(
    code: str, name: str | None
) -> None:
    assert name_of(code) == name
