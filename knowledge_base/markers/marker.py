"""One marker, and the line on which it stands in the file.

It holds ids and keyed hashes: no words, no reason and no name. Each line is bound to
the one before, so that one that was edited or taken from between is found.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from knowledge_base.chain import BEGINNING, Head
from knowledge_base.columns import canonical
from policies.errors import WithcareError

ANYWHERE = "*"
NONE_YET: Head = (0, BEGINNING)


class DamagedMarkers(WithcareError):
    """The file of markers does not hold together; nothing was written."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(
            f"The markers in {where} are not as they were written: {what}. Put "
            "another copy of that file in its place. If there is none, "
            "`--markers-gone` says so."
        )


class Marker(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One withdrawal, refusal or erasure of a record.

    `step` is the chain's hash of the step and `ordinal` its place in the record's
    history: a store that has it there knows of it. `pages` are page ids by
    destination. `source` and `content` are keyed hashes; None: there was nothing to
    hash, or no key.
    """

    record: str
    at: str
    act: str  # the kind of the step
    destination: str
    ordinal: int
    step: str
    pages: Mapping[str, int]
    source: str | None
    content: str | None

    @property
    def is_erasure(self) -> bool:
        return self.act == "erased"

    def body(self) -> dict[str, Any]:
        """The marker as it is stored."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        return told


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A marker at its place in the file."""

    number: int
    marker: Marker
    previous: str
    hash: str


def line_after(head: Head, marker: Marker) -> Line:
    """The marker as the line that follows this head."""
    number, previous = head[0] + 1, head[1]
    return Line(
        number=number,
        marker=marker,
        previous=previous,
        hash=_hash(number, previous, marker),
    )


def written(line: Line) -> bytes:
    return canonical(msgspec.to_builtins(line)).encode() + b"\n"


def read_line(text: bytes, after: Head, where: str) -> Line:
    """The line that follows this head; raises `DamagedMarkers`."""
    number = after[0] + 1
    try:
        line = msgspec.json.decode(text, type=Line)
    except msgspec.MsgspecError as error:
        raise DamagedMarkers(where, f"line {number} cannot be read") from error
    if (line.number, line.previous) != (number, after[1]):
        raise DamagedMarkers(where, f"line {number} does not follow the one before")
    if line.hash != _hash(line.number, line.previous, line.marker):
        raise DamagedMarkers(where, f"line {number} was edited")
    return line


def _hash(number: int, previous: str, marker: Marker) -> str:
    bound = [number, previous, marker.body()]
    return hashlib.sha256(canonical(bound).encode()).hexdigest()
