"""Rulebooks that nobody wrote, over records that nobody has."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from policies.compiled import Condition
from policies.decide import decide
from policies.decision import Decision
from policies.destinations import Destination
from policies.facts import Facts
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.rules import Rule, Who
from policies.scene import Scene
from policies.triggers import ENGINE
from policies.truth import Truth
from policies.visibility import Visibility
from tests.policies.making import TODAY
from tests.policies.worlds import DESTINATIONS, RECORDS, agreed
from tests.soak.subject import Place, Round, Subject

WORLDS = 80
BOOK = Rulebook.shipped()
OURS = tuple(rule for rule in BOOK.rules if rule.trigger.kind not in ENGINE)
LEVELS = sorted(Visibility)


def play(round: Round) -> None:
    """Hypothesis makes the worlds, and makes smaller what is found in one."""

    @seed(round.chance.randrange(2**32))
    @settings(
        max_examples=len(round.many(WORLDS)),
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(RECORDS | agreed(), DESTINATIONS, st.integers(0, 2**32))
    def weigh(record: Facts, where: Destination, number: int) -> None:
        _weigh(round, record, where, Random(number))

    weigh()


def _weigh(round: Round, record: Facts, where: Destination, chance: Random) -> None:
    fewer = chance.sample(BOOK.rules, len(BOOK.rules))
    more = [_any_rule(chance, number) for number in range(chance.randint(1, 4))]
    round.told = [repr(record), repr(where), *map(_shown, more)]
    before = _decided(fewer, record, where)
    round.expect(before == _decided(BOOK.rules, record, where), "told by their order")
    after = _decided([*fewer, *more], record, where)
    round.expect(not _raised(before, after), "more rules show more")
    limit = replace(_any_rule(chance, len(more)), **_FOR_ALL)
    limited = _decided([*fewer, *more, limit], record, where)
    kept = limited.visibility <= min(limit.meanwhile, after.visibility)
    round.expect(kept, "shown further than the strictest rule allows")
    unknown = [replace(one, when=_answers(Truth.UNKNOWN)) for one in more]
    held = _decided([*fewer, *unknown], record, where)
    never = [replace(one, when=_answers(Truth.FALSE)) for one in more]
    passed = _decided([*fewer, *never], record, where)
    shown = held.visibility > min(after.visibility, passed.visibility)
    round.expect(not shown, "what is not known shows more than an answer to it")
    broken = [replace(one, when=Condition(_breaks)) for one in more]
    asked = _decided([*fewer, *broken], record, where)
    # What it may come to show once it is mended, it cannot say: it holds until then.
    shown = asked.visibility > after.visibility
    round.expect(not shown, "a rule that breaks shows more than it did")


def _any_rule(chance: Random, number: int) -> Rule:
    """Set off by what sets off another, with any answer, level and reach."""
    low, high = sorted(chance.choices(LEVELS, k=2))
    return replace(
        chance.choice(OURS),
        id=f"made-{number}",
        # True: what a false rule does is the same as what no rule does.
        when=_answers(Truth.TRUE),
        purposes=frozenset(chance.sample(sorted(Purpose), chance.randint(0, 3))),
        meanwhile=low,
        at_most=high,
        lifted_by=chance.choice(sorted(Who)),
        by_name=chance.random() < 0.3,
        keeps_secret=chance.random() < 0.2,
        duties=(),
    )


_FOR_ALL: dict[str, Any] = {
    "trigger": BOOK.rule("licence-metadata").trigger,
    "purposes": frozenset(),
    "lifted_by": Who.NOBODY,
}


def _answers(truth: Truth) -> Condition:
    return Condition(lambda scene: truth)


def _breaks(scene: Scene) -> Truth:
    raise LookupError("a rule that breaks")


def _decided(
    rules: list[Rule] | tuple[Rule, ...], record: Facts, where: Destination
) -> Decision:
    return decide(Rulebook.of(rules), record, where, on=TODAY)


def _raised(less: Decision, more: Decision) -> bool:
    return more.visibility > less.visibility or more.at_most > less.at_most


def _shown(rule: Rule) -> str:
    words = rule.trigger, rule.meanwhile, rule.at_most, rule.lifted_by, rule.purposes
    return f"{rule.id}: {words}"


SUBJECT = Subject(
    name="rulebooks",
    promise=(
        "Whatever rules are added, in whatever order, nothing is shown that was not"
        " shown without them; a rule that does not know, or breaks, holds."
    ),
    invariants=(2, 3),
    places=(Place.MEMORY,),
    play=play,
    notices=("The strictest rule decides",),
)
