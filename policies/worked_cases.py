"""Worked cases: each shows one rule on invented facts, and what has to come of it.

They are tests, documentation and a page to discuss at once. Communities, families and
persons in them are plain words and never the names of anyone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from policies.case_facts import WrittenDestination, WrittenFacts
from policies.compiled import Condition
from policies.decide import decide
from policies.decision import Decision, Outcome, outcome
from policies.errors import PolicyFileError
from policies.plain_yaml import read
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.rules import DutyTemplate, Rule
from policies.scene import Scene
from policies.shapes import Reader, suggest
from policies.triggers import Trigger, TriggerKind
from policies.truth import Truth
from policies.visibility import Visibility

SHIPPED = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to come of it. `asks`: "party about" of this rule's own questions."""

    visibility: Visibility
    at_most: Visibility | None = None
    asks: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    outcome: Outcome | None = None
    secret: bool = False
    made_so_by: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case. `breaks`: a rule that is broken for it; `also`: further duties
    that the record has; both show what the engine does by itself.
    """

    id: str
    rule: str
    hits: bool
    says: str
    expect: Expected
    facts: WrittenFacts = field(default_factory=WrittenFacts)
    destination: WrittenDestination = field(default_factory=WrittenDestination)
    purpose: Purpose = Purpose.SHOW
    on: date = date(2026, 6, 1)
    breaks: str | None = None
    also: tuple[DutyTemplate, ...] = ()
    file: str = ""  # where it was read, whatever the file says of itself
    line: int = 0


def shipped_cases() -> tuple[Case, ...]:
    """The cases that come with withcare, by file and order."""
    return read_cases(sorted(SHIPPED.glob("*.yaml")), Rulebook.shipped())


def read_cases(paths: Iterable[Path], rulebook: Rulebook) -> tuple[Case, ...]:
    """The cases in these files; raises `PolicyFileError` with every fault of all."""
    reader, cases, seen = Reader(), [], set()
    for path in paths:
        try:
            nodes = reader.items(read(path))
        except PolicyFileError as error:
            reader.faults.extend(error.faults)
            continue
        for node in nodes:
            case = reader.into(node, Case)
            if case is None:
                continue
            if case.id in seen:
                wrong = f"the case {case.id!r} stands here a second time"
                reader.fault(node, wrong, "give it another id")
            if case.rule not in rulebook.by_id:
                near = suggest(case.rule, rulebook.by_id)
                reader.fault(node, f"there is no rule {case.rule!r}", near)
            seen.add(case.id)
            cases.append(replace(case, file=node.file, line=node.line))
    reader.finish()
    return tuple(cases)


def run_case(case: Case, rulebook: Rulebook) -> tuple[str, ...]:
    """What came out otherwise than the case says; empty where all is as it says."""
    decision = decide(
        _as_the_case_has_it(case, rulebook),
        case.facts.facts(),
        case.destination.destination(),
        case.purpose,
        on=case.on,
    )
    return tuple(_differences(case, decision))


def _differences(case: Case, decision: Decision) -> Iterable[str]:
    expect = case.expect
    is_hit = any(reason.rule == case.rule for reason in decision.reasons)
    if is_hit is not case.hits:
        yield f"the rule {'applied' if is_hit else 'did not apply'}"
    if decision.visibility is not expect.visibility:
        yield f"visibility is {decision.visibility.word}"
    if expect.at_most not in (None, decision.at_most):
        yield f"at most is {decision.at_most.word}"
    if decision.keeps_secret is not expect.secret:
        yield f"keeps_secret is {decision.keeps_secret}"
    if expect.outcome not in (None, outcome(decision)):
        yield f"the outcome is {outcome(decision)}"
    if expect.made_so_by not in (None, decision.made_so_by):
        yield f"it was made so by {decision.made_so_by}"
    asked = sorted(
        f"{question.to} {question.about}"
        for question in decision.questions
        if question.rule == case.rule
    )
    if asked != sorted(expect.asks):
        yield f"the rule asks {asked}"
    owed = {
        f"{duty.kind} {duty.about} {duty.value}".strip() for duty in decision.duties
    }
    for duty in sorted(set(expect.duties) - owed):
        yield f"the duty {duty!r} is missing among {sorted(owed)}"


def _as_the_case_has_it(case: Case, rulebook: Rulebook) -> Rulebook:
    rules = [_broken(r) if r.id == case.breaks else r for r in rulebook.rules]
    if case.also:
        rules.append(_owing(rulebook.rules[0], case.also))
    if rules == list(rulebook.rules):
        return rulebook
    return Rulebook.of(rules)


def _broken(rule: Rule) -> Rule:
    def breaks(scene: Scene) -> Truth:
        raise ZeroDivisionError

    return replace(rule, when=Condition(breaks))


def _owing(rule: Rule, duties: tuple[DutyTemplate, ...]) -> Rule:
    return replace(
        rule,
        id="the-case-adds-this",
        trigger=Trigger(TriggerKind.ALWAYS, ("yes",)),
        meanwhile=Visibility.FULL,
        at_most=Visibility.FULL,
        duties=duties,
    )
