"""`withcare policies`: checks the rules, shows their cases, explains a record."""

import json
from datetime import date, datetime

import rich_click as click

from knowledge_base.gate import facts_of
from knowledge_base.records import NoSuchRecord
from knowledge_base.views import desk_view
from policies.checker import check_policies
from policies.explain import Explanation, explain
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.worked_cases import Case, run_case, shipped_cases
from withcare.exit_codes import ExitCode
from withcare.opening import account_named, acts_as, open_store, today


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


@policies.command("explain")
@click.argument("record")
@click.option("--destination", "wanted", help="One destination; else all.")
@click.option(
    "--purpose",
    type=click.Choice([one.value for one in Purpose]),
    default=Purpose.SHOW.value,
    help="What it is to be shown for.",
)
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day; else today."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@acts_as
def explain_(
    record: str,
    wanted: str | None,
    purpose: str,
    day: datetime | None,
    as_json: bool,
    acting: str | None,
) -> None:
    """Say why a record may be shown or not, and what would change that."""
    store = open_store()
    who = account_named(store, acting)
    on = today() if day is None else day.date()
    with store.reading() as db:
        if desk_view(db, store, record, who, on=on).is_covered:
            raise NoSuchRecord
        facts = facts_of(db, (record,))[record]
    for where in store.destinations:
        if wanted in (None, where.id):
            said = explain(
                store.rulebook, facts, where, Purpose(purpose), on=on, inside=True
            )
            click.echo(_as_json(said, on) if as_json else _in_words(said))


def _in_words(said: Explanation) -> str:
    lines = [f"{said.decision.destination}: {said.outcome.value}"]
    for one in said.because:
        lines.append(f"  {one.rule}: {one.internal.get('en') or one.public['en']}")
        lines.extend(f"    settled by {party}" for party in one.settled_by)
    lines.extend(f"  not known: {fact}" for fact in said.missing)
    for change in said.changes:
        lines.append(f"  would move it: {change.what} ({change.visibility.word})")
    return "\n".join(lines)


def _as_json(said: Explanation, on: date) -> str:
    plain = {
        "destination": said.decision.destination,
        "on": on.isoformat(),
        "outcome": said.outcome.value,
        "visibility": said.decision.visibility.word,
        "rulebook": said.decision.rulebook,
        "because": [
            {"rule": one.rule, "used": one.used, "missed": one.missed}
            for one in said.because
        ],
        "missing": said.missing,
        "changes": [
            {"what": one.what, "visibility": one.visibility.word}
            for one in said.changes
        ],
    }
    return json.dumps(plain, ensure_ascii=False)
