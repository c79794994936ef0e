"""What sets a rule off: a label, a flag, a fact nobody knows …"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

ANY = "any"


class TriggerKind(StrEnum):
    """What sets a rule off; it is weighed once for each such thing."""

    ALWAYS = "always"
    LABEL = "label"
    NOTICE = "notice"
    CONCERN = "concern"
    FLAG = "flag"
    FINDING = "finding"
    MOURNING = "mourning"
    # The rest word what the engine itself holds; they cannot loosen it.
    WORD = "word"
    NOT_KNOWN = "not_known"
    UNKNOWN_LABEL = "unknown_label"
    UNKNOWN_NOTICE = "unknown_notice"
    MISSING = "missing"
    BROKEN = "broken"
    CONTRADICTION = "contradiction"


KEYS: Mapping[TriggerKind, frozenset[str]] = MappingProxyType(
    {
        TriggerKind.ALWAYS: frozenset({"yes"}),
        TriggerKind.CONCERN: frozenset({"named", "nobody", "not_known"}),
        TriggerKind.FLAG: frozenset({ANY}),
        TriggerKind.MOURNING: frozenset({ANY}),
        TriggerKind.WORD: frozenset({"no"}),
        TriggerKind.NOT_KNOWN: frozenset(
            {"labels", "notices", "flags", "findings", "concern"}
        ),
        TriggerKind.UNKNOWN_LABEL: frozenset({ANY}),
        TriggerKind.UNKNOWN_NOTICE: frozenset({ANY}),
        TriggerKind.BROKEN: frozenset({"rule"}),
        TriggerKind.CONTRADICTION: frozenset(
            {"credit_in_mourning", "label_omitted", "two_substitutes"}
        ),
    }
)
"""The keys a trigger may have; labels, notices, findings and facts are open."""

ENGINE = frozenset(
    {
        TriggerKind.WORD,
        TriggerKind.NOT_KNOWN,
        TriggerKind.UNKNOWN_LABEL,
        TriggerKind.UNKNOWN_NOTICE,
        TriggerKind.MISSING,
        TriggerKind.BROKEN,
        TriggerKind.CONTRADICTION,
    }
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """The kind of thing, and which of them; `any` stands for all."""

    kind: TriggerKind
    keys: tuple[str, ...]
