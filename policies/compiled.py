"""A condition ready to be weighed, with what its answer depends on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from policies.scene import Scene
from policies.truth import Truth

Check = Callable[[Scene], Truth]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition, with what it uses.

    `facts`: the names it looks up. `dates`: the days on which it may change.
    `by_purpose`: its answer depends on the purpose. `undone_by`: facts that may grow
    and would make it false by growing.
    """

    check: Check
    facts: frozenset[str] = frozenset()
    dates: frozenset[date] = frozenset()
    by_purpose: bool = False
    undone_by: frozenset[str] = frozenset()
    made_by: frozenset[str] = frozenset()


def _always(scene: Scene) -> Truth:
    return Truth.TRUE


ALWAYS = Condition(_always)


def joined(check: Check, parts: list[Condition]) -> Condition:
    """A condition made of others, which depends on all that they depend on."""
    return Condition(
        check,
        frozenset().union(*(part.facts for part in parts)),
        frozenset().union(*(part.dates for part in parts)),
        any(part.by_purpose for part in parts),
        frozenset().union(*(part.undone_by for part in parts)),
        frozenset().union(*(part.made_by for part in parts)),
    )


def dated(check: Check, *days: date) -> Condition:
    """A condition on the day, which may change on these days."""
    return Condition(check, frozenset({"date"}), frozenset(days))


def for_each_purpose(condition: Condition) -> Condition:
    """The same, weighed for each purpose by itself."""
    return Condition(condition.check, condition.facts, by_purpose=True)
