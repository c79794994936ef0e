"""The public view: what anyone may see of a record, made from it and a decision.

Nothing else of a record may leave the knowledge base for the public. Only this module
can build one, and it builds nothing that the decision does not allow.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import Any

import msgspec

from policies.content import Content, Field, FieldType
from policies.covering import Cover, cover_words
from policies.decision import Decision, DutyKind
from policies.errors import NotSealed
from policies.labels import registry
from policies.redaction import Duties
from policies.visibility import Visibility

THE_COMMUNITY = "the community"
# Text can be covered in part; an address or a number with a gap would mislead.
CUTTABLE = frozenset({FieldType.TEXT, FieldType.NAME, FieldType.DATE, FieldType.PLACE})
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
    """What anyone may see.

    Warnings and caveats are a community's words, or a code of small letters for which
    the page or screen has a sentence: "mourning", "notice:cc_safety", "not-verified".
    """

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
    def title(self) -> str:
        """Its title or name, as anyone may see it; "" where it has none."""
        fields = (self.field(name) for name in ("title", "name"))
        return next((one.values[0] for one in fields if one and one.values), "")

    @property
    def canonical(self) -> str:
        """Canonical JSON: what is stored, and what the hash is of."""
        plain = msgspec.to_builtins(self) | {"visibility": self.visibility.word}
        return json.dumps(
            plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )

    @property
    def hash(self) -> str:
        """The SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


def read_view(canonical: str) -> PublicView:
    """The view whose `canonical` was kept; it shows what it showed, and no more.

    Raises `ValueError` and `KeyError` for a text that no view ever was.
    """
    kept = json.loads(canonical)
    return PublicView(
        record=kept["record"],
        kind=kept["kind"],
        visibility=Visibility.of(kept["visibility"]),
        fields=tuple(_read_field(one) for one in kept["fields"]),
        labels=tuple(ShownLabel(**one) for one in kept["labels"]),
        notices=tuple(kept["notices"]),
        warnings=tuple(kept["warnings"]),
        attribution=tuple(kept["attribution"]),
        caveats=tuple(kept["caveats"]),
        seal=_SEAL,
    )


def _read_field(kept: Mapping[str, Any]) -> ShownField:
    return ShownField(
        name=kept["name"],
        type=FieldType(kept["type"]),
        values=tuple(kept["values"]),
        language=kept["language"],
        signed=kept["signed"],
    )


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
    """The view that the decision allows; `at` previews a level up to `at_most`.

    `words`: a community's, as far as its protocols make them public. `names`: party id
    -> public name. `mourned`: the id of a person in mourning -> the names to cover.
    """
    level = decision.visibility if at is None else min(at, decision.at_most)
    if level is Visibility.NONE or (level is Visibility.STUB and decision.keeps_secret):
        # Nothing tells this from a record that is not there, not even its kind.
        return PublicView(
            record=record, kind="", visibility=Visibility.NONE, seal=_SEAL
        )
    duties = Duties.of(decision.duties, mourned or {})
    if level is Visibility.STUB:
        notices = duties.notices()
        return PublicView(
            record=record, kind=kind, visibility=level, notices=notices, seal=_SEAL
        )
    return PublicView(
        record=record,
        kind=kind,
        visibility=level,
        fields=_fields(content, words, duties, level),
        labels=_labels(duties, names or {}),
        notices=duties.notices(),
        warnings=duties.said(DutyKind.WARN),
        attribution=duties.said(DutyKind.ATTRIBUTE),
        caveats=duties.said(DutyKind.CAVEAT),
        seal=_SEAL,
    )


def _labels(duties: Duties, names: Mapping[str, str]) -> tuple[ShownLabel, ...]:
    known = registry().labels
    return tuple(
        ShownLabel(
            duty.about,
            known[duty.about].name,
            duties.name_safe(names.get(duty.value, THE_COMMUNITY)),
        )
        for duty in duties.sorted(DutyKind.SHOW_LABEL)
        if duty.about in known
    )


def _fields(
    content: Content,
    words: tuple[OwnWords, ...],
    duties: Duties,
    level: Visibility,
) -> tuple[ShownField, ...]:
    instead = {word.field for word in words if word.instead}
    # A name that a community rejects is covered at once in every other text, too.
    rejected = [v for field in content if field.name in instead for v in field.values]
    hidden = duties.covers(content)
    covers = (*hidden, *cover_words(rejected))
    shown: list[ShownField] = []
    for field in content:
        if not field.is_public or duties.leaves_out(field, level):
            continue
        if field.name not in instead:
            shown += _institutions(field, duties, covers)
        shown += _communitys(field, words, hidden)
    return tuple(shown)


def _institutions(
    field: Field, duties: Duties, covers: tuple[Cover, ...]
) -> list[ShownField]:
    values = field.values
    if field.type is FieldType.PLACE:
        values = duties.coarser(field)
    safe = tuple(v for value in values if (v := _covered(value, field.type, covers)))
    return [ShownField(field.name, field.type, safe, field.language)] if safe else []


def _communitys(
    field: Field, words: tuple[OwnWords, ...], covers: tuple[Cover, ...]
) -> list[ShownField]:
    shown = []
    for word in sorted(words, key=lambda w: (w.signed, w.language, w.text)):
        text = _covered(word.text, FieldType.TEXT, covers)
        if word.field == field.name and text:
            signed = _covered(word.signed, FieldType.NAME, covers)
            shown.append(
                ShownField(field.name, field.type, (text,), word.language, signed)
            )
    return shown


def _covered(value: str, type: FieldType, covers: tuple[Cover, ...]) -> str:
    """The value with all that must be covered, or "" where it cannot be cut up."""
    for cover in covers:
        if type in CUTTABLE:
            value = cover.over(value)
        elif cover.is_in(value):
            return ""
    return value
