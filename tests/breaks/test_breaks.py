"""A check that cannot fail proves nothing: each promise is broken once, on purpose."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
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


Try = Callable[[str, Path], tuple[int, str]]


@pytest.fixture(scope="module")
def tried() -> Iterator[Try]:
    """Runs a test in a folder: its exit code, and what it said."""
    words = [sys.executable, str(Path(__file__).with_name("loaded.py"))]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=ROOT, env=inherited, text=True, **pipes) as loaded:  # type: ignore[call-overload]  # the two pipes are the same kind

        def run(test: str, folder: Path) -> tuple[int, str]:
            said = folder / "said"
            asked = {"folder": str(folder), "test": test, "said": str(said)}
            loaded.stdin.write(json.dumps(asked) + "\n")
            loaded.stdin.flush()
            code = int(loaded.stdout.readline())
            return code, said.read_text("utf-8", errors="replace")

        yield run
        loaded.stdin.close()


@pytest.mark.slow
@pytest.mark.parametrize("one", breaks(), ids=lambda one: one.promise)
def test_a_broken_promise_is_noticed(one: Break, tried: Try, tmp_path: Path) -> None:
    for name in COPIED:
        skip = shutil.ignore_patterns("__pycache__", "*.sqlite*")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / one.file
    before = broken.read_text("utf-8")
    assert before.count(one.find) == 1, "the line to break is not there any more"
    broken.write_text(before.replace(one.find, one.replace), "utf-8")
    code, said = tried(one.test, tmp_path)
    assert code == 1, f"nothing failed:\n{said[-2000:]}"
