"""Stored steps are never rewritten: each version that ever was can still be read."""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.columns import canonical
from knowledge_base.steps import KINDS, body_of, read_step

STORED = json.loads(Path(__file__).with_name("steps.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "one", STORED, ids=lambda one: f"{one['kind']}-{one['version']}"
)
def test_a_stored_step_is_read_back_as_it_was_written(one: dict[str, Any]) -> None:
    step = read_step(one["kind"], one["version"], one["body"])
    assert step.kind == one["kind"]
    assert canonical(body_of(step)) == canonical(one["body"])


def test_every_kind_and_version_has_its_example() -> None:
    assert {(one["kind"], one["version"]) for one in STORED} == set(KINDS)
