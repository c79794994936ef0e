"""Turns the nodes of a policy file into dataclasses, and collects every fault.

A value's type comes from the dataclass alone: nothing is guessed from how it was
written, so `no` is a word where a word is asked for and a no where a yes or no is.
"""

import types
import typing
from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from policies.errors import Fault, PolicyFileError
from policies.plain_yaml import Node
from policies.visibility import Visibility

T = TypeVar("T")
_YES_NO = {"yes": True, "no": False}


class Reader:
    """Reads nodes and remembers what was wrong; `finish` raises it all at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def finish(self) -> None:
        """Raises `PolicyFileError` if anything was wrong, and else does nothing."""
        if self.faults:
            raise PolicyFileError(self.faults)

    def fault(self, node: Node, wrong: str, instead: str) -> None:
        """Remembers one fault at the place of the node."""
        self.faults.append(Fault(node.file, node.line, wrong, instead))

    def into(self, node: Node, wanted: type[T]) -> T | None:
        """The node as that type, or `None` after remembering what was wrong with it."""
        before = len(self.faults)
        value = self._read(node, wanted)
        return value if len(self.faults) == before else None

    def mapping(self, node: Node, known: Collection[str]) -> dict[str, Node]:
        """The entries of a map; unknown keys are faults, with the nearest known one."""
        if not isinstance(node.value, dict):
            self.fault(node, "a map is needed here", "write `key: value` lines")
            return {}
        for key, entry in node.value.items():
            if key not in known:
                self.fault(entry, f"{key!r} is not known here", suggest(key, known))
        return {key: entry for key, entry in node.value.items() if key in known}

    def items(self, node: Node) -> tuple[Node, ...]:
        """The entries of a list; anything else is a fault."""
        if isinstance(node.value, tuple):
            return node.value
        self.fault(node, "a list is needed here", "write `- ` before each entry")
        return ()

    def text(self, node: Node) -> str:
        """The string; a list or a map is a fault."""
        if isinstance(node.value, str):
            return node.value
        self.fault(node, "a text is needed here", "write it on one line or after >-")
        return ""

    def one_of(self, node: Node, known: Mapping[str, T]) -> T | None:
        """What the word stands for, or `None` after remembering the fault."""
        word = self.text(node)
        if word in known:
            return known[word]
        if isinstance(node.value, str):
            self.fault(node, f"{word!r} is not known here", suggest(word, known))
        return None

    def _read(self, node: Node, wanted: Any) -> Any:
        if wanted is Node:
            return node
        origin = typing.get_origin(wanted)
        if origin in (types.UnionType, typing.Union):
            return self._read_optional(node, wanted)
        if origin in (tuple, frozenset):
            inner = typing.get_args(wanted)[0]
            return origin(self._read(entry, inner) for entry in self.items(node))
        if origin in (dict, Mapping):
            return self._read_map(node, typing.get_args(wanted)[1])
        if is_dataclass(wanted):
            return self._read_dataclass(node, wanted)
        return self._read_word(node, wanted)

    def _read_optional(self, node: Node, wanted: Any) -> Any:
        inner = [t for t in typing.get_args(wanted) if t is not types.NoneType]
        return self._read(node, inner[0])

    def _read_map(self, node: Node, inner: Any) -> Any:
        if not isinstance(node.value, dict):
            self.fault(node, "a map is needed here", "write `key: value` lines")
            return {}
        return {key: self._read(entry, inner) for key, entry in node.value.items()}

    def _read_dataclass(self, node: Node, wanted: Any) -> Any:
        hints = _hints(wanted)
        given = self.mapping(node, hints)
        values = {key: self._read(entry, hints[key]) for key, entry in given.items()}
        if isinstance(node.value, dict):
            absent = [name for name in _required(wanted) if name not in given]
            # What may be `None` may be left out: nobody said.
            values |= {name: None for name in absent if _is_optional(hints[name])}
            missing = [name for name in absent if name not in values]
            for name in missing:
                self.fault(node, f"{name!r} is missing", f"add `{name}: …`")
            if not missing:
                return wanted(**values)
        return None

    def _read_word(self, node: Node, wanted: Any) -> Any:
        if wanted is str:
            return self.text(node)
        if wanted is bool:
            return self.one_of(node, _YES_NO)
        if wanted is Visibility:
            return self.one_of(node, {v.word: v for v in Visibility})
        if isinstance(wanted, type) and issubclass(wanted, Enum):
            return self.one_of(node, {str(member.value): member for member in wanted})
        return self._read_date_or_number(node, wanted)

    def _read_date_or_number(self, node: Node, wanted: Any) -> Any:
        word = self.text(node)
        try:
            return date.fromisoformat(word) if wanted is date else wanted(word)
        except ValueError:
            example = "2026-01-31" if wanted is date else "a whole number"
            self.fault(node, f"{word!r} is no {wanted.__name__}", f"write {example}")
        return None


def suggest(word: str, known: Collection[str]) -> str:
    """What to write instead: the nearest known word, or all of them when few."""
    near = get_close_matches(word, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    if len(known) > 12:
        return "look the word up in the documentation"
    return "use one of: " + ", ".join(sorted(known))


def _is_optional(wanted: Any) -> bool:
    return types.NoneType in typing.get_args(wanted)


@cache
def _hints(wanted: type) -> dict[str, Any]:
    return typing.get_type_hints(wanted)


@cache
def _required(wanted: Any) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields(wanted)
        if field.default is MISSING and field.default_factory is MISSING
    )
