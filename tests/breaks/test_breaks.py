"""A check that cannot fail proves nothing: each promise is broken once, on purpose."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

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


@pytest.mark.slow
@pytest.mark.parametrize("one", breaks(), ids=lambda one: one.promise)
def test_a_broken_promise_is_noticed(one: Break, tmp_path: Path) -> None:
    for name in COPIED:
        skip = shutil.ignore_patterns("__pycache__", "*.sqlite*")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / one.file
    before = broken.read_text("utf-8")
    assert before.count(one.find) == 1, "the line to break is not there any more"
    broken.write_text(before.replace(one.find, one.replace), "utf-8")
    ended = _run(one.test, tmp_path)
    assert ended.returncode == 1, f"nothing failed:\n{ended.stdout[-2000:]}"


def _run(test: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return subprocess.run(
        [*words, test],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
