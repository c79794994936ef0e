"""The one YAML reader of the project: strings, lists and maps, each with its place.

It refuses what can surprise an author: anchors and aliases (they expand into bombs),
tags, merge keys, a key given twice, more than one document. `no`, `off` and `1:30`
stay the words that were written; what they mean is for `policies.shapes` to say.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policies.errors import Fault, PolicyFileError

LARGEST = 1_000_000
DEEPEST = 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STARTS = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_ENDS = (yaml.SequenceEndEvent, yaml.MappingEndEvent)


@dataclass(frozen=True, slots=True)
class Node:
    """A string, a list or a map, and where it was written."""

    value: "str | tuple[Node, ...] | dict[str, Node]"
    file: str
    line: int

    @property
    def plain(self) -> Any:
        """The same as plain strings, lists and dicts, without places."""
        match self.value:
            case str():
                return self.value
            case tuple():
                return [node.plain for node in self.value]
            case dict():
                return {key: node.plain for key, node in self.value.items()}


def read(path: Path | str) -> Node:
    """The one document of the file; raises `PolicyFileError` with every fault of it."""
    path = Path(path)
    try:
        written = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refused(
            str(path), f"it cannot be read ({reason})", "name a file"
        ) from error
    if written is None:
        wrong = f"the file is larger than {LARGEST:,} bytes"
        raise _refused(str(path), wrong, "split it into smaller files")
    return read_text(written, str(path))


def read_text(written: bytes, file: str) -> Node:
    """The document in these bytes, as if it stood in `file`."""
    if len(written) > LARGEST:
        wrong = f"the text is larger than {LARGEST:,} bytes"
        raise _refused(file, wrong, "split it into smaller files")
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written[: error.start].count(b"\n") + 1
        raise _refused(file, "this is not UTF-8", "save it as UTF-8", line) from error
    return _Document(text, file).read()


def _refused(file: str, wrong: str, instead: str, line: int = 1) -> PolicyFileError:
    return PolicyFileError([Fault(file, line, wrong, instead)])


class _Document:
    """One document on its way from parser events to nodes."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text
        self.faults: list[Fault] = []

    def read(self) -> Node:
        try:
            # libyaml takes a few control characters that the standard forbids.
            events = yaml.parse(self.text, Loader=_Loader)
            root = self._document(iter(events))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            wrong = error.problem or error.context or "it cannot be read"
            self._fault(line, f"this is not YAML ({wrong})", "correct the line")
        except yaml.YAMLError as error:
            # The reader's own error has no mark, only a position in the text.
            line = self.text.count("\n", 0, getattr(error, "position", 0)) + 1
            wrong = "a character here may not stand in a text file"
            self._fault(line, wrong, "remove the control character")
        if self.faults:
            raise PolicyFileError(self.faults)
        return root

    def _document(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._document_start(event, is_first=root is None)
            elif isinstance(event, (yaml.NodeEvent)):
                root = self._node(event, events, depth=1)
        return root or Node("", self.file, 1)

    def _document_start(
        self, event: yaml.DocumentStartEvent, *, is_first: bool
    ) -> None:
        if not is_first:
            self._fault(_line(event), "a second document begins here", "use two files")
        if event.version or event.tags:
            self._fault(_line(event), "a % directive stands here", "remove it")

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        self._refuse_surprises(event)
        line = _line(event)
        if depth > DEEPEST and isinstance(event, _STARTS):
            self._fault(line, f"this is nested deeper than {DEEPEST}", "flatten it")
            _skip(events)
            return Node("", self.file, line)
        match event:
            case yaml.SequenceStartEvent():
                return Node(self._list(events, depth), self.file, line)
            case yaml.MappingStartEvent():
                return Node(self._map(events, depth), self.file, line)
            case _:
                return Node(getattr(event, "value", ""), self.file, line)

    def _list(self, events: Iterator[Any], depth: int) -> tuple[Node, ...]:
        nodes = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            nodes.append(self._node(event, events, depth + 1))
        return tuple(nodes)

    def _map(self, events: Iterator[Any], depth: int) -> dict[str, Node]:
        nodes: dict[str, Node] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(self._node(event, events, depth + 1), nodes)
            nodes[key] = self._node(next(events), events, depth + 1)
        return nodes

    def _key(self, node: Node, before: dict[str, Node]) -> str:
        if not isinstance(node.value, str):
            self._fault(node.line, "a list or a map stands as a key", "use a word")
            return ""
        key = unicodedata.normalize("NFC", node.value)
        if key == "<<":
            self._fault(node.line, "a merge key (<<) stands here", "write it out")
        elif key in before:
            first = before[key].line
            wrong = f"the key {key!r} is given twice (first in line {first})"
            self._fault(node.line, wrong, "keep one of them")
        return key

    def _refuse_surprises(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            wrong = f"the alias *{event.anchor} stands here"
            self._fault(_line(event), wrong, "write the text out")
        elif event.anchor is not None:
            wrong = f"the anchor &{event.anchor} stands here"
            self._fault(_line(event), wrong, "remove it and write the text out")
        if getattr(event, "tag", None) is not None:
            wrong = f"the tag {event.tag} stands here"
            self._fault(_line(event), wrong, "remove it; every value is a string")

    def _fault(self, line: int, wrong: str, instead: str) -> None:
        self.faults.append(Fault(self.file, line, wrong, instead))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _skip(events: Iterator[Any]) -> None:
    depth = 1
    for event in events:
        depth += isinstance(event, _STARTS) - isinstance(event, _ENDS)
        if not depth:
            return
