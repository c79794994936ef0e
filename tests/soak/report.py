"""What a run came to: a row for each subject at each place, and what was walked."""

from itertools import groupby

from rich.table import Table

from tests.soak.journal import Journal, Played


def report(journal: Journal) -> Table:
    """The table: subject, place, rounds, cases, findings, seconds."""
    numbers = {"justify": "right"}
    table = Table("subject", "on")
    for name in ("rounds", "cases", "findings", "seconds"):
        table.add_column(name, **numbers)  # type: ignore[arg-type]  # a literal that rich names
    by = sorted(journal.played, key=_key)
    for (subject, place), some in groupby(by, key=_key):
        table.add_row(subject, place, *_sums(list(some)))
    table.add_section()
    table.add_row("all", "", *_sums(by))
    return table


def walked(journal: Journal) -> Table:
    """Which part of each matrix was gone through: row, place, cells, of how many."""
    table = Table("row", "on", "walked", "of", "cells")
    steps = [(one.walked, one.place) for one in journal.played if one.walked]
    by = sorted(steps, key=lambda one: (one[0].row, one[1].value))
    for (row, place), some in groupby(by, key=lambda one: (one[0].row, one[1].value)):
        parts = [part for part, _ in some]
        cells = sorted({cell for part in parts for cell in part.cells})
        of = max(part.of for part in parts)
        listed = " ".join(map(str, cells))
        table.add_row(row, place, str(len(cells)), str(of), listed)
    return table


def _key(one: Played) -> tuple[str, str]:
    return one.subject, one.place.value


def _sums(some: list[Played]) -> tuple[str, str, str, str]:
    return (
        f"{len(some):,}",
        f"{sum(one.cases for one in some):,}",
        f"{sum(one.finding is not None for one in some):,}",
        f"{sum(one.seconds for one in some):,.0f}",
    )
