"""Checks registry, rules, cases and lexicon themselves, and names every fault."""

from collections.abc import Iterator

from policies.errors import Fault, PolicyFileError
from policies.hints import hint_rules, lexicon
from policies.labels import registry
from policies.rulebook import Rulebook
from policies.rules import Rule
from policies.shapes import suggest
from policies.triggers import ANY, TriggerKind
from policies.worked_cases import Case, run_case, shipped_cases


def check_policies() -> tuple[Fault, ...]:
    """Every fault of what is shipped, sorted; files that cannot be read come first."""
    unreadable: list[Fault] = []
    for read in (registry, lexicon, Rulebook.shipped, shipped_cases):
        try:
            read()
        except PolicyFileError as error:
            unreadable += error.faults
    if unreadable:
        return tuple(sorted(set(unreadable)))
    return check(Rulebook.shipped(), shipped_cases())


def check(rulebook: Rulebook, cases: tuple[Case, ...]) -> tuple[Fault, ...]:
    """Every fault in rules and cases that were read well."""
    return tuple(
        sorted(
            {
                *_uncased(rulebook, cases),
                *_wrong(rulebook, cases),
                *_silent_registry(rulebook),
                *_findings_without_source(rulebook),
            }
        )
    )


def _uncased(rulebook: Rulebook, cases: tuple[Case, ...]) -> Iterator[Fault]:
    hit = {case.rule for case in cases if case.hits}
    missed = {case.rule for case in cases if not case.hits}
    for rule in rulebook.rules:
        if rule.id not in hit:
            yield _fault(rule, "has no case that it applies to", "hits: yes")
        if rule.id not in missed:
            yield _fault(rule, "has no case that it leaves alone", "hits: no")


def _fault(rule: Rule, wrong: str, hits: str) -> Fault:
    instead = f"add a case with `rule: {rule.id}` and `{hits}`"
    return Fault(rule.file, rule.line, f"the rule {rule.id!r} {wrong}", instead)


def _wrong(rulebook: Rulebook, cases: tuple[Case, ...]) -> Iterator[Fault]:
    for case in cases:
        for difference in run_case(case, rulebook):
            wrong = f"the case {case.id!r} says otherwise: {difference}"
            yield Fault(case.file, case.line, wrong, "correct the case or the rule")


def _silent_registry(rulebook: Rulebook) -> Iterator[Fault]:
    """A label or notice we know and have no rule for would be asked about for ever."""
    for kind, known in (
        (TriggerKind.LABEL, rulebook.registry.labels),
        (TriggerKind.NOTICE, rulebook.registry.notices),
    ):
        for key in sorted(set(known) - set(rulebook.index[kind])):
            instead = f"add a rule with `trigger: {{{kind.value}: {key}}}`"
            yield Fault("rules", 1, f"no rule says what {key!r} asks", instead)


def _findings_without_source(rulebook: Rulebook) -> Iterator[Fault]:
    index = rulebook.index[TriggerKind.FINDING]
    for key in sorted(hint_rules() - set(index)):
        instead = f"add a rule with `trigger: {{finding: {key}}}`"
        yield Fault("rules", 1, f"no rule asks about the hint {key!r}", instead)
    for key in sorted(set(index) - hint_rules() - {ANY}):
        for rule in index[key]:
            wrong = f"nothing ever finds {key!r}, so {rule.id!r} never applies"
            yield Fault(rule.file, rule.line, wrong, suggest(key, hint_rules()))
