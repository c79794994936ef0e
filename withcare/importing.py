"""What an import shows while it goes, and says when it has ended."""

from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from knowledge_base.columns import mended
from knowledge_base.exchange.report import Done, ImportReport
from knowledge_base.exchange.report import Progress as Told
from knowledge_base.exchange.rows import RowProblem
from knowledge_base.exchange.shape import Format

COLUMNS_SAID = 20  # of those that go nowhere
PLAIN_EVERY = 5_000  # rows between two lines where nobody watches a terminal


@contextmanager
def shown_progress() -> Iterator[Told]:
    """A bar on a terminal; elsewhere a plain line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _PlainLines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Importing", total=None)
        yield _Bar(bar, task)


class _Bar:
    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task

    def __call__(self, done: Done) -> None:
        self._bar.update(self._task, total=done.size, completed=done.position)


class _PlainLines:
    def __init__(self) -> None:
        self._last = 0

    def __call__(self, done: Done) -> None:
        if done.row - self._last >= PLAIN_EVERY:
            self._last = done.row
            click.echo(f"{done.row} rows", err=True)


def say(report: ImportReport) -> None:
    """The report in lines; nothing that was left out goes unsaid."""
    _say_how_it_was_read(report)
    tally = report.tally
    would = "would be " if report.is_preview else ""
    click.echo(
        f"{tally.received} {would}received, {tally.changed} {would}changed, "
        f"{tally.unchanged} unchanged, {tally.withdrawn} stay withdrawn, "
        f"{tally.errors} rows refused, {tally.mended} mended"
    )
    if tally.elsewhere:
        click.echo(
            f"{tally.elsewhere} of these came into another collection first, and stay "
            "there."
        )
    if tally.set_out:
        would = "would set" if report.is_preview else "set"
        click.echo(f"{tally.set_out} {would} out towards one more destination.")
    click.echo(f"{tally.held} wait for an answer before anything is shown:")
    for question, records in sorted(tally.asked.items()):
        click.echo(f"  {records:>6}  {question}")
    if report.resumed_after:
        click.echo(f"Went on after row {report.resumed_after}.")
    _say_what_was_left_out(report)
    if report.says_no_restriction_field:
        click.echo("No column is read as a restriction: the source's own are not seen.")
    for problem in report.problems:
        click.echo(f"  {told(problem)}")
    _say_where_the_others_are(report)


def told(problem: RowProblem) -> str:
    """The problem in a line, with its row and column."""
    where = f"row {problem.row}"
    column = f", {mended(problem.field)}" if problem.field else ""
    return f"{where}{column}: {mended(problem.what)}"


def _say_where_the_others_are(report: ImportReport) -> None:
    if report.is_preview:
        if report.problems_more:
            click.echo(f"  and {report.problems_more} more, kept by the import itself")
        return
    if report.problems:
        more = f"and {report.problems_more} more: " if report.problems_more else ""
        click.echo(f"  {more}all of them: `withcare kb problems {report.batch}`")


def _say_how_it_was_read(report: ImportReport) -> None:
    shape = report.shape
    guessed = " (found out: say it otherwise with --encoding)"
    parts = [
        "JSON lines" if shape.format is Format.JSON_LINES else "a table",
        shape.encoding + (guessed if shape.is_guessed else ""),
    ]
    if shape.delimiter:
        parts.append(f"{shape.delimiter!r} between cells")
    if shape.separator:
        parts.append(f"{shape.separator!r} between the values of one cell")
    into = ", ".join(f"{column} → {to}" for column, to in report.mapped.items())
    click.echo(f"Read as {', '.join(parts)}; mapping {report.mapping}: {mended(into)}")


def _say_what_was_left_out(report: ImportReport) -> None:
    fullest = sorted(report.left_out.items(), key=lambda one: (-one[1], one[0]))
    for column, rows in fullest[:COLUMNS_SAID]:
        click.echo(f"Column {column!r} goes nowhere ({rows} rows hold something).")
    if more := fullest[COLUMNS_SAID:]:
        cells = sum(rows for _, rows in more) + report.tally.left_out_more
        least = "at least " if report.tally.left_out_more else ""
        click.echo(f"… and {least}{len(more)} more columns ({cells} cells).")
