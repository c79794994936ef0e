"""Carries one row into the fields of a kind, by a mapping, and says what was odd.

All of a row's errors are found, not the first; a row with one does not come in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from knowledge_base.columns import KEY_LENGTH
from knowledge_base.exchange.characters import mend
from knowledge_base.exchange.mappings import Column, Mapping
from knowledge_base.exchange.rows import LARGEST_CELL, MOST_VALUES, Row, RowProblem
from knowledge_base.exchange.tally import named
from knowledge_base.kinds import Kind

TITLE, CREDIT = "title", "credit"
# Asked after `not value`: most values hold something, and no or 0 is an answer.
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Fitted:
    """A row as the content of a record; `problems` are those it came in with."""

    row: int
    identifier: str
    content: dict[str, tuple[str, ...]]
    problems: tuple[RowProblem, ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """A row that cannot come in, with everything that is wrong with it."""

    problems: tuple[RowProblem, ...]


class _Wrong(Exception):
    """One value cannot be taken; the text says why and how to mend it."""


class Fitting:
    """A mapping made ready for many rows; it also tells what they leave out."""

    def __init__(self, mapping: Mapping, kind: Kind, *, separator: str = "") -> None:
        self.mapping = mapping
        self._many = {one.name: one.many for one in kind.fields}
        self._required = tuple(one.name for one in kind.fields if one.required)
        self._columns = tuple(
            (one, self._separator(one, separator)) for one in mapping.columns
        )
        known = {one.column for one in mapping.columns} | {mapping.identified_by}
        self._known = frozenset(known)
        self._entries = {
            one.column: frozenset({one.name, one.role, one.qualifier})
            for one in mapping.columns
            if one.name
        }

    def _separator(self, column: Column, of_file: str) -> str:
        if column.separator is not None:
            return column.separator
        return of_file if self._many[column.to] else ""

    def fit(self, row: Row) -> Fitted | Unfit:
        """The row as a record's content, or all that is wrong with it."""
        problems: list[RowProblem] = []
        identifier = self._identifier(row, problems)
        content = self._content(row, problems)
        self._complete(content)
        self._require(row.number, content, problems)
        if any(not problem.is_taken for problem in problems):
            return Unfit(tuple(problems))
        fixed = {name: tuple(values) for name, values in content.items()}
        return Fitted(row.number, identifier, fixed, tuple(problems))

    def _identifier(self, row: Row, problems: list[RowProblem]) -> str:
        column = self.mapping.identified_by
        value = row.values.get(column)
        identifier = "" if value in _EMPTY else mend(str(value))[0].strip()
        if isinstance(value, float):
            # 1.10 is 1.1 before we see it: two records would share a number.
            what = "the identifier is a decimal number: write it in quotation marks"
            problems.append(RowProblem(row.number, column, what))
        elif not identifier or isinstance(value, (list, dict)):
            what = "the row has no identifier: give it the holder's number"
            problems.append(RowProblem(row.number, column, what))
        elif len(identifier) > KEY_LENGTH:
            what = f"the identifier is longer than {KEY_LENGTH} characters: shorten it"
            problems.append(RowProblem(row.number, column, what))
        return identifier

    def _content(self, row: Row, problems: list[RowProblem]) -> dict[str, list[str]]:
        content: dict[str, list[str]] = {}
        for column, separator in self._columns:
            value = row.values.get(column.column)
            if not value and value in _EMPTY:
                continue
            into = content.setdefault(column.to, [])
            try:
                for text in _texts(value, column, separator):
                    mended = _mended(text, row.number, column.column, problems)
                    if mended not in into:
                        into.append(mended)
                self._check_number(column, into, row.number, problems)
            except _Wrong as wrong:
                problems.append(RowProblem(row.number, column.column, str(wrong)))
        return {name: values for name, values in content.items() if values}

    def _check_number(
        self, column: Column, values: list[str], row: int, problems: list[RowProblem]
    ) -> None:
        if len(values) > MOST_VALUES:
            raise _Wrong(f"there are more than {MOST_VALUES:,} values: split the row")
        if len(values) > 1 and not self._many[column.to]:
            values[:] = ["; ".join(values)]
            what = f"{column.to!r} has one value; several were joined by a semicolon"
            problems.append(RowProblem(row, column.column, what, is_taken=True))

    def _complete(self, content: dict[str, list[str]]) -> None:
        for name, value in self.mapping.always.items():
            content.setdefault(name, [value])
        if self.mapping.credit:
            given = content.get(CREDIT, ())
            content[CREDIT] = ["; ".join((self.mapping.credit, *given))]

    def _require(
        self, row: int, content: dict[str, list[str]], problems: list[RowProblem]
    ) -> None:
        wrong = {problem.field for problem in problems if not problem.is_taken}
        for name in self._required:
            if name in content or wrong & self._sources(name):
                continue
            if name == TITLE:
                # A record is not lost for want of a title; the words say that they
                # are not the source's, so that nobody takes them for the work's own.
                content[TITLE] = [self.mapping.untitled]
                what = f"there is no title; it came in as {self.mapping.untitled!r}"
                problems.append(RowProblem(row, name, what, is_taken=True))
            else:
                what = f"{name!r} is needed and empty: fill it, or map a column to it"
                problems.append(RowProblem(row, name, what))

    def _sources(self, field: str) -> set[str]:
        return {one.column for one, _ in self._columns if one.to == field}

    def left_out(self, row: Row) -> tuple[str, ...]:
        """What of a row finds no place in its record, each time that it is counted."""
        names: list[str] = []
        for name, value in row.values.items():
            if not value and value in _EMPTY:
                continue
            if name not in self._known:
                names.append(named(name))
            elif name in self._entries:
                names += self._entries_left_out(name, value)
        return tuple(names)

    def _entries_left_out(self, column: str, value: Any) -> tuple[str, ...]:
        """Each once, in their order."""
        taken = self._entries[column]
        found = (
            named(f"{column}.{entry}")
            for one in (value if isinstance(value, list) else (value,))
            if isinstance(one, dict)
            for entry, inner in one.items()
            if inner not in _EMPTY and entry not in taken
        )
        return tuple(dict.fromkeys(found))


