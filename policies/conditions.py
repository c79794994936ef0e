"""Conditions of rules: read once, compiled to functions, three-valued throughout.

A condition is a map with one word: all, any, not, eq, in, has, known, before, after,
within, season_is, licence_allows, consent_covers, concurrence. There is no other way
to compute anything in a rule.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from policies.compiled import (
    ALWAYS,
    Check,
    Condition,
    dated,
    for_each_purpose,
    joined,
)
from policies.facts import Says
from policies.licences import allows, is_known
from policies.plain_yaml import Node
from policies.scene import GROWING, SETS, UNKNOWN, Scene, look_up
from policies.shapes import Reader, suggest
from policies.truth import Truth

Look = Callable[[Scene], Any]


class ConditionReader:
    """Reads the `when` of one rule; what it may name depends on the rule's trigger."""

    def __init__(self, reader: Reader, trigger: str) -> None:
        self.reader = reader
        self.names = look_up(trigger)
        self.words: dict[str, Callable[[Node], Condition]] = {
            "all": self._all,
            "any": self._any,
            "not": self._not,
            "eq": self._eq,
            "in": self._in,
            "has": self._has,
            "known": self._known,
            "before": self._before,
            "after": self._after,
            "within": self._within,
            "season_is": self._season_is,
            "licence_allows": self._licence_allows,
            "consent_covers": self._consent_covers,
            "concurrence": self._concurrence,
        }

    def read(self, node: Node) -> Condition:
        """The condition; a faulty one is remembered by the reader and never decides."""
        entries = self.reader.mapping(node, self.words)
        if isinstance(node.value, dict) and len(node.value) != 1:
            wrong = "a condition has exactly one word"
            self.reader.fault(node, wrong, "put several conditions into `all:`")
        for word, inner in entries.items():
            return self.words[word](inner)
        return ALWAYS

    def _all(self, node: Node) -> Condition:
        parts = self._parts(node)
        checks = [part.check for part in parts]

        def check(scene: Scene) -> Truth:
            found = Truth.TRUE
            for part in checks:
                truth = part(scene)
                if truth is Truth.FALSE:
                    return truth
                found = found & truth
            return found

        return joined(check, parts)

    def _any(self, node: Node) -> Condition:
        parts = self._parts(node)
        checks = [part.check for part in parts]

        def check(scene: Scene) -> Truth:
            found = Truth.FALSE
            for part in checks:
                truth = part(scene)
                if truth is Truth.TRUE:
                    return truth
                found = found | truth
            return found

        return joined(check, parts)

    def _parts(self, node: Node) -> list[Condition]:
        parts = [self.read(entry) for entry in self.reader.items(node)]
        if not parts:
            self.reader.fault(node, "no condition stands here", "add one or remove it")
        return parts

    def _not(self, node: Node) -> Condition:
        inner = self.read(node)
        return Condition(
            lambda scene: ~inner.check(scene),
            inner.facts,
            inner.dates,
            inner.by_purpose,
            undone_by=inner.made_by,
            made_by=inner.undone_by,
        )

    def _eq(self, node: Node) -> Condition:
        name, look, other = self._pair(node, sets=False)
        wanted, used = self._value(other)

        def check(scene: Scene) -> Truth:
            found, asked = look(scene), wanted(scene)
            if found is UNKNOWN or asked is UNKNOWN:
                return Truth.UNKNOWN
            return Truth.of(found == asked)

        return self._using(check, name, *used)

    def _in(self, node: Node) -> Condition:
        name, look, other = self._pair(node, sets=False)
        if isinstance(other.value, tuple):
            known = frozenset(self.reader.text(entry) for entry in other.value)
            return self._contains(lambda scene: known, look, name)
        holder = self._name(other, sets=True)
        return self._contains(self.names.get(holder, _nothing), look, name, holder)

    def _has(self, node: Node) -> Condition:
        name, holder, other = self._pair(node, sets=True)
        wanted, used = self._value(other)
        return self._contains(holder, wanted, name, *used)

    def _contains(self, holder: Look, wanted: Look, *used: str) -> Condition:
        def check(scene: Scene) -> Truth:
            held, asked = holder(scene), wanted(scene)
            if held is UNKNOWN or asked is UNKNOWN:
                return Truth.UNKNOWN
            return Truth.of(asked in held)

        return self._using(check, *used)

    def _known(self, node: Node) -> Condition:
        name = self._name(node)
        look = self.names.get(name, _nothing)
        # Two-valued on purpose: it asks about our knowledge, which we do know. So the
        # name is not among the facts that are asked for when they are missing.
        return Condition(lambda scene: Truth.of(look(scene) is not UNKNOWN))

    def _before(self, node: Node) -> Condition:
        end = self._date(node)
        return dated(lambda scene: Truth.of(scene.on < end), end)

    def _after(self, node: Node) -> Condition:
        start = self._date(node)
        return dated(lambda scene: Truth.of(scene.on >= start), start)

    def _within(self, node: Node) -> Condition:
        days = [self._date(entry) for entry in self._two(node)]
        if not days:
            return ALWAYS
        start, end = days
        return dated(lambda scene: Truth.of(start <= scene.on < end), start, end)

    def _season_is(self, node: Node) -> Condition:
        wanted = self.reader.one_of(node, {"open": "yes", "closed": "no"})
        look = self.names.get("label.season_is_open", _nothing)
        if look is _nothing:
            wrong = "only a label has a season"
            self.reader.fault(node, wrong, "use it in a rule triggered by a label")

        def check(scene: Scene) -> Truth:
            found = look(scene)
            return Truth.UNKNOWN if found is UNKNOWN else Truth.of(found == wanted)

        return self._using(check, "label.season_is_open")

    def _licence_allows(self, node: Node) -> Condition:
        parts = self._two(node)
        if not parts:
            return ALWAYS
        (given, used), (forced, also) = self._licence(parts[0]), self._licence(parts[1])

        def check(scene: Scene) -> Truth:
            asked, mine = forced(scene), given(scene)
            if asked == "none":
                return Truth.TRUE
            if asked is UNKNOWN or mine is UNKNOWN:
                return Truth.UNKNOWN
            return allows(mine, asked)

        return self._using(check, *used, *also)

    def _licence(self, node: Node) -> tuple[Look, tuple[str, ...]]:
        word = self.reader.text(node)
        if word not in self.names and not is_known(word):
            near = suggest(word, [n for n in self.names if "licence" in n])
            self.reader.fault(node, f"{word!r} is no licence known here", near)
        return self._value(node)

    def _consent_covers(self, node: Node) -> Condition:
        name = self._name(node)
        look = self.names.get(name, _nothing)

        def check(scene: Scene) -> Truth:
            party = look(scene)
            return Truth.UNKNOWN if party is UNKNOWN else _agree(scene, [party])

        return for_each_purpose(self._using(check, name))

    def _concurrence(self, node: Node) -> Condition:
        name = self._name(node, sets=True)
        look = self.names.get(name, _nothing)

        def check(scene: Scene) -> Truth:
            parties = look(scene)
            return (
                Truth.UNKNOWN if parties is UNKNOWN else _agree(scene, sorted(parties))
            )

        return for_each_purpose(self._using(check, name))

    def _using(self, check: Check, *names: str) -> Condition:
        growing = frozenset(names) & GROWING
        return Condition(
            check,
            frozenset(names),
            by_purpose="purpose" in names,
            made_by=growing,
        )

    def _two(self, node: Node) -> tuple[Node, ...]:
        parts = self.reader.items(node)
        if len(parts) == 2:
            return parts
        self.reader.fault(node, "two entries are needed", "write [fact, value]")
        return ()

    def _pair(self, node: Node, *, sets: bool) -> tuple[str, Look, Node]:
        parts = self._two(node)
        if not parts:
            return "", _nothing, node
        name = self._name(parts[0], sets=sets)
        return name, self.names.get(name, _nothing), parts[1]

    def _name(self, node: Node, *, sets: bool | None = None) -> str:
        word = self.reader.text(node)
        if word not in self.names:
            wrong = f"{word!r} is no fact that this rule can see"
            self.reader.fault(node, wrong, suggest(word, self.names))
        elif sets is not None and (word in SETS) is not sets:
            wrong = f"{word!r} is {'one value' if sets else 'a set'}"
            self.reader.fault(node, wrong, "use `has` for sets, `eq` for one value")
        return word

    def _value(self, node: Node) -> tuple[Look, tuple[str, ...]]:
        word = self.reader.text(node)
        if word in self.names:
            return self.names[word], (word,)
        return (lambda scene: word), ()

    def _date(self, node: Node) -> date:
        return self.reader.into(node, date) or date.min


def _nothing(scene: Scene) -> Any:
    return UNKNOWN


def _agree(scene: Scene, parties: list[str]) -> Truth:
    answers = [scene.answer(party, scene.purpose) for party in parties]
    return Truth.of(bool(answers) and all(a.says is Says.YES for a in answers))
