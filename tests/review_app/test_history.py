"""Every kind of step that can ever stand in a history has words, in every language."""

from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import date
from typing import Any, get_type_hints

import pytest
from flask import render_template
from markupsafe import Markup

from knowledge_base.history import Entry
from knowledge_base.kinds import shipped_kinds
from knowledge_base.steps import KINDS, Step, Voice
from knowledge_base.views import covered
from review_app.languages import message
from review_app.told import Told
from tests.review_app.table import START, Table, lay_table

VARIANTS: dict[str, tuple[dict[str, Any], ...]] = {
    "answered": ({"says": "yes"}, {"says": "no"}, {"says": "not-now"}),
    "concern-answered": (
        {"concern": "nobody"},
        {"concern": "not-known"},
        {"concern": "named", "parties": ("a", "b")},
    ),
    "changed": ({"by": "wiki"}, {"by": "source"}),
    "held": ({"is_grave": True}, {"is_grave": False}),
    "season-turned": ({"is_open": True}, {"is_open": False}),
    "withdrawn": ({"still_visible": 0}, {"still_visible": 2}),
    "words-given": ({"field": "title"},),
}
EACH = [
    (step, variant)
    for (kind, _), step in KINDS.items()
    for variant in VARIANTS.get(kind, ({},))
]


def example(step: type[Step], given: dict[str, Any]) -> Step:
    """A step of that kind with something in each of its fields."""
    hints = get_type_hints(step)
    made = {
        one.name: _something(hints[one.name])
        for one in fields(step)
        if one.default is MISSING
    }
    return step(**{**made, **given})


def _something(of: Any) -> Any:
    known = {str: "x", int: 1, bool: True, date: date(2026, 3, 1)}
    if of in known:
        return known[of]
    return {} if "Mapping" in str(of) else () if "tuple" in str(of) else None


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize(
    ("step", "given"), EACH, ids=[f"{s.kind}-{n}" for n, (s, _) in enumerate(EACH)]
)
def test_a_step_is_told_in_words(
    telling: Table, step: type[Step], given: dict[str, Any], language: str
) -> None:
    told = Told(
        entry=entry(example(step, given)),
        template=f"history/{step.kind}.html",
        who=Markup("<bdi>Somebody</bdi>"),
        party="A party",
        why="",
        note="",
    )
    with telling.app.test_request_context(f"/?uselang={language}"):
        said = render_template(
            "history/" + step.kind + ".html",
            told=told,
            desk=covered("x"),
            kind=shipped_kinds()["item"],
            m=telling.app.jinja_env.get_template("macros.html").make_module(
                {"language": language, "direction_of": str, "message": message}
            ),
        )

    assert said.strip()
    assert "⧼" not in said
    assert "$" not in said


def entry(step: Step) -> Entry:
    return Entry(
        position=1,
        ordinal=1,
        at=START,
        voice=Voice.COMMUNITY,
        actor="a",
        actor_name=None,
        by_command=False,
        reason=None,
        step=step,
        text=None,
        was_erased=False,
    )


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    laid = lay_table(tmp_path_factory.mktemp("table"))
    yield laid
    laid.store.close()
