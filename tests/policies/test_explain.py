"""Explaining: two reasons kept apart, and the one change that would show more."""

from dataclasses import replace
from typing import Any

from policies.decision import Outcome
from policies.explain import Explanation, explain
from policies.facts import Facts, Flag, Licences, Named, NotKnown, Says
from policies.rulebook import Rulebook
from policies.truth import Truth
from policies.visibility import Visibility
from tests.policies.making import RIVER, TODAY, WIKI, facts, label, word

NAMED = Named(frozenset({RIVER}))


def explained(known: Facts, *, inside: bool = True, **where: Any) -> Explanation:
    place = replace(WIKI, **where)
    return explain(Rulebook.shipped(), known, place, on=TODAY, inside=inside)


def changes(known: Facts, **where: Any) -> list[tuple[str, str]]:
    return [(c.what, c.to) for c in explained(known, **where).changes]


def test_a_reason_is_said_in_the_readers_language() -> None:
    said = explained(facts(concerned=NAMED), inside=False)
    assert said.sentences("en") == (
        "Those whom it concerns have not said yet whether this may be shown.",
    )
    assert said.sentences("ar") != said.sentences("en") != said.sentences("zh")
    assert said.sentences("sw") == said.sentences("en")


def test_outside_there_is_no_internal_reason_and_no_way_to_move_it() -> None:
    said = explained(facts(concerned=NAMED), inside=False)
    assert not any(because.internal for because in said.because)
    assert said.changes == ()


def test_inside_each_rule_says_why_and_who_settles_it() -> None:
    (because,) = explained(facts(concerned=NAMED)).because
    assert because.settled_by == (RIVER,)
    assert because.internal["en"]
    assert because.source.title


def test_a_secret_is_explained_outside_without_rule_label_or_party() -> None:
    secret = facts(labels=frozenset({label("tk/secret_sacred")}), concerned=NAMED)
    said = explained(secret, inside=False)
    assert said.sentences("en") == ("This is not shown.",)
    assert said.outcome is Outcome.WITHHOLD
    assert "tk/" not in repr(said)
    assert RIVER not in repr(said)
    assert "secret_sacred" not in repr(said)


def test_a_secret_is_explained_whole_inside() -> None:
    secret = facts(labels=frozenset({label("tk/secret_sacred")}), concerned=NAMED)
    assert "tk-secret-sacred" in {b.rule for b in explained(secret).because}


def test_a_yes_is_the_one_change() -> None:
    assert changes(facts(concerned=NAMED)) == [("a yes", RIVER)]


def test_two_that_are_silent_have_no_one_change() -> None:
    both = facts(concerned=Named(frozenset({RIVER, "d" * 32})))
    assert changes(both) == []


def test_a_no_has_no_change_that_we_would_name() -> None:
    refused = facts(concerned=NAMED, words=frozenset({word(says=Says.NO)}))
    assert changes(refused) == []


def test_a_fact_to_be_found_out_is_the_one_change() -> None:
    known = [
        (facts(concerned=NotKnown()), "nobody else is concerned"),
        (facts(labels=None), "no labels"),
        (facts(notices=None), "no notices"),
        (facts(findings=None), "no findings"),
        (facts(flags=None), "no flags"),
        (facts(flags=frozenset({Flag("f", "x", None, False)})), "the flag is answered"),
    ]
    for record, what in known:
        assert changes(record) == [(what, "archivist")]


def test_a_free_description_is_the_one_change_where_a_licence_is_forced() -> None:
    record = facts(licences=Licences())
    assert changes(record, licence="cc-by-sa-4.0") == [
        ("the description is free", "archivist")
    ]


def test_an_open_season_is_the_one_change() -> None:
    record = facts(
        labels=frozenset({label("tk/seasonal", season="winter")}),
        seasons={"winter": Truth.UNKNOWN},
        concerned=NAMED,
        words=frozenset({word()}),
    )
    assert changes(record) == [("the season is open", RIVER)]


def test_the_words_of_a_community_are_the_one_change() -> None:
    record = facts(
        labels=frozenset({label("tk/attribution"), label("tk/verified")}),
        concerned=NAMED,
        words=frozenset({word()}),
    )
    assert changes(record) == [("the words are given", RIVER)]
    assert explained(record).changes[0].visibility is Visibility.FULL


def test_what_is_missing_is_named() -> None:
    record = facts(licences=Licences())
    assert explained(record, licence="cc0-1.0").missing == ("licences.metadata",)
