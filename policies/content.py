"""The typed fields of a record, as the kinds declare them."""

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """What a field holds; redaction goes by it."""

    TEXT = "text"
    NAME = "name"
    PLACE = "place"
    DATE = "date"
    IDENTIFIER = "identifier"
    LINK = "link"
    MEDIA = "media"
    LICENCE = "licence"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its values in the order of the source; `()` is an empty field.

    `language` is a BCP 47 tag, `None` where it is not known. A field with
    `is_public` false never leaves the desk, whatever a decision says.
    """

    name: str
    type: FieldType
    values: tuple[str, ...]
    is_public: bool
    language: str | None = None


Content = tuple[Field, ...]
"""The fields of one record, in the order of its kind."""
