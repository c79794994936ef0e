"""Stored steps are never rewritten: each version that ever was can still be read."""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.columns import canonical
from knowledge_base.steps import KINDS, body_of, read_step

EXAMPLES = sorted((Path(__file__).parent / "steps").glob("*.json"))


def named(path: Path) -> tuple[str, int]:
    """The kind and version whose example it is: `received.1.json`."""
    kind, _, version = path.stem.rpartition(".")
    return kind, int(version)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_stored_step_is_read_back_as_it_was_written(path: Path) -> None:
    kind, version = named(path)
    body: dict[str, Any] = json.loads(path.read_text("utf-8"))
    step = read_step(kind, version, body)
    assert (step.kind, step.version) == (kind, version)
    assert canonical(body_of(step)) == canonical(body)


def test_every_kind_and_version_has_its_example_and_its_reader() -> None:
    assert {named(path) for path in EXAMPLES} == set(KINDS)


def test_no_version_of_a_kind_is_left_out() -> None:
    """A newer version stands beside those before it, and never in their place."""
    for kind, newest in KINDS:
        assert {(kind, version) for version in range(1, newest + 1)} <= set(KINDS)
