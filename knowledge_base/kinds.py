"""The kinds of record, as YAML files name them, and what they say of each field."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from knowledge_base.records import RawContent
from policies.content import Content, Field, FieldType
from policies.errors import WithcareError
from policies.plain_yaml import Node, read
from policies.shapes import Reader

SHIPPED = Path(__file__).parent / "kinds"


class Pages(StrEnum):
    """Whether a kind has pages on a wiki; where optional, its collection chooses."""

    ALWAYS = "always"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class WikiMapping:
    """The template of a kind's pages and the pattern of their titles."""

    template: str
    page: str
    pages: Pages = Pages.ALWAYS


@dataclass(frozen=True, slots=True)
class KindField:
    """One field; labels per language. `wiki` is its template parameter, or empty."""

    name: str
    type: FieldType
    label: Mapping[str, str]
    public: bool
    many: bool
    required: bool
    concerns: bool
    screen: bool
    wiki: str = ""
    schema_org: str = ""
    help: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record; its fields in the order in which they are shown."""

    kind: str
    label: Mapping[str, str]
    plural: Mapping[str, str]
    fields: tuple[KindField, ...]
    wiki: WikiMapping | None = None
    schema_org: str = ""

    def content(self, raw: RawContent) -> Content:
        """The typed fields of a record; values of fields it does not know are left."""
        return tuple([_typed(field, raw.get(field.name)) for field in self.fields])

    def field(self, name: str) -> KindField:
        """Raises `KeyError`."""
        return {field.name: field for field in self.fields}[name]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)

    def concerning(self, changed: frozenset[str]) -> bool:
        """Whether one of these fields may change who is concerned."""
        return any(field.concerns for field in self.fields if field.name in changed)


def _typed(field: KindField, values: tuple[str, ...] | None) -> Field:
    if not values:
        return _empty(field.name, field.type, field.public)
    return Field(field.name, field.type, tuple(values), field.public)


@lru_cache(maxsize=1024)
def _empty(name: str, type: FieldType, is_public: bool) -> Field:
    # Most fields of most records are empty; one value serves them all.
    return Field(name, type, (), is_public)


@cache
def shipped_kinds() -> Mapping[str, Kind]:
    """The kinds that come with withcare, by name."""
    return read_kinds(sorted(SHIPPED.glob("*.yaml")))


class NoSuchKind(WithcareError):
    """No kind has this name."""

    def __init__(self, name: str) -> None:
        known = ", ".join(sorted(shipped_kinds()))
        super().__init__(f"There is no kind {name!r}; known are: {known}.")


def kind_named(name: str) -> Kind:
    """Raises `NoSuchKind`."""
    found = shipped_kinds().get(name)
    if found is None:
        raise NoSuchKind(name)
    return found


def read_kinds(paths: list[Path]) -> Mapping[str, Kind]:
    """The kinds in these files; raises `PolicyFileError` with every fault of all."""
    reader = Reader()
    kinds = {}
    for path in paths:
        node = read(path)
        kind = reader.into(node, Kind)
        if kind is not None:
            kinds[kind.kind] = kind
            _check(reader, node, kind)
    reader.finish()
    return kinds


def _check(reader: Reader, node: Node, kind: Kind) -> None:
    names = [field.name for field in kind.fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.fault(node, f"the field {name!r} is named twice", "keep one of them")
    for language in ("en", "ar", "zh"):
        if language not in kind.label:
            wrong = f"the label has no {language!r}"
            reader.fault(node, wrong, f"add `{language}: …`")
