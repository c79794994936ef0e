"""Decisions and hints per second on one core, over museum records.

It reads the whole IMA file where `WITHCARE_SHARED` (else ../shared) has it, and the
slice that ships with the demo otherwise; the name of each result says which.
"""

import gzip
import json
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

from policies.content import Content, Field, FieldType
from policies.decide import decide
from policies.destinations import Destination
from policies.facts import Facts, Label, Licences, Nobody, NotKnown
from policies.hints import find_hints
from policies.labels import registry
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.truth import Truth

ROOT = Path(__file__).parents[2]
SLICE = ROOT / "withcare" / "demo" / "records" / "ima.jsonl"
SEED = 20261121
LABELLED = 0.05
AT_LEAST = 20_000
ON = date(2026, 11, 1)

PUBLIC_WIKI = Destination(
    id="wiki",
    label="A public wiki",
    is_ours=Truth.TRUE,
    is_public=Truth.TRUE,
    keeps_history=Truth.TRUE,
    can_close=Truth.TRUE,
    forces_commercial=Truth.TRUE,
    is_mirrored=Truth.FALSE,
    licence="cc-by-sa-4.0",
    forces=frozenset({Purpose.INDEX, Purpose.TRANSLATE, Purpose.AI, Purpose.BULK}),
)


class Result(TypedDict):
    """One line of the bench; `ratio` is the value over the number to reach."""

    name: str
    value: float
    unit: str
    peer: str
    ratio: float


def measure(path: Path | None = None) -> Iterable[Result]:
    """Decisions per second, and records screened per second; best of three."""
    source = path or _source()
    contents = [_content(row) for row in _rows(source)]
    facts = _facts(contents)
    book = Rulebook.shipped()

    def decide_all() -> None:
        for known in facts:
            decide(book, known, PUBLIC_WIKI, on=ON)

    def screen_all() -> None:
        for content in contents:
            find_hints(content)

    where = "whole" if source.suffix == ".gz" else "shipped slice"
    yield _result(f"decide, IMA {where}", "decisions/s", len(facts), decide_all)
    yield _result(f"find hints, IMA {where}", "records/s", len(facts), screen_all)


def _result(name: str, unit: str, count: int, work: Callable[[], None]) -> Result:
    rate = max(count / _seconds(work) for _ in range(3))
    return Result(
        name=name,
        value=round(rate),
        unit=unit,
        peer=f"to reach: {AT_LEAST:,}",
        ratio=round(rate / AT_LEAST, 2),
    )


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _source() -> Path:
    shared = Path(os.environ.get("WITHCARE_SHARED", ROOT.parent / "shared"))
    whole = shared / "data" / "ima" / "records.jsonl.gz"
    return whole if whole.is_file() else SLICE


def _rows(source: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if source.suffix == ".gz" else open
    with opened(source, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _content(row: dict[str, Any]) -> Content:
    makers = [maker.get("display_name") for maker in row.get("actors") or []]
    cultures = [str(culture) for culture in row.get("cultures") or []]
    return (
        _field("title", FieldType.TEXT, row.get("title")),
        _field("identifier", FieldType.IDENTIFIER, row.get("accession_number")),
        _field("maker", FieldType.NAME, *makers),
        _field("culture", FieldType.NAME, *cultures),
        _field("date", FieldType.DATE, row.get("creation_date")),
        _field("period", FieldType.TEXT, row.get("period")),
        _field("dynasty", FieldType.TEXT, row.get("dynasty")),
        _field("materials", FieldType.TEXT, row.get("materials")),
        _field("dimensions", FieldType.TEXT, row.get("dimensions")),
        _field("credit", FieldType.TEXT, row.get("credit_line")),
        _field("rights", FieldType.TEXT, row.get("rights")),
    )


def _field(name: str, type: FieldType, *values: str | None) -> Field:
    return Field(name, type, tuple(value for value in values if value), is_public=True)


def _facts(contents: list[Content]) -> list[Facts]:
    """As after an import: a record with a hint waits, the others are answered for."""
    chosen = random.Random(SEED)
    kinds = sorted(registry().labels)
    return [_known(content, chosen, kinds) for content in contents]


def _known(content: Content, chosen: random.Random, kinds: list[str]) -> Facts:
    findings = find_hints(content)
    labels: frozenset[Label] = frozenset()
    if chosen.random() < LABELLED:
        family, _, label_type = chosen.choice(kinds).partition("/")
        labels = frozenset({Label(family, label_type, "a-community")})
    return Facts(
        record="a" * 32,
        kind="item",
        labels=labels,
        notices=frozenset(),
        concerned=NotKnown() if findings else Nobody("archivist", ON),
        flags=frozenset(),
        findings=findings,
        licences=Licences("cc0-1.0"),
        fields=frozenset(field.name for field in content if field.values),
    )
