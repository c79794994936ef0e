"""Weighs rules one by one for one record; nothing here can raise what others lowered.

Visibility is kept per purpose, because a yes may cover one purpose and not another.
"""

from collections.abc import Iterable
from typing import Any

from policies.addressees import about, parties
from policies.consent import Answer, stands_against
from policies.decision import Duty, Question, Reason
from policies.facts import ARCHIVIST, Says, Word
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.rules import Rule, Who
from policies.scene import Scene
from policies.triggers import TriggerKind
from policies.truth import Truth
from policies.visibility import Visibility

_LIFTED_BY_NO_WORD = frozenset({Who.NOBODY, Who.AN_ANSWER})
_FULL = Visibility.FULL
Positions = tuple[int, ...]
"""Purposes, by their place in the tuple that is decided for."""


class Weighing:
    """What has been found so far; it starts at everything and only goes down."""

    __slots__ = (
        "at_most",
        "duties",
        "is_secret",
        "now",
        "purposes",
        "questions",
        "reasons",
        "rulebook",
        "scene",
    )

    def __init__(
        self, rulebook: Rulebook, scene: Scene, purposes: tuple[Purpose, ...]
    ) -> None:
        self.rulebook = rulebook
        self.scene = scene
        self.purposes = purposes
        self.now = [_FULL] * len(purposes)
        self.at_most = [_FULL] * len(purposes)
        self.duties: set[Duty] = set()
        self.questions: dict[tuple[str, str, str], Question] = {}
        self.reasons: set[Reason] = set()
        self.is_secret = False

    def weigh_all(self, rules: Iterable[Rule], bound: Any = None) -> None:
        """Weighs each rule for this label, flag, party …; a broken rule holds."""
        for rule in rules:
            self.scene.bound = bound
            try:
                self._weigh(rule)
            except Exception:  # whatever breaks, the record is held
                self._hold_broken(rule)

    def hold(self, rule: Rule, about: str, at: Positions | None = None) -> None:
        """Holds for a reason of the engine's own, worded by this rule."""
        self._lower(self._all() if at is None else at, Visibility.NONE, _FULL)
        for party in parties(rule.question.to, self.scene) or (ARCHIVIST,):
            self._ask(rule, party, about)
        self._note(rule, (about,), Visibility.NONE)

    def refuse(self, rule: Rule, word: Word) -> None:
        """Holds what a no speaks of; nobody is asked again."""
        scene = self.scene
        at = tuple(
            i
            for i, purpose in enumerate(self.purposes)
            if stands_against(word, scene.destination, purpose, scene.on)
        )
        if at:
            self._lower(at, Visibility.NONE, Visibility.NONE)
            self._note(rule, (f"party:{word.party}",), Visibility.NONE)

    def miss(self, name: str, at: Positions) -> None:
        """Holds, and asks for a fact that nobody knows."""
        fact = _FACT_BEHIND.get(name)
        if fact is not None:
            rule = self.rulebook.engines(TriggerKind.NOT_KNOWN, fact)
            self.hold(rule, about_fact(fact), at)
        else:
            rule = self.rulebook.engines(TriggerKind.MISSING, name)
            self.hold(rule, f"fact:{name}", at)

    def _weigh(self, rule: Rule) -> None:
        for at in self._groups(rule):
            self.scene.purpose = self.purposes[at[0]]
            match rule.when.check(self.scene):
                case Truth.TRUE:
                    self._apply(rule, at)
                case Truth.UNKNOWN:
                    self._hold_unknown(rule, at)

    def _groups(self, rule: Rule) -> Iterable[Positions]:
        """The purposes, by position, that the rule answers alike for."""
        at = self._all()
        if rule.purposes:
            at = tuple(i for i in at if self.purposes[i] in rule.purposes)
        if rule.when.by_purpose:
            return [(i,) for i in at]
        return [at] if at else []

    def _hold_unknown(self, rule: Rule, at: Positions) -> None:
        # Its duties count as well: they show less, and may turn out to be owed.
        missed = rule.missed(self.scene)
        self.duties.update(rule.duties_for(self.scene))
        self._note(rule, missed=missed, visibility=Visibility.NONE)
        for name in missed:
            self.miss(name, at)
        if not missed:
            # All is known, and yet it cannot be judged: a licence nobody knows here.
            words = self.rulebook.engines(TriggerKind.MISSING, "any")
            self.hold(words, f"rule:{rule.id}", at)

    def _hold_broken(self, rule: Rule) -> None:
        # The one place that takes any error at all: an unreadable rule is asked about.
        self.scene.bound = None
        words = self.rulebook.engines(TriggerKind.BROKEN, "rule")
        self._lower(self._all(), Visibility.NONE, _FULL)
        self._ask(words, ARCHIVIST, f"rule:{rule.id}")
        self._note(words, (f"rule:{rule.id}",), Visibility.NONE)

    def _apply(self, rule: Rule, at: Positions) -> None:
        if rule.duties:
            self.duties.update(rule.duties_for(self.scene))
        if not rule.is_restriction:
            self._lower(at, rule.at_most, rule.at_most)
            self._note(rule, visibility=rule.at_most)
        elif rule.lifted_by in _LIFTED_BY_NO_WORD:
            self._apply_unliftable(rule, at)
        else:
            self._apply_liftable(rule, at)

    def _apply_unliftable(self, rule: Rule, at: Positions) -> None:
        most = rule.at_most if rule.lifted_by is Who.AN_ANSWER else rule.meanwhile
        self._lower(at, rule.meanwhile, most)
        self._note(rule, visibility=rule.meanwhile)
        if rule.question.to is not Who.NOBODY:
            for party in parties(rule.question.to, self.scene) or (ARCHIVIST,):
                self._ask(rule, party, about(self.scene.bound))

    def _apply_liftable(self, rule: Rule, at: Positions) -> None:
        asked = parties(rule.lifted_by, self.scene)
        if not asked:
            self._lower(at, rule.meanwhile, rule.at_most)
            self._note(rule, visibility=rule.meanwhile)
            self._ask(rule, ARCHIVIST, about(self.scene.bound))
            return
        seen = [
            self._hear(rule, party, purpose_at) for party in asked for purpose_at in at
        ]
        visibility = min(visibility for visibility, _ in seen)
        self._note(rule, visibility=visibility, lifted=all(yes for _, yes in seen))

    def _hear(self, rule: Rule, party: str, at: int) -> tuple[Visibility, bool]:
        """What one party's words make of the rule for one purpose."""
        said = self.scene.answer(party, self.purposes[at], by_name=rule.by_name)
        now, most = _outcome(rule, said)
        self._lower((at,), now, most)
        if said.says is None or said.says is Says.NOT_NOW:
            self._ask(rule, party, about(self.scene.bound), says=said.says)
        return now, said.says is Says.YES

    def _lower(self, at: Positions, now: Visibility, most: Visibility) -> None:
        for i in at:
            if now < self.now[i]:
                self.now[i] = now
            if most < self.at_most[i]:
                self.at_most[i] = most

    def _ask(self, rule: Rule, to: str, about: str, says: Says | None = None) -> None:
        key = (rule.id, to, about)
        before = self.questions.get(key)
        # "Not now" for one purpose pauses the asking for all of them.
        paused = says is Says.NOT_NOW or (before is not None and before.paused)
        offers = rule.question.offers
        offers = rule.at_most if offers is None else offers
        self.questions[key] = Question(rule.id, to, about, paused=paused, offers=offers)

    def _note(
        self,
        rule: Rule,
        used: tuple[str, ...] = (),
        visibility: Visibility = _FULL,
        *,
        missed: tuple[str, ...] = (),
        lifted: bool = False,
    ) -> None:
        self.is_secret = self.is_secret or rule.keeps_secret
        if not used:
            used = (about(self.scene.bound), *rule.used)
        self.reasons.add(Reason(rule.id, used, missed, visibility, lifted))

    def _all(self) -> Positions:
        return _POSITIONS[len(self.purposes)]


def about_fact(fact: str) -> str:
    """What a question for that fact is about."""
    return "fact:concerned" if fact == "concern" else f"fact:{fact}"


_FACT_BEHIND = {
    "concern": "concern",
    "concerned": "concern",
    "communities": "concern",
    "labels": "labels",
    "families": "labels",
    "notices": "notices",
    "findings": "findings",
}
_POSITIONS = tuple(tuple(range(n)) for n in range(len(Purpose) + 1))


def _outcome(rule: Rule, said: Answer) -> tuple[Visibility, Visibility]:
    """What may be seen now, and at most once every open question has its yes."""
    match said.says:
        case Says.NO:
            return Visibility.NONE, Visibility.NONE
        case Says.YES:
            agreed = min(rule.at_most, said.visibility)
            return agreed, agreed
        case _:
            return rule.meanwhile, rule.at_most
