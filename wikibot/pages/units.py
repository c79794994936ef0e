"""The units of a page: what is ours on it, what an approval covers, what merges."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a unit is to a reader.

    CONTENT shows something of the record. REQUIRED must go with it (labels, notices,
    warning, attribution, caveat). FRAME says whose page it is and shows nothing.
    """

    CONTENT = "content"
    REQUIRED = "required"
    FRAME = "frame"


RECORD = "record"
ASK = "ask"
WARNING = "warning"
LABELS = "labels"
NOTICES = "notices"
ATTRIBUTION = "attribution"
CAVEAT = "caveat"
FRAME_NAMES = (RECORD, ASK)
REQUIRED_NAMES = (WARNING, LABELS, NOTICES, ATTRIBUTION, CAVEAT)

LINE = "<br>"
"""Parts of one parameter stand on one line of source, so that a diff reads well."""

_CALL = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PART = " / "


@dataclass(frozen=True, slots=True)
class Unit:
    """One template parameter of ours; `text` is wikitext, escaped, without edges."""

    name: str
    text: str
    role: Role


Units = tuple[Unit, ...]
"""The units of one page, in the order in which they stand there; none is empty."""


def role_of(name: str) -> Role:
    """The role of the unit of that name."""
    if name in REQUIRED_NAMES:
        return Role.REQUIRED
    return Role.FRAME if name in FRAME_NAMES else Role.CONTENT


def unit(name: str, text: str) -> Unit:
    """The unit of that name, in the role that the name has."""
    return Unit(name, text, role_of(name))


def texts(units: Units) -> dict[str, str]:
    """The wikitext of each unit by name: what is kept as the base of the next edit."""
    return {unit.name: unit.text for unit in units}


def parts(unit: Unit) -> tuple[str, ...]:
    """The single labels, notices, warnings … of a unit, in order."""
    calls = _CALL.findall(unit.text)
    return tuple(calls or unit.text.split(LINE))


def unit_hash(unit: Unit) -> str:
    """The SHA-256 of a unit's name and text, in hex."""
    return _digest(unit.name, unit.text)


def hashes(units: Units) -> dict[str, str]:
    """The hash of each unit by name; an approval keeps these.

    Each part of a required unit has a hash of its own beside the whole ("labels / …"),
    so that one more label can be told from a label that was taken away.
    """
    found = {unit.name: unit_hash(unit) for unit in units}
    for one in units:
        if one.role is Role.REQUIRED:
            found.update(_part_hashes(one))
    return found


def units_hash(units: Units) -> str:
    """One SHA-256 over all units, in hex; their order does not matter."""
    return _digest(*(f"{name} {hash}" for name, hash in sorted(hashes(units).items())))


def is_unit_name(name: str) -> bool:
    """Whether a key of `hashes` names a whole unit, and not a part of one."""
    return _PART not in name


def shows_no_more(new: Units, approved: Mapping[str, str]) -> bool:
    """Whether nothing can be read in `new` that was not approved.

    `approved` is what `hashes` gave. Every content unit must be as approved or gone.
    Required parts may be added; one that was approved and is gone or changed means
    that more is shown. The record must be the same; the address to ask at may move.
    """
    now = hashes(new)
    for one in new:
        is_free = one.role is Role.REQUIRED or one.name == ASK
        if not is_free and now[one.name] != approved.get(one.name):
            return False
    kept = {name for name in approved if not is_unit_name(name)}
    return all(now.get(name) == approved[name] for name in kept)


def part_hash(name: str, part: str) -> str:
    """The hash of one part of a required unit, as `hashes` gives it."""
    return _digest(name, part)


def _part_hashes(unit: Unit) -> dict[str, str]:
    digests = {part: part_hash(unit.name, part) for part in parts(unit)}
    return {f"{unit.name}{_PART}{hash[:16]}": hash for hash in digests.values()}


def _digest(*words: str) -> str:
    canonical = json.dumps(words, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