def _texts(value: Any, column: Column, separator: str) -> Iterator[str]:
    """The texts in a value as the source has it, in order; empty ones are left out."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one, column, separator)
    elif isinstance(value, dict):
        yield from _named(value, column)
    elif isinstance(value, str):
        yield from _cut(value, separator)
    elif value is not None:
        yield _plain(value)


def _cut(text: str, separator: str) -> Iterator[str]:
    if len(text) > LARGEST_CELL:
        raise _Wrong(f"the text is longer than {LARGEST_CELL:,} characters: shorten it")
    if separator and separator in text:
        yield from (part.strip() for part in text.split(separator) if part.strip())
    elif text and not text.isspace():
        yield text


def _named(value: dict[str, Any], column: Column) -> Iterator[str]:
    if not column.name:
        raise _Wrong(
            "the value has entries of its own: say in the mapping which is its `name`"
        )
    before = _joined(value, column.qualifier)
    role = column.as_role or _joined(value, column.role)
    for name in _entry(value, column.name):
        text = f"{before} {name}" if before else name
        yield from _cut(f"{text} ({role})" if role else text, "")


def _joined(value: dict[str, Any], entry: str) -> str:
    return ", ".join(_entry(value, entry)) if entry else ""


def _entry(value: dict[str, Any], entry: str) -> Iterator[str]:
    """The texts of one entry; an entry with entries of its own has none."""
    inner = value.get(entry)
    for one in inner if isinstance(inner, list) else (inner,):
        if isinstance(one, (dict, list)):
            raise _Wrong(f"{entry!r} has entries of its own: give it as a text")
        if one not in _EMPTY:
            yield _plain(one)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _mended(text: str, row: int, column: str, problems: list[RowProblem]) -> str:
    mended, said = mend(text)
    problems.extend(RowProblem(row, column, what, is_taken=True) for what in said)
    return mended
