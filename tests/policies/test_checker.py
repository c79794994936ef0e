"""The checker of rules and cases finds what is wrong with either."""

from dataclasses import replace
from pathlib import Path

import pytest

from policies.checker import check, check_policies
from policies.errors import PolicyFileError
from policies.rulebook import Rulebook
from policies.visibility import Visibility
from policies.worked_cases import Case, read_cases, run_case, shipped_cases

BOOK, CASES = Rulebook.shipped(), shipped_cases()


def said(book: Rulebook = BOOK, cases: tuple[Case, ...] = CASES) -> str:
    return "\n".join(str(fault) for fault in check(book, cases))


def test_what_is_shipped_has_no_fault() -> None:
    assert check_policies() == ()


@pytest.mark.parametrize(
    ("hits", "wrong"),
    [(True, "has no case that it applies to"), (False, "that it leaves alone")],
)
def test_a_rule_without_both_kinds_of_case_is_told(hits: bool, wrong: str) -> None:
    fewer = tuple(c for c in CASES if (c.rule, c.hits) != ("tk-clan", hits))
    assert wrong in said(cases=fewer)
    assert "labels.yaml" in said(cases=fewer)


def test_a_case_that_comes_out_otherwise_is_told_with_its_place() -> None:
    case = next(c for c in CASES if c.id == "tk-clan-1")
    wrong = replace(
        case, hits=False, expect=replace(case.expect, visibility=Visibility.FULL)
    )
    found = said(cases=(*CASES, wrong))
    assert f"labels.yaml:{case.line}: the case 'tk-clan-1' says otherwise" in found
    assert "visibility is none" in found


def test_everything_that_comes_out_otherwise_is_told() -> None:
    case = next(c for c in CASES if c.id == "tk-clan-2")
    other = replace(
        case.expect,
        at_most=Visibility.NONE,
        asks=("nobody x",),
        duties=("omit x",),
        secret=True,
    )
    outcome = next(c for c in CASES if c.id == "concern-named-1").expect.outcome
    other = replace(other, outcome=outcome, made_so_by=next(iter(["bulk"])))  # type: ignore[arg-type] # a word of it
    assert len(run_case(replace(case, expect=other), BOOK)) == 6


def test_a_label_without_a_rule_is_told() -> None:
    fewer = Rulebook.of(r for r in BOOK.rules if r.id != "tk-verified")
    assert "no rule says what 'tk/verified' asks" in said(fewer)


def test_a_hint_without_a_rule_is_told() -> None:
    fewer = Rulebook.of(r for r in BOOK.rules if r.id != "hint-no-maker")
    assert "no rule asks about the hint 'hint-no-maker'" in said(fewer)


def test_a_rule_for_a_hint_that_nothing_finds_is_told() -> None:
    rule = BOOK.rule("hint-no-maker")
    lonely = replace(rule, id="x", trigger=replace(rule.trigger, keys=("hint-maker",)))
    assert "nothing ever finds 'hint-maker'" in said(Rulebook.of([*BOOK.rules, lonely]))


def test_faulty_cases_are_told_all_at_once(tmp_path: Path) -> None:
    case = "- {id: x, rule: tk-clam, hits: yes, says: x, expect: {visibility: none}}\n"
    (tmp_path / "a.yaml").write_text(case * 2)
    (tmp_path / "b.yaml").write_text("- {id: y}\n")
    (tmp_path / "c.yaml").write_text("- &x a\n")
    paths = sorted(tmp_path.glob("*.yaml"))
    with pytest.raises(PolicyFileError) as refused:
        read_cases(paths, BOOK)
    text = str(refused.value)
    assert "did you mean 'tk-clan'?" in text
    assert "stands here a second time" in text
    assert "'hits' is missing" in text
    assert "anchor" in text
