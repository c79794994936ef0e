"""What a soak has played, written down round by round, so that it can go on.

The first line says the seed. A round that was cut has no line and is played again; a
line that was cut is no line.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.soak.subject import Place, Walked


@dataclass(frozen=True)
class Played:
    """One round that was played to its end. `finding`: its file's name, or None.

    `walked`: the part of a matrix that it went through; None where there is none.
    """

    subject: str
    place: Place
    number: int
    cases: int
    seconds: float
    finding: str | None = None
    walked: Walked | None = None


class NothingToResume(Exception):
    """There is no journal of an earlier run in the folder."""


class Journal:
    """The file of one run, and the findings beside it."""

    def __init__(self, folder: Path, seed: str, played: list[Played]) -> None:
        self.folder, self.seed, self.played = folder, seed, played

    @classmethod
    def begin(cls, folder: Path, seed: str) -> "Journal":
        """A new one in the folder, in place of the one before; findings are kept."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "journal.jsonl").write_text(_line({"seed": seed}), "utf-8")
        return cls(folder, seed, [])

    @classmethod
    def resume(cls, folder: Path) -> "Journal":
        """The one that is there; raises `NothingToResume`."""
        file = folder / "journal.jsonl"
        if not file.is_file():
            raise NothingToResume(f"{file} is not there: begin without --resume.")
        lines = list(_whole_lines(file))
        if not lines:
            raise NothingToResume(f"{file} is empty: begin without --resume.")
        # Written anew without the line that was cut: what follows stands on its own.
        beside = file.with_suffix(".new")
        beside.write_text("".join(_line(one) for one in lines), "utf-8")
        beside.replace(file)
        return cls(folder, lines[0]["seed"], [_played(one) for one in lines[1:]])

    def add(self, one: Played) -> None:
        self.played.append(one)
        with (self.folder / "journal.jsonl").open("a", encoding="utf-8") as file:
            file.write(_line(asdict(one)))

    def find(self, name: str, finding: dict[str, Any]) -> Path:
        """Writes a finding in a file of that name, before its round is written down."""
        findings = self.folder / "findings"
        findings.mkdir(exist_ok=True)
        file = findings / name
        written = json.dumps(finding, indent=1, ensure_ascii=False)
        file.write_text(written + "\n", "utf-8")
        return file

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self.played)

    @property
    def findings(self) -> list[str]:
        return [one.finding for one in self.played if one.finding is not None]


def _played(one: dict[str, Any]) -> Played:
    walked = one.get("walked")
    if walked is not None:
        walked = Walked(**{**walked, "cells": tuple(walked["cells"])})
    return Played(**{**one, "place": Place(one["place"]), "walked": walked})


def _line(one: dict[str, Any]) -> str:
    return json.dumps(one, ensure_ascii=False) + "\n"


def _whole_lines(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text("utf-8", errors="replace").splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)
