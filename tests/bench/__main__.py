"""Runs the measurements, prints a table, writes build/bench.json.

A measurement is a module of this folder with `measure()`, which yields results. On
records outside the project where they are there, else on the slice that it ships.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import tests.bench

ROOT = Path(__file__).parents[2]
Result = Mapping[str, Any]


def subjects(only: str | None) -> list[str]:
    """The names of the measurements; one of them where it was asked for."""
    found = [m.name for m in pkgutil.iter_modules(tests.bench.__path__)]
    known = sorted(name for name in found if not name.startswith("_"))
    if only is None:
        return known
    chosen = [name for name in known if only in name]
    if not chosen:
        sys.exit(f"There is no measurement {only!r}; known are: {', '.join(known)}.")
    return chosen


def measured(names: Iterable[str], console: Console) -> list[Result]:
    results: list[Result] = []
    for name in names:
        console.print(f"[dim]{name} …[/dim]")
        results.extend(importlib.import_module(f"tests.bench.{name}").measure())
    return results


def shown(results: Iterable[Result]) -> Table:
    table = Table("what", "value", "unit", "beside", "ratio")
    for one in results:
        ratio = "" if one["ratio"] is None else f"{one['ratio']:.2f}"
        value = f"{one['value']:,}"
        table.add_row(one["name"], value, one["unit"], one["peer"] or "", ratio)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", help="one measurement, by name or a part of it")
    console = Console(width=110)
    results = measured(subjects(parser.parse_args().only), console)
    console.print(shown(results))
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    written = json.dumps(results, indent=1, ensure_ascii=False)
    (build / "bench.json").write_text(written + "\n", "utf-8")


main()
