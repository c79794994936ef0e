"""Which records are decided alike, and that no fact is left out of it."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from policies.facts import (
    Facts,
    Finding,
    Flag,
    Label,
    Licences,
    Mourning,
    Named,
    Notice,
    Says,
    Word,
)
from policies.purposes import Purpose
from policies.seasons import SeasonDays
from policies.truth import Truth
from policies.visibility import Visibility

ONE = Facts(record="one", kind="item", labels=frozenset(), findings=frozenset())
WORD = Word(
    party="quillen",
    says=Says.NO,
    destination="*",
    purposes=frozenset(Purpose),
    visibility=Visibility.NONE,
    since=date(2026, 1, 1),
    until=None,
    informed=False,
    by="tamsel",
)
OTHERWISE: dict[str, Any] = {
    "kind": "project",
    "labels": frozenset({Label("tk", "seasonal", "quillen")}),
    "notices": frozenset({Notice("attribution-incomplete")}),
    "concerned": Named(frozenset({"quillen"})),
    "words": frozenset({WORD}),
    "flags": frozenset({Flag("f", "not-written-yet", None, is_grave=False)}),
    "findings": frozenset({Finding("hint-no-maker", "maker", 0, 0, "empty")}),
    "licences": Licences(metadata="cc0-1.0"),
    "seasons": {"winter": Truth.TRUE},
    "mourning": frozenset({Mourning("somebody", None, None)}),
    "fields": frozenset({"title"}),
    "season_days": {"winter": SeasonDays(opens="11-15", closes="02-01")},
}


def test_only_which_record_it_is_makes_no_difference() -> None:
    assert replace(ONE, record="two").likeness == ONE.likeness
    assert {one.name for one in fields(Facts)} == {"record", *OTHERWISE}


@pytest.mark.parametrize("name", OTHERWISE)
def test_whatever_else_is_known_is_told_apart(name: str) -> None:
    other = replace(ONE, **{name: OTHERWISE[name]})
    assert other.likeness != ONE.likeness
    assert replace(other, record="two").likeness == other.likeness
    assert hash(other.likeness) is not None


def test_not_known_is_not_none() -> None:
    assert replace(ONE, findings=None).likeness != ONE.likeness
