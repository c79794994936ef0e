"""Every word a condition may use: true, false, and not known."""

from typing import Any

import pytest

from policies.compiled import Condition
from policies.conditions import ConditionReader
from policies.facts import Facts, Licences, Named, Notice, NotKnown
from policies.plain_yaml import read_text
from policies.purposes import Purpose
from policies.scene import Scene, words_by_party
from policies.shapes import Reader
from policies.truth import Truth
from tests.policies.making import HILL, RIVER, TODAY, WIKI, facts, label, word

YES, NO, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
BOTH = Named(frozenset({RIVER, HILL}))
CLAN = label("tk/clan", season="winter", note="Words.")


def condition(text: str) -> Condition:
    reader = Reader()
    found = ConditionReader(reader, "label").read(read_text(text.encode(), "when"))
    reader.finish()
    return found


def judged(text: str, known: Facts, bound: Any = CLAN) -> Truth:
    scene = Scene(known, WIKI, Purpose.SHOW, TODAY, words_by_party(known), bound)
    return condition(text).check(scene)


T, F, U = "{eq: [kind, item]}", "{eq: [kind, work]}", "{eq: [licences.media, x]}"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("{eq: [kind, item]}", YES),
        ("{eq: [kind, work]}", NO),
        ("{eq: [licences.media, x]}", UNKNOWN),
        ("{in: [kind, [item, work]]}", YES),
        ("{in: [kind, [work]]}", NO),
        ("{in: [licences.media, [x]]}", UNKNOWN),
        ("{in: [label.community, concerned]}", YES),
        ("{has: [concerned, label.community]}", YES),
        ("{has: [labels, tk/clan]}", NO),
        ("{has: [notices, biocultural]}", YES),
        ("{has: [findings, x]}", UNKNOWN),
        ("{known: label.note}", YES),
        ("{known: label.attribution}", NO),
        ("{known: findings}", NO),
        ("{before: 2026-06-02}", YES),
        ("{before: 2026-06-01}", NO),
        ("{after: 2026-06-01}", YES),
        ("{after: 2026-06-02}", NO),
        ("{within: [2026-06-01, 2026-06-02]}", YES),
        ("{within: [2026-05-01, 2026-06-01]}", NO),
        ("{season_is: open}", NO),
        ("{season_is: closed}", YES),
        ("{licence_allows: [licences.metadata, cc-by-4.0]}", YES),
        ("{licence_allows: [licences.media, cc-by-4.0]}", UNKNOWN),
        ("{licence_allows: [licences.media, destination.licence]}", YES),
        ("{licence_allows: [cc0-1.0, licences.media]}", UNKNOWN),
        ("{consent_covers: label.community}", YES),
        ("{consent_covers: label.attribution}", UNKNOWN),
        ("{concurrence: concerned}", NO),
        ("{concurrence: communities}", NO),
        ("{not: {eq: [kind, item]}}", NO),
        ("{not: {has: [concerned, x]}}", YES),
    ],
)
def test_a_condition_is_true_false_or_not_known(text: str, answer: Truth) -> None:
    known = facts(
        concerned=BOTH,
        notices=frozenset({Notice("biocultural")}),
        findings=None,
        seasons={"winter": NO},
        licences=Licences("cc0-1.0"),
        words=frozenset({word()}),
    )
    assert judged(text, known) is answer


@pytest.mark.parametrize(
    ("parts", "all_of", "any_of"),
    [
        ((T, T), YES, YES),
        ((T, F), NO, YES),
        ((F, F), NO, NO),
        ((U, T), UNKNOWN, YES),
        ((U, F), NO, UNKNOWN),
        ((U, U), UNKNOWN, UNKNOWN),
    ],
)
def test_all_and_any_are_kleenes(
    parts: tuple[str, str], all_of: Truth, any_of: Truth
) -> None:
    listed = ", ".join(parts)
    assert judged(f"{{all: [{listed}]}}", facts()) is all_of
    assert judged(f"{{any: [{listed}]}}", facts()) is any_of


def test_everyone_agrees_only_when_each_of_them_does() -> None:
    words = frozenset({word(RIVER), word(HILL)})
    agreed = facts(concerned=BOTH, words=words)
    assert judged("{concurrence: communities}", agreed) is YES
    assert judged("{concurrence: concerned}", facts()) is NO
    unknown = facts(concerned=NotKnown(), words=words)
    assert judged("{concurrence: communities}", unknown) is UNKNOWN


def test_a_condition_knows_what_it_depends_on() -> None:
    one = condition(
        "{all: [{before: 2026-07-01}, {consent_covers: label.community}, "
        "{not: {has: [labels, tk/clan]}}]}"
    )
    assert one.facts == {"date", "label.community", "labels"}
    assert {day.isoformat() for day in one.dates} == {"2026-07-01"}
    assert one.by_purpose
    assert one.undone_by == {"labels"}


def test_a_double_not_undoes_nothing() -> None:
    one = condition("{not: {not: {has: [labels, tk/clan]}}}")
    assert one.undone_by == frozenset()


def test_a_condition_on_the_purpose_is_asked_for_each_purpose() -> None:
    assert condition("{eq: [purpose, ai]}").by_purpose
    assert condition("{in: [purpose, [ai, bulk]]}").by_purpose
