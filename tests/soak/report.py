"""What a run came to: a row for each subject at each place."""

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


def _key(one: Played) -> tuple[str, str]:
    return one.subject, one.place.value


def _sums(some: list[Played]) -> tuple[str, str, str, str]:
    return (
        f"{len(some):,}",
        f"{sum(one.cases for one in some):,}",
        f"{sum(one.finding is not None for one in some):,}",
        f"{sum(one.seconds for one in some):,.0f}",
    )
