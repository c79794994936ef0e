"""A check that cannot fail proves nothing: each promise is broken once, on purpose.

`make test` breaks a sixth of them, each day another; `make breaks` all of them.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.breaks.copies import ROOT, Break, break_in_a_copy, breaks, of_today

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
@pytest.mark.parametrize("one", of_today(breaks()), ids=lambda one: one.promise)
def test_a_broken_promise_is_noticed(one: Break, tried: Try, tmp_path: Path) -> None:
    break_in_a_copy(one, tmp_path)
    code, said = tried(one.test, tmp_path)
    # A run that ended before its test has the same code, and noticed nothing.
    assert (code, _failed(said)) == (1, True), f"nothing failed:\n{said[-2000:]}"


@pytest.mark.slow
def test_where_nothing_is_broken_nothing_fails(tried: Try, tmp_path: Path) -> None:
    first = breaks()[0]
    break_in_a_copy(replace(first, replace=first.find), tmp_path)
    code, said = tried(first.test, tmp_path)
    assert code == 0, said[-2000:]


def _failed(said: str) -> bool:
    return re.search(r"^\d+ failed\b", said, re.MULTILINE) is not None
