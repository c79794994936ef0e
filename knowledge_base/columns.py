"""The only column types of the store, so that three databases keep one promise.

Measured: MariaDB by default finds `Maori` = `Māori`, refuses long text and returns
naive times; SQLite drops the offset; PostgreSQL refuses NUL. What a database would
change silently is refused here, before it is written.
"""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import DateTime, String, Text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from policies.errors import WithcareError

KEY_LENGTH = 190
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_encoder = msgspec.json.Encoder(order="deterministic")


class UnstorableText(WithcareError):
    """A text holds a character that not every database keeps; nothing was written."""

    def __init__(self, character: str) -> None:
        self.character = character
        super().__init__(
            f"The text holds U+{ord(character):04X}, which cannot be stored; "
            "remove the character and try again."
        )

    def __reduce__(self) -> tuple[type["UnstorableText"], tuple[str]]:
        return type(self), (self.character,)


def storable(text: str) -> str:
    """The text itself; raises `UnstorableText` for NUL, surrogates, non-characters."""
    if not text.isascii() or "\x00" in text:
        found = _UNSTORABLE.search(text)
        if found is not None:
            raise UnstorableText(found.group())
    return text


def mended(text: str) -> str:
    """The text with each unstorable character replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def canonical(value: object) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8 characters as they are."""
    return _encoder.encode(value).decode()


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is refused."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone cannot be kept; pass aware UTC.")
    return moment.astimezone(UTC)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC to the microsecond; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        value = in_utc(value)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def bind_processor(self, dialect: Dialect) -> Any:
        # All that one `note` writes happens at one moment: it is put into words once.
        process = super().bind_processor(dialect)
        if process is None:
            return None
        last: tuple[datetime | None, Any] = (None, None)

        def remembered(value: datetime | None) -> Any:
            nonlocal last
            said = last
            if value is not said[0]:
                last = said = (value, process(value))
            return said[1]

        return remembered

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class Key(TypeDecorator[str]):
    """A name compared byte by byte; at most 190 characters (an index of MariaDB)."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(String(KEY_LENGTH, collation="C"))
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(
                mysql.VARCHAR(KEY_LENGTH, charset="utf8mb4", collation="utf8mb4_bin")
            )
        return dialect.type_descriptor(String(KEY_LENGTH))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return _as_key(value)

    def bind_processor(self, dialect: Dialect) -> Any:
        # Without this each of a step's ten keys costs three calls instead of one.
        return _as_key


def _as_key(value: str | None) -> str | None:
    if value is None:
        return None
    if len(value) > KEY_LENGTH:
        raise ValueError(f"A key has at most {KEY_LENGTH} characters.")
    if value.isascii() and "\x00" not in value:
        return value
    return storable(value)


def as_keys(values: list[str | None]) -> list[str | None]:
    """What is bound for these; raises as each would, whatever one of them holds."""
    there = [value for value in values if value is not None]
    joined = "".join(there)
    is_plain = joined.isascii() and "\x00" not in joined
    if is_plain and max(map(len, there), default=0) <= KEY_LENGTH:
        return values
    return [_as_key(value) for value in values]


class LongText(TypeDecorator[str]):
    """Text of any length, compared byte by byte."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(
                mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin")
            )
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Json(TypeDecorator[Any]):
    """A value as canonical JSON, so that equal values are equal bytes."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return LongText().load_dialect_impl(dialect)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else storable(canonical(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)
