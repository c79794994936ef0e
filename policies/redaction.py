"""What the duties of a decision take away from a record, by field type and by name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from policies.content import Content, Field, FieldType
from policies.covering import COVERED, Cover, cover_names, cover_words
from policies.decision import Duty, DutyKind
from policies.places import coarsened
from policies.visibility import Visibility

# A redacted record keeps what identifies it. Where it comes from, and links that lead
# past the redaction, are left out.
_REDACTED = frozenset({FieldType.PLACE, FieldType.LINK})
# No rule clears media yet: until one does, they stay inside.
_NEVER = frozenset({FieldType.MEDIA})
_POINT_IN_TEXT = re.compile(
    r"[-+]?\d{1,3}\.\d{2,}\s*°?\s*[NS]?\s*[,;\s]\s*[-+]?\d{1,3}\.\d{2,}"
)


@dataclass(frozen=True, slots=True)
class Duties:
    """The duties of one decision; `nameless`: somebody's names cannot be covered.

    `omitted`: the fields and types of which nothing is shown.
    """

    by_kind: Mapping[DutyKind, tuple[Duty, ...]]
    omitted: frozenset[str]
    name_covers: tuple[Cover, ...]
    nameless: bool

    @staticmethod
    def of(duties: Iterable[Duty], mourned: Mapping[str, tuple[str, ...]]) -> "Duties":
        """The duties in a fixed order, with the names in mourning made ready."""
        ordered = tuple(sorted(duties, key=lambda d: (d.kind, d.about, d.value)))
        by_kind = {
            kind: tuple(some) for kind, some in groupby(ordered, lambda d: d.kind)
        }
        mourning = by_kind.get(DutyKind.SUBSTITUTE, ())
        covers = [
            cover_names(mourned[duty.about], duty.value)
            for duty in mourning
            if mourned.get(duty.about)
        ]
        return Duties(
            by_kind=by_kind,
            omitted=frozenset(duty.about for duty in by_kind.get(DutyKind.OMIT, ())),
            name_covers=tuple(covers),
            nameless=len(covers) < len(mourning),
        )

    def sorted(self, kind: DutyKind) -> tuple[Duty, ...]:
        """The duties of that kind, by what they are about."""
        return self.by_kind.get(kind, ())

    def notices(self) -> tuple[str, ...]:
        """The types of the notices to show; whoever shows them has their names."""
        return tuple(duty.about for duty in self.sorted(DutyKind.SHOW_NOTICE))

    def said(self, kind: DutyKind) -> tuple[str, ...]:
        """What duties of that kind say: a community's words, or a code to be worded."""
        return tuple(dict.fromkeys(filter(None, map(self._words, self.sorted(kind)))))

    def _words(self, duty: Duty) -> str:
        match duty.kind:
            case DutyKind.WARN:
                # A warning that cannot be said in their words is said in ours.
                return self.name_safe(duty.value) or duty.about
            case DutyKind.CAVEAT if duty.value in CAVEATS:
                return duty.value
            case _:
                return self.name_safe(duty.value)

    def name_safe(self, text: str) -> str:
        """The text without any name in mourning."""
        if self.nameless:
            return ""
        for cover in self.name_covers:
            text = cover.over(text)
        return text

    def leaves_out(self, field: Field, level: Visibility) -> bool:
        """Whether nothing of the field is shown, a community's words included."""
        if field.type in _NEVER or self._omits(field):
            return True
        if self.nameless and field.type in (FieldType.TEXT, FieldType.NAME):
            return True
        is_coarsened = field.type is FieldType.PLACE and self._width(field) is not None
        return level is Visibility.REDACTED and (
            field.type in _REDACTED and not is_coarsened
        )

    def coarser(self, field: Field) -> tuple[str, ...]:
        """The places as they may stand; one that is no point cannot be made coarser."""
        width = self._width(field)
        if width is None:
            return field.values
        found = (coarsened(value, width) for value in field.values)
        return tuple(dict.fromkeys(value for value in found if value is not None))

    def covers(self, content: Content) -> tuple[Cover, ...]:
        """What every text has to cover: names, and what stood in hidden fields."""
        hidden = [field for field in content if self._is_hidden(field)]
        people = [v for f in hidden if f.type is FieldType.NAME for v in f.values]
        others = [v for f in hidden if f.type is not FieldType.NAME for v in f.values]
        covers = [*self.name_covers, *cover_words(others)]
        if people:
            covers.append(cover_names(people, COVERED))
        if self.sorted(DutyKind.COARSEN):
            covers.append(Cover(_POINT_IN_TEXT, COVERED))
        return tuple(covers)

    def _is_hidden(self, field: Field) -> bool:
        if field.type is FieldType.PLACE and self._width(field) is not None:
            return True
        return self._omits(field)

    def _omits(self, field: Field) -> bool:
        return bool(self.omitted) and not self.omitted.isdisjoint(
            (field.name, f"type:{field.type}")
        )

    def _width(self, field: Field) -> float | None:
        """The width of the coarsest grid asked for, in kilometres; `None`: no duty."""
        about = {field.name, f"type:{field.type}"}
        asked = [
            duty.value for duty in self.sorted(DutyKind.COARSEN) if duty.about in about
        ]
        if not asked:
            return None
        try:
            return max(float(value) for value in asked)
        except ValueError:
            # A width nobody can read: no cell is wide enough, so the place is left out.
            return float("nan")


CAVEATS = frozenset({"not-verified", "no-licence", "not-copied-onward"})
