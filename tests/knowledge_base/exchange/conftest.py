"""A collection to import into, and files written on the spot."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.exchange.importing import import_file
from knowledge_base.exchange.report import ImportReport
from knowledge_base.kinds import shipped_kinds
from tests.knowledge_base.conftest import WIKI, World

DEMO = Path(__file__).parents[3] / "withcare" / "demo" / "records"
Importing = Callable[..., ImportReport]


def item(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "identifier": f"I.{number}",
        "title": f"Boat {number} (invented)",
        "maker": ["Somebody (invented)"],
        "licence_metadata": "cc0-1.0",
    } | fields


def write_lines(path: Path, records: Iterable[Mapping[str, Any] | str]) -> Path:
    lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def write_table(path: Path, rows: Iterable[Iterable[str]], delimiter: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.fixture
def importing(world: World) -> Importing:
    """Imports into one collection of the small world, always the same."""
    return importer(world)


def importer(world: World) -> Importing:
    collection = world.collection()

    def take_in(path: Path, **more: Any) -> ImportReport:
        told: dict[str, Any] = {
            "collection": collection,
            "kind": shipped_kinds()["item"],
            "towards": (WIKI,),
            "by": world.archivist,
            "now": world.later,
        }
        return import_file(world.store, path, **(told | more))

    return take_in
