"""What an import has done so far, counted; kept beside its progress in the store."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from knowledge_base.columns import KEY_LENGTH, mended

MOST_NAMES = 200  # columns that are counted by name; the tally is written often


def named(column: str) -> str:
    """A column's name as it can be kept and shown, whatever the source wrote."""
    return mended(column)[:KEY_LENGTH]


@dataclass(slots=True)
class Tally:
    """Rows by what became of them, and records by what was found and asked.

    `errors` are rows that did not come in, `mended` rows that came in changed, as
    their problems say. `elsewhere` are those of the unchanged and changed that stay in
    the collection they first came into, `set_out` those that set out towards one more
    destination. `asked` counts records by "rule to party". `left_out` counts rows by
    the columns that went nowhere, the first of them by name; `left_out_more` counts
    cells of all further ones.
    """

    received: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    errors: int = 0
    mended: int = 0
    held: int = 0
    elsewhere: int = 0
    set_out: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    left_out_more: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        names = [one.name for one in fields(self)]
        both = Tally(**{n: getattr(self, n) + getattr(other, n) for n in names})
        both._keep_few_names(before=self.left_out, more=other.left_out)
        return both

    def _keep_few_names(self, *, before: Counter[str], more: Counter[str]) -> None:
        """Those named first stay; where portions began and ended does not matter."""
        new = [name for name in more if name not in before]
        for name in new[max(0, MOST_NAMES - len(before)) :]:
            self.left_out_more += self.left_out.pop(name)

    def leave_out_findings(self, rules: frozenset[str]) -> None:
        for rule in rules & self.findings.keys():
            del self.findings[rule]

    @property
    def rows(self) -> int:
        """All rows that were looked at."""
        came_in = self.received + self.changed + self.unchanged
        return came_in + self.withdrawn + self.errors


def stored_tally(tally: Tally) -> dict[str, Any]:
    return {one.name: getattr(tally, one.name) for one in fields(tally)}


def read_tally(stored: Mapping[str, Any]) -> Tally:
    counted: dict[str, Any] = {
        name: Counter(value) if isinstance(value, dict) else value
        for name, value in stored.items()
    }
    return Tally(**counted)
