"""The promises to be broken, and a copy of the project in which one of them is."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from policies.plain_yaml import read
from policies.shapes import Reader

ROOT = Path(__file__).parents[2]
COPIED = ("policies", "knowledge_base", "wikibot", "review_app", "withcare", "tests")


@dataclass(frozen=True)
class Break:
    """One line of code changed so that a promise no longer holds."""

    invariant: str
    promise: str
    file: str
    find: str
    replace: str
    test: str


def breaks() -> tuple[Break, ...]:
    reader = Reader()
    found = reader.into(read(Path(__file__).with_name("breaks.yaml")), tuple[Break])
    reader.finish()
    return found or ()


PARTS = 6
Tried = TypeVar("Tried")


def of_today(tried: Sequence[Tried]) -> Sequence[Tried]:
    """A sixth of them, each day another; all where `WITHCARE_BREAKS` is `all`.

    To run a test for each takes minutes that every change would wait for.
    """
    if os.environ.get("WITHCARE_BREAKS") == "all":
        return tried
    today = datetime.now(UTC).date().toordinal()
    return tried[today % PARTS :: PARTS]


def stale() -> tuple[Break, ...]:
    """Those whose line is not there any more, or more than once."""
    return tuple(
        one
        for one in breaks()
        if (ROOT / one.file).read_text("utf-8").count(one.find) != 1
    )


def copy_into(folder: Path) -> None:
    """Copies what is tested into the folder, and what Python compiled of it.

    A copy is as old as what it is of, by which Python tells whether that still fits: to
    compile all of it took longer than most of the tests that are run there.
    """
    for name in COPIED:
        # The last is being written just now by whoever compiles.
        skip = shutil.ignore_patterns("*.sqlite", "*.sqlite-*", "*.pyc.*")
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", folder)
    # A wiki that was installed once serves every copy.
    images = ROOT / "build" / "sandbox" / "images"
    images.mkdir(parents=True, exist_ok=True)
    (folder / "build" / "sandbox").mkdir(parents=True)
    (folder / "build" / "sandbox" / "images").symlink_to(images)


def break_in_a_copy(one: Break, folder: Path) -> None:
    """Copies what is tested into the folder, with that one line changed."""
    copy_into(folder)
    broken = folder / one.file
    before = broken.read_text("utf-8")
    assert before.count(one.find) == 1, "the line to break is not there any more"
    broken.write_text(before.replace(one.find, one.replace), "utf-8")
    for compiled in (broken.parent / "__pycache__").glob(f"{broken.stem}.*"):
        compiled.unlink()  # no doubt may be left that the broken line is what runs
