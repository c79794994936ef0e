"""Plays rounds, each with a chance of its own, and writes down what was found."""

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from tests.soak.ending import (
    GRACE,
    MOST_MINUTES,
    DoesNotEnd,
    cut_after,
    ended_after,
)
from tests.soak.grounds import Grounds
from tests.soak.journal import Journal, Played
from tests.soak.subject import Place, Round, Subject
from tests.soak.tree import state_of_the_tree

# What was found that often on one place is known: the time goes to the others.
ENOUGH = 3


@dataclass(frozen=True)
class Turn:
    """A subject at a place: the unit of which round after round is played."""

    subject: Subject
    place: Place


@dataclass(frozen=True)
class Bound:
    """How long a run goes on; at least one round is played of each turn.

    `rounds`: of each turn; None: until the minutes are over, those of the run that is
    resumed included. `at_first`: it ends with the first finding. A round that takes
    `round_minutes` is cut, and is one.
    """

    minutes: float
    rounds: int | None = None
    at_first: bool = False
    round_minutes: float = MOST_MINUTES


def soak(
    journal: Journal,
    turns: Sequence[Turn],
    bound: Bound,
    grounds: Grounds,
    say: Callable[[str], None],
) -> None:
    """Plays until the bound; whichever turn had least time is next."""
    began, before = monotonic(), journal.seconds
    while True:
        spent = before + monotonic() - began
        turn = _next(journal, turns, bound, is_over=spent >= bound.minutes * 60)
        if turn is None:
            return
        number, longest = _number(journal, turn), bound.round_minutes
        played = play(journal, turn, number, grounds, minutes=longest)
        journal.add(played)
        if played.finding is not None:
            say(f"Found: {turn.subject.name} on {turn.place}, {played.finding}")
            if bound.at_first:
                return


def _next(
    journal: Journal, turns: Sequence[Turn], bound: Bound, *, is_over: bool
) -> Turn | None:
    """The turn that had least time, of those that are not done; None: all are."""
    rounds = Counter((one.subject, one.place) for one in journal.played)
    seconds: Counter[tuple[str, Place]] = Counter()
    found: Counter[tuple[str, Place]] = Counter()
    for one in journal.played:
        seconds[one.subject, one.place] += one.seconds  # type: ignore[assignment]  # a Counter adds any number
        found[one.subject, one.place] += one.finding is not None

    def is_done(key: tuple[str, Place]) -> bool:
        if bound.rounds is not None:
            return rounds[key] >= bound.rounds
        return rounds[key] > 0 and (is_over or found[key] >= ENOUGH)

    left = [turn for turn in turns if not is_done((turn.subject.name, turn.place))]
    # A turn that was not played yet comes first: a short run has seen each once.
    return min(
        left, key=lambda turn: seconds[turn.subject.name, turn.place], default=None
    )


def _number(journal: Journal, turn: Turn) -> int:
    mine = (turn.subject.name, turn.place)
    return sum((one.subject, one.place) == mine for one in journal.played)


def play(
    journal: Journal,
    turn: Turn,
    number: int,
    grounds: Grounds,
    *,
    is_slice: bool = False,
    minutes: float = MOST_MINUTES,
) -> Played:
    """Plays one round; what it raises, or that it does not end, is a finding."""
    subject, place = turn.subject, turn.place
    began = monotonic()
    finding = None
    seed = f"{journal.seed}/{subject.name}/{place}"
    with (
        ended_after(minutes * 60 + GRACE),
        grounds.round(place, number, seed, is_slice=is_slice) as one,
    ):
        try:
            with cut_after(minutes * 60):
                subject.play(one)
        except (Exception, DoesNotEnd) as error:
            finding = f"{subject.name}-{place}-{journal.seed}-{number}.json"
            journal.find(finding, _told(journal, turn, one, error))
    seconds = round(monotonic() - began, 3)
    name, cases = subject.name, one.cases
    return Played(name, place, number, cases, seconds, finding, one.walked)


def _told(
    journal: Journal, turn: Turn, one: Round, error: BaseException
) -> dict[str, Any]:
    """What is needed to see it again, and to understand it without that."""
    subject = turn.subject
    where = f"--only {subject.name} --on {turn.place} --round {one.number}"
    where += " --slice" if one.is_slice else ""
    return {
        "subject": subject.name,
        "promise": subject.promise,
        "invariants": list(subject.invariants),
        "place": turn.place.value,
        "seed": journal.seed,
        "round": one.number,
        "again": f"python -m tests.soak --seed {journal.seed} {where}",
        "tree": state_of_the_tree(),
        "found": f"{type(error).__name__}: {error}",
        "trace": traceback.format_exc().splitlines(),
        "told": one.told,
    }


def turns_of(subjects: Sequence[Subject], places: Sequence[Place]) -> Iterator[Turn]:
    for subject in subjects:
        for place in subject.places:
            if place in places:
                yield Turn(subject, place)
