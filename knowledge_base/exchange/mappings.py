"""Which column of a source goes into which field of a kind, as data.

A mapping is a small YAML file, or is made from the header where that names our
fields; a column that it does not name is listed, never dropped in silence.
"""

import hashlib
import re
import unicodedata
from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec

from knowledge_base.columns import canonical
from knowledge_base.institutions import BY_HAND
from knowledge_base.kinds import Kind
from policies.errors import WithcareError
from policies.plain_yaml import read
from policies.shapes import Reader

PRESETS = Path(__file__).parent / "presets"
UNTITLED = "Untitled (no title in the source)"
RESTRICTION = "restriction"
LONGEST_SOURCE = 100  # with the institution before it, it is a key of the store
RECOGNISED = "auto"
IDENTIFIERS = ("identifier", "source number", "id")  # as column names, folded


class MappingUnfit(WithcareError):
    """The mapping does not fit the kind or the file; nothing was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column and the field it goes to.

    Where a value is a map, `name` is the entry that holds the text, `role` one that
    goes behind it in brackets and `qualifier` one that goes before ("after", "circle
    of"): a copy is never credited to the person copied. `as_role` is a fixed role.
    """

    column: str
    to: str
    name: str = ""
    role: str = ""
    qualifier: str = ""
    as_role: str = ""
    separator: str | None = None  # None: the file's own, found or told


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A mapping; `identified_by` is the column unique within the `source`.

    `always` fills fields that the source does not have a column for; `credit` is
    whom the source asks to credit, and goes into the credit line of each record.
    An empty `source` is the collection that the records go into.
    """

    mapping: str
    kind: str
    identified_by: str
    columns: tuple[Column, ...]
    source: str = ""
    recognised_by: tuple[str, ...] = ()
    always: abc.Mapping[str, str] = field(default_factory=dict)
    credit: str = ""
    untitled: str = UNTITLED

    @property
    def hash(self) -> str:
        return hashlib.sha256(canonical(msgspec.to_builtins(self)).encode()).hexdigest()

    @property
    def fields(self) -> frozenset[str]:
        """The fields that this fills."""
        return frozenset(column.to for column in self.columns) | frozenset(self.always)

    @property
    def says_no_restriction_field(self) -> bool:
        """Whether nothing the source says of restrictions is taken in."""
        return RESTRICTION not in self.fields

    def unmapped(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Those of the columns that go nowhere, in their order."""
        known = {column.column for column in self.columns} | {self.identified_by}
        return tuple(column for column in columns if column not in known)


def read_mapping(path: Path) -> Mapping:
    """The mapping in the file; raises `PolicyFileError` with every fault of it."""
    reader = Reader()
    mapping = reader.into(read(path), Mapping)
    reader.finish()
    assert mapping is not None  # or `finish` had raised
    return mapping


@cache
def presets() -> abc.Mapping[str, Mapping]:
    """The mappings that come with withcare, by name; `plain` needs no file."""
    found = (read_mapping(path) for path in sorted(PRESETS.glob("*.yaml")))
    return {mapping.mapping: mapping for mapping in found}


class NoSuchMapping(WithcareError):
    """No mapping has this name, and no file stands there; nothing was written."""

    def __init__(self) -> None:
        known = ", ".join([RECOGNISED, *presets()])
        super().__init__(
            f"Known ways to read columns are {known}; of your own, give the path of "
            "its .yaml file with --format."
        )


def mapping_named(name: str) -> Mapping | None:
    """That preset, or the mapping in that file; None: the columns are recognised.

    Raises `NoSuchMapping`, and `PolicyFileError` for a file that is no mapping.
    """
    if name == RECOGNISED:
        return None
    if name in presets():
        return presets()[name]
    if Path(name).is_file():
        return read_mapping(Path(name))
    raise NoSuchMapping


def find_mapping(kind: Kind, columns: Sequence[str]) -> Mapping:
    """The preset whose columns these are, else the plain one."""
    for preset in presets().values():
        if preset.kind == kind.kind and {*preset.recognised_by} <= {*columns}:
            return preset
    return plain(kind, columns)


def plain(kind: Kind, columns: Sequence[str]) -> Mapping:
    """The mapping of columns that are called as our fields are, or as their labels."""
    called = _names(kind)
    matched: dict[str, str] = {}
    for column in columns:
        to = called.get(_folded(column))
        if to is not None and (to not in matched or column == to):
            matched[to] = column
    if not matched:
        raise MappingUnfit(
            f"No column is called as a field of the kind {kind.kind!r} is "
            f"({', '.join(sorted(kind.names))}): rename columns, or "
            "write in a mapping file what goes where (docs/adding-a-reader.md) and "
            "give its path with --format."
        )
    folded = {_folded(column): column for column in reversed(columns)}
    identifiers = [folded[name] for name in IDENTIFIERS if name in folded]
    identifiers += [matched[name] for name in ("identifier",) if name in matched]
    return Mapping(
        mapping="plain",
        kind=kind.kind,
        identified_by=identifiers[0] if identifiers else "",
        columns=tuple(Column(column=column, to=to) for to, column in matched.items()),
    )


def check_fit(mapping: Mapping, kind: Kind) -> None:
    """Raises `MappingUnfit` with everything that is wrong with it for that kind."""
    wrong = []
    if mapping.kind != kind.kind:
        wrong.append(f"it is for the kind {mapping.kind!r}, not {kind.kind!r}")
    if not mapping.identified_by:
        wrong.append(
            "no column says which record is which: name one `identifier`, so that "
            "importing again changes records and does not double them"
        )
    if _is_ours(mapping.source) or len(mapping.source) > LONGEST_SOURCE:
        wrong.append(
            f"{mapping.source!r} cannot be its `source`: name who the records come "
            f"from, such as archive.example.org, in up to {LONGEST_SOURCE} characters"
        )
    wrong += [
        f"{name!r} is no field of the kind {kind.kind!r}"
        for name in sorted(mapping.fields - kind.names)
    ]
    if wrong:
        name = mapping.mapping
        raise MappingUnfit(f"The mapping {name!r} does not fit: {'; '.join(wrong)}.")


def _is_ours(source: str) -> bool:
    """A name that we give ourselves: records made by hand, or of one collection."""
    return source == BY_HAND or source.startswith(("collection/", "institution/"))


def _names(kind: Kind) -> dict[str, str]:
    called: dict[str, str] = {}
    for one in kind.fields:
        for label in one.label.values():
            called.setdefault(_folded(label), one.name)
    # A field's own name means that field, whatever the labels of others say.
    return called | {_folded(one.name): one.name for one in kind.fields}


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_\-]+", " ", text).strip()
