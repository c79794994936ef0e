"""One rule: a statement with its source, what sets it off, and what it allows.

A rule never says that something may be shown. It says what may be seen while a
question is open, what at most after a yes, and whose yes that is.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from policies.compiled import ALWAYS, Condition
from policies.conditions import ConditionReader
from policies.decision import Duty, DutyKind
from policies.labels import LANGUAGES, Registry
from policies.plain_yaml import Node
from policies.purposes import Purpose
from policies.scene import UNKNOWN, Scene, look_up
from policies.shapes import Reader, suggest
from policies.triggers import ANY, ENGINE, KEYS, Trigger, TriggerKind
from policies.visibility import Visibility


class Who(StrEnum):
    """Whose word counts, or who is asked."""

    ARCHIVIST = "the archivist"
    LABELS_COMMUNITY = "the label's community"
    PARTY = "the party named"
    EVERYONE = "everyone concerned"
    FLAGS_PARTY = "the flag's party"
    LISTS_COMMUNITY = "the list's community"
    FAMILY = "the family"
    AN_ANSWER = "an answer"  # settled when the fact asked for is known, by no word
    NOBODY = "nobody"


NEEDS: Mapping[Who, tuple[TriggerKind, ...]] = MappingProxyType(
    {
        Who.LABELS_COMMUNITY: (TriggerKind.LABEL, TriggerKind.MISSING),
        Who.PARTY: (TriggerKind.CONCERN,),
        Who.FLAGS_PARTY: (TriggerKind.FLAG,),
        Who.LISTS_COMMUNITY: (TriggerKind.FINDING,),
        Who.FAMILY: (TriggerKind.MOURNING, TriggerKind.CONTRADICTION),
    }
)
"""What has to set the rule off for these words to mean somebody."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rule comes from; `address` may be empty."""

    title: str
    address: str
    date: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: to whom, what the form offers, and two reasons kept apart.

    The public reason never betrays what it protects; the internal one is for those
    who may see the record.
    """

    to: Who
    public: Mapping[str, str]
    internal: Mapping[str, str]
    offers: Visibility | None = None


@dataclass(frozen=True, slots=True)
class DutyTemplate:
    """A duty whose parts may name facts of what set the rule off."""

    kind: DutyKind
    about: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as a file has it."""

    id: str
    source: Source
    trigger: Node
    question: Asked
    when: Node | None = None
    purposes: frozenset[Purpose] = frozenset()
    meanwhile: Visibility = Visibility.NONE
    at_most: Visibility = Visibility.FULL
    lifted_by: Who = Who.NOBODY
    by_name: bool = False
    keeps_secret: bool = False
    duties: tuple[DutyTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled rule. `purposes` empty: all of them. `by_name`: a yes has to name
    the destination. `written`: its canonical text, from which the version is made.
    """

    id: str
    source: Source
    trigger: Trigger
    when: Condition
    purposes: frozenset[Purpose]
    meanwhile: Visibility
    at_most: Visibility
    lifted_by: Who
    by_name: bool
    keeps_secret: bool
    duties: tuple[DutyTemplate, ...]
    question: Asked
    file: str
    line: int
    written: str
    used: tuple[str, ...]

    @property
    def is_restriction(self) -> bool:
        """Whether it can lower what is seen, and not only add duties."""
        return self.meanwhile < Visibility.FULL

    def missed(self, scene: Scene) -> tuple[str, ...]:
        """The facts that its condition needs and nobody knows."""
        names = look_up(self.trigger.kind)
        return tuple(name for name in self.used if names[name](scene) is UNKNOWN)

    def duties_for(self, scene: Scene) -> list[Duty]:
        """Its duties, with what they name looked up."""
        names = look_up(self.trigger.kind) if self.duties else {}
        return [
            Duty(d.kind, _filled(d.about, names, scene), _filled(d.value, names, scene))
            for d in self.duties
        ]


def _filled(part: str, names: dict[str, Callable[[Scene], Any]], scene: Scene) -> str:
    found = names[part](scene) if part in names else part
    return "" if found is UNKNOWN else str(found)


def read_rule(node: Node, reader: Reader, registry: Registry) -> Rule | None:
    """The rule in that node, or `None` after remembering what is wrong with it."""
    before = len(reader.faults)
    written = reader.into(node, Written)
    if written is None:
        return None
    trigger = _trigger(written.trigger, reader, registry)
    rule = _compiled(written, trigger, node, reader)
    _refuse_nonsense(rule, written, node, reader)
    return rule if len(reader.faults) == before else None


def _compiled(written: Written, trigger: Trigger, node: Node, reader: Reader) -> Rule:
    when = ALWAYS
    if written.when is not None:
        when = ConditionReader(reader, trigger.kind).read(written.when)
    return Rule(
        id=written.id,
        source=written.source,
        trigger=trigger,
        when=when,
        purposes=written.purposes,
        meanwhile=written.meanwhile,
        at_most=written.at_most,
        lifted_by=written.lifted_by,
        by_name=written.by_name,
        keeps_secret=written.keeps_secret,
        duties=tuple(_with_defaults(duty) for duty in written.duties),
        question=written.question,
        file=node.file,
        line=node.line,
        written=json.dumps(node.plain, sort_keys=True, ensure_ascii=False),
        used=tuple(sorted(when.facts)),
    )


def _with_defaults(duty: DutyTemplate) -> DutyTemplate:
    if duty.about:
        return duty
    match duty.kind:
        case DutyKind.SHOW_LABEL:
            return DutyTemplate(duty.kind, "label.key", "label.community")
        case DutyKind.SHOW_NOTICE:
            return DutyTemplate(duty.kind, "notice.type")
        case _:
            return duty


def _trigger(node: Node, reader: Reader, registry: Registry) -> Trigger:
    kinds = {kind.value: kind for kind in TriggerKind}
    entries = reader.mapping(node, kinds)
    if isinstance(node.value, dict) and len(node.value) != 1:
        reader.fault(node, "a rule has exactly one trigger", "write two rules")
    for word, inner in entries.items():
        nodes = inner.value if isinstance(inner.value, tuple) else (inner,)
        keys = tuple(reader.text(entry) for entry in nodes)
        _refuse_unknown_keys(kinds[word], keys, inner, reader, registry)
        return Trigger(kinds[word], keys)
    return Trigger(TriggerKind.ALWAYS, ())


def _refuse_unknown_keys(
    kind: TriggerKind,
    keys: tuple[str, ...],
    node: Node,
    reader: Reader,
    registry: Registry,
) -> None:
    known: Mapping[str, object] | frozenset[str]
    if kind is TriggerKind.LABEL:
        known = frozenset({*registry.labels, ANY})
    elif kind is TriggerKind.NOTICE:
        known = frozenset({*registry.notices, ANY})
    elif kind in KEYS:
        known = KEYS[kind]
    else:
        return
    for key in keys:
        if key not in known:
            wrong = f"the trigger {key!r} is not known, so the rule never applies"
            reader.fault(node, wrong, suggest(key, known))


def _refuse_nonsense(rule: Rule, written: Written, node: Node, reader: Reader) -> None:
    kind = rule.trigger.kind
    for who in (rule.lifted_by, rule.question.to):
        if who in NEEDS and kind not in NEEDS[who]:
            wrong = f"{who.value!r} means nothing in a rule triggered by {kind.value!r}"
            reader.fault(node, wrong, f"trigger it by {NEEDS[who][0].value!r}")
    if rule.meanwhile > rule.at_most:
        wrong = "`meanwhile` shows more than `at_most`"
        reader.fault(node, wrong, "lower the one or raise the other")
    if rule.is_restriction and rule.when.undone_by:
        wrong = f"a further one of {', '.join(sorted(rule.when.undone_by))} undoes it"
        reader.fault(node, wrong, "keep these out of `not` where a rule restricts")
    if kind in ENGINE and (rule.meanwhile, written.when) != (Visibility.NONE, None):
        wrong = f"a rule triggered by {kind.value!r} can only hold"
        reader.fault(node, wrong, "remove `meanwhile` and `when`")
    _refuse_missing_words(rule, node, reader)


def _refuse_missing_words(rule: Rule, node: Node, reader: Reader) -> None:
    asked = rule.question
    for name, words in (("public", asked.public), ("internal", asked.internal)):
        for language in LANGUAGES:
            if not words.get(language, "").strip():
                wrong = f"the {name} reason has no words in {language!r}"
                reader.fault(node, wrong, f"add `{language}: …` under `{name}`")
    for text in (*asked.public.values(), *asked.internal.values()):
        if "{" in text or "%" in text:
            wrong = "a reason has a placeholder, which could carry content"
            reader.fault(node, wrong, "write a fixed sentence")
