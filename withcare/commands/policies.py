"""`withcare policies`: checks the rules and shows their cases; needs files only."""

import rich_click as click

from policies.checker import check_policies
from policies.rulebook import Rulebook
from policies.worked_cases import Case, run_case, shipped_cases
from withcare.exit_codes import ExitCode


@click.group()
def policies() -> None:
    """Read, check and explain the rules."""


@policies.command()
@click.option("--list", "names", is_flag=True, help="Name every rule and its source.")
@click.pass_context
def check(context: click.Context, names: bool) -> None:
    """Check rules, cases, registry and lexicon; every fault is named with its place."""
    faults = check_policies()
    for fault in faults:
        click.echo(str(fault))
    if faults:
        context.exit(ExitCode.ERROR)
    rulebook = Rulebook.shipped()
    if names:
        for rule in rulebook.rules:
            click.echo(f"{rule.id}  ({rule.source.title})")
    rules, cases = len(rulebook.rules), len(shipped_cases())
    click.echo(
        f"{rules} rules, {cases} cases, "
        f"{len(rulebook.registry.labels)} labels, "
        f"{len(rulebook.registry.notices)} notices: no fault. "
        f"Rulebook {rulebook.version}."
    )


@policies.command()
@click.argument("rule", required=False)
@click.pass_context
def cases(context: click.Context, rule: str | None) -> None:
    """Run the worked cases, of one RULE or of all, and say what each shows."""
    rulebook = Rulebook.shipped()
    if rule is not None:
        rulebook.rule(rule)
    chosen = [case for case in shipped_cases() if rule in (None, case.rule)]
    wrong = [case for case in chosen if not _shown(case, rulebook)]
    click.echo(f"{len(chosen) - len(wrong)} of {len(chosen)} cases are as they say.")
    if wrong:
        context.exit(ExitCode.ERROR)


def _shown(case: Case, rulebook: Rulebook) -> bool:
    differences = run_case(case, rulebook)
    mark = "no" if differences else "ok"
    click.echo(f"{mark}  {case.id}: {case.says} → {case.expect.visibility.word}")
    for difference in differences:
        click.echo(f"    {case.file}:{case.line}: {difference}")
    return not differences
