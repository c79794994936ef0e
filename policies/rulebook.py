"""All rules in force, compiled and indexed by what sets them off, with a version."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from policies.errors import Fault, PolicyFileError, WithcareError
from policies.labels import Registry, registry
from policies.plain_yaml import Node, read
from policies.rules import Rule, read_rule
from policies.shapes import Reader
from policies.triggers import ANY, ENGINE, KEYS, TriggerKind

SHIPPED = Path(__file__).parent / "rules"
# Part of the version: the same rules under another engine may decide otherwise.
ENGINE_VERSION = "1"

Index = Mapping[TriggerKind, Mapping[str, tuple[Rule, ...]]]


class NoSuchRule(WithcareError):
    """A rule was asked for that is not in the rulebook."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(
            f"There is no rule {rule!r} in this rulebook; "
            "`withcare policies check --list` names them."
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """The rules by id, indexed for deciding; the same rules have the same version."""

    rules: tuple[Rule, ...]
    version: str
    dates: tuple[date, ...]
    index: Index
    by_id: Mapping[str, Rule]
    registry: Registry

    @staticmethod
    def shipped() -> "Rulebook":
        """The rulebook that comes with withcare, read once."""
        return _shipped()

    @staticmethod
    def read(paths: Iterable[Path]) -> "Rulebook":
        """The rules of all these files; raises `PolicyFileError` with every fault."""
        known, reader, rules = registry(), Reader(), []
        for node in _nodes(paths, reader):
            rule = read_rule(node, reader, known)
            if rule is not None:
                rules.append(rule)
        reader.finish()
        return Rulebook.of(rules)

    @staticmethod
    def of(rules: Iterable[Rule]) -> "Rulebook":
        """A rulebook of these rules; the engine's own questions must be among them."""
        ordered = tuple(sorted(rules, key=lambda rule: rule.id))
        _refuse_doubles(ordered)
        _refuse_wordless(ordered)
        return Rulebook(
            rules=ordered,
            version=_version(ordered),
            dates=tuple(sorted({day for rule in ordered for day in rule.when.dates})),
            index=_indexed(ordered),
            by_id=MappingProxyType({rule.id: rule for rule in ordered}),
            registry=registry(),
        )

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; raises `NoSuchRule`."""
        if rule_id not in self.by_id:
            raise NoSuchRule(rule_id)
        return self.by_id[rule_id]

    def triggered(self, kind: TriggerKind, key: str) -> tuple[Rule, ...]:
        """The rules that this sets off, those for any of its kind included."""
        rules = self.index[kind]
        return rules.get(key) or rules.get(ANY, ())

    def engines(self, kind: TriggerKind, key: str) -> Rule:
        """The rule that words what the engine holds by itself."""
        return self.triggered(kind, key)[0]


@lru_cache(maxsize=1)
def _shipped() -> Rulebook:
    return Rulebook.read(sorted(SHIPPED.glob("*.yaml")))


def _nodes(paths: Iterable[Path], reader: Reader) -> list[Node]:
    nodes: list[Node] = []
    for path in paths:
        try:
            nodes.extend(reader.items(read(path)))
        except PolicyFileError as error:
            reader.faults.extend(error.faults)
    return nodes


def _indexed(rules: tuple[Rule, ...]) -> Index:
    index: dict[TriggerKind, dict[str, tuple[Rule, ...]]] = {k: {} for k in TriggerKind}
    for rule in rules:
        entries = index[rule.trigger.kind]
        for key in rule.trigger.keys:
            entries[key] = (*entries.get(key, ()), rule)
    for entries in index.values():
        for key in entries.keys() - {ANY}:
            entries[key] += entries.get(ANY, ())
    return MappingProxyType(index)


def _version(rules: tuple[Rule, ...]) -> str:
    text = "\n".join([ENGINE_VERSION, *(rule.written for rule in rules)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _refuse_doubles(rules: tuple[Rule, ...]) -> None:
    faults = [
        Fault(
            later.file,
            later.line,
            f"the rule {later.id!r} stands here a second time",
            f"give it another id than the one in {first.file}:{first.line}",
        )
        for first, later in zip(rules, rules[1:], strict=False)
        if first.id == later.id
    ]
    if faults:
        raise PolicyFileError(faults)


def _refuse_wordless(rules: tuple[Rule, ...]) -> None:
    """What the engine holds by itself has to be said in words to somebody."""
    found = {(rule.trigger.kind, key) for rule in rules for key in rule.trigger.keys}
    needed = {(kind, key) for kind in ENGINE for key in KEYS.get(kind, {ANY})}
    faults = [
        Fault(
            "rules",
            1,
            f"no rule words the engine's hold {kind.value}: {key}",
            f"add a rule with `trigger: {{{kind.value}: {key}}}`",
        )
        for kind, key in needed - found
    ]
    if faults:
        raise PolicyFileError(faults)
