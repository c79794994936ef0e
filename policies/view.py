"""The public view: what anyone may see of a record, made from it and a decision.

Nothing else of a record may leave the knowledge base for the public. Only this module
can build one, and it builds nothing that the decision does not allow.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import InitVar, asdict, dataclass

from policies.content import Content, Field, FieldType
from policies.decision import Decision, DutyKind
from policies.errors import NotSealed
from policies.visibility import Visibility

_SEAL = object()


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A community's own words for a field: beside the institution's, or instead."""

    party: str
    signed: str
    field: str
    text: str
    language: str
    instead: bool


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field as anyone may see it; `signed` says whose words they are, if not ours."""

    name: str
    type: FieldType
    values: tuple[str, ...]
    language: str | None = None
    signed: str | None = None


@dataclass(frozen=True, slots=True)
class ShownLabel:
    """A label that goes with the record, and the public name of who applied it."""

    key: str
    name: str
    community_signed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicView:
    """What anyone may see; warnings and caveats are a community's words, or codes."""

    record: str
    kind: str
    visibility: Visibility
    fields: tuple[ShownField, ...] = ()
    labels: tuple[ShownLabel, ...] = ()
    notices: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise NotSealed

    def field(self, name: str) -> ShownField | None:
        """The institution's field of that name, or else the community's, or `None`."""
        found = [field for field in self.fields if field.name == name]
        return min(found, key=lambda field: field.signed is not None, default=None)

    @property
    def canonical(self) -> str:
        """Canonical JSON: what is stored, and what the hash is of."""
        return json.dumps(
            asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )

    @property
    def hash(self) -> str:
        """The SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


def public_view(
    record: str,
    kind: str,
    content: Content,
    decision: Decision,
    *,
    words: tuple[OwnWords, ...] = (),
    at: Visibility | None = None,
    names: Mapping[str, str] | None = None,
    mourned: Mapping[str, tuple[str, ...]] | None = None,
) -> PublicView:
    """The view that the decision allows; `at` previews a level up to `at_most`."""
    level = decision.visibility if at is None else min(at, decision.at_most)
    if level <= Visibility.STUB:
        return PublicView(record=record, kind=kind, visibility=level, seal=_SEAL)
    omitted = {d.about for d in decision.duties if d.kind is DutyKind.OMIT}
    shown = tuple(_shown(field) for field in content if _may_stand(field, omitted))
    return PublicView(
        record=record, kind=kind, visibility=level, fields=shown, seal=_SEAL
    )


def _may_stand(field: Field, omitted: set[str]) -> bool:
    named = {field.name, f"type:{field.type}"}
    return field.is_public and bool(field.values) and not named & omitted


def _shown(field: Field) -> ShownField:
    return ShownField(field.name, field.type, field.values, field.language)
