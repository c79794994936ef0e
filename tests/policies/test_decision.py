"""A decision in one word."""

from dataclasses import replace

import pytest

from policies.decision import Duty, DutyKind, Outcome, Question, outcome
from policies.visibility import Visibility
from tests.policies.making import decided, facts

V, K = Visibility, DutyKind
ASKED = (Question("r", "p", "record"),)
PAUSED = (Question("r", "p", "record", paused=True),)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({}, Outcome.PUBLISH),
        ({"duties": {Duty(K.WARN, "mourning")}}, Outcome.PUBLISH_WITH_CONDITIONS),
        ({"duties": {Duty(K.OMIT, "place")}}, Outcome.PUBLISH_REDACTED),
        ({"visibility": V.CONDITIONS}, Outcome.PUBLISH_WITH_CONDITIONS),
        ({"visibility": V.REDACTED}, Outcome.PUBLISH_REDACTED),
        ({"visibility": V.STUB}, Outcome.STUB_ONLY),
        ({"visibility": V.NONE, "questions": ASKED}, Outcome.ASK),
        ({"visibility": V.NONE, "questions": PAUSED}, Outcome.WAIT),
        ({"visibility": V.NONE, "at_most": V.NONE}, Outcome.WITHHOLD),
        ({"visibility": V.NONE, "keeps_secret": True}, Outcome.WITHHOLD),
        (
            {
                "visibility": V.NONE,
                "at_most": V.NONE,
                "duties": {Duty(K.CLOSE_ON, "winter")},
            },
            Outcome.WAIT,
        ),
    ],
)
def test_the_word_for_a_decision(changed: dict[str, object], word: Outcome) -> None:
    assert outcome(replace(decided(facts()), **changed)) is word  # type: ignore[arg-type] # fields of it


def test_what_stands_already_and_may_not_is_taken_down() -> None:
    held = replace(decided(facts()), visibility=V.NONE, keeps_secret=True)
    assert outcome(held, already_public=True) is Outcome.TAKE_DOWN


def test_a_visibility_has_a_word_and_is_found_by_it() -> None:
    assert [Visibility.of(v.word) for v in Visibility] == list(Visibility)
    with pytest.raises(ValueError, match="no visibility"):
        Visibility.of("all")
