"""What must hold of every decision, tried on hundreds of random records."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.compiled import Condition
from policies.decide import decide
from policies.decision import Decision, DutyKind
from policies.destinations import Destination
from policies.facts import (
    Facts,
    Finding,
    Label,
    Licences,
    Mourning,
    Named,
    Nobody,
    Notice,
    NotKnown,
    Says,
    Word,
)
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from policies.rules import Rule, Who
from policies.scene import Scene
from policies.seasons import SeasonDays
from policies.truth import Truth
from policies.visibility import Visibility
from tests.policies.making import (
    HILL,
    HOUSE,
    RIVER,
    SHARED,
    TODAY,
    WIKI,
    decided,
    facts,
    label,
    word,
)
from tests.policies.worlds import (
    DESTINATIONS,
    FINDINGS,
    FLAGS,
    NOTICES,
    RECORDS,
    WORDS,
    agreed,
    labels,
)

ANYTHING = RECORDS | agreed()
HUNDREDS = settings(max_examples=150, deadline=None)
BOOK = Rulebook.shipped()
RULES = st.sampled_from([rule.id for rule in BOOK.rules])


def at(record: Facts, where: Destination, **more: Any) -> Decision:
    return decide(more.pop("book", BOOK), record, where, on=TODAY, **more)


def raised(less: Decision, more: Decision) -> bool:
    """Whether the second shows, or could ever show, more than the first."""
    return more.visibility > less.visibility or more.at_most > less.at_most


@HUNDREDS
@given(ANYTHING, DESTINATIONS, labels())
def test_a_further_label_never_shows_more(
    record: Facts, where: Destination, further: Label
) -> None:
    if record.labels is not None:
        more = replace(record, labels=record.labels | {further})
        assert at(more, where).visibility <= at(record, where).visibility


@HUNDREDS
@given(ANYTHING, DESTINATIONS, st.data())
def test_a_further_notice_flag_or_finding_never_shows_more(
    record: Facts, where: Destination, data: st.DataObject
) -> None:
    name, entries = data.draw(
        st.sampled_from(
            [("notices", NOTICES), ("flags", FLAGS), ("findings", FINDINGS)]
        )
    )
    known = getattr(record, name)
    if known is not None:
        more = replace(record, **{name: known | {data.draw(entries)}})
        assert at(more, where).visibility <= at(record, where).visibility


@HUNDREDS
@given(ANYTHING, DESTINATIONS, st.sets(RULES, max_size=40))
def test_a_rule_more_never_shows_more(
    record: Facts, where: Destination, fewer: set[str]
) -> None:
    kept = [r for r in BOOK.rules if r.id not in fewer or is_needed(r)]
    less = at(record, where, book=Rulebook.of(kept))
    assert not raised(less, at(record, where))


def is_needed(rule: Rule) -> bool:
    """Rules that word the engine's holds, or alone know a label, notice or finding.

    What was found by a rule that is gone is not known, and asks again.
    """
    return rule.trigger.kind not in ("always", "concern", "flag", "mourning")


@HUNDREDS
@given(ANYTHING, DESTINATIONS)
def test_what_is_not_known_never_shows_more_than_any_answer_to_it(
    record: Facts, where: Destination
) -> None:
    for name in ("labels", "notices", "flags", "findings"):
        held = at(replace(record, **{name: None}), where)  # type: ignore[arg-type] # named above
        assert held.visibility is Visibility.NONE
        assert any(q.about == f"fact:{name}" for q in held.questions)


@HUNDREDS
@given(ANYTHING, DESTINATIONS)
def test_while_nobody_said_who_is_concerned_nothing_is_shown(
    record: Facts, where: Destination
) -> None:
    for unknown in (NotKnown(), Named(frozenset())):
        held = at(replace(record, concerned=unknown), where)
        assert held.visibility is Visibility.NONE
        assert any(q.about == "fact:concerned" for q in held.questions)


@HUNDREDS
@given(
    ANYTHING, DESTINATIONS, st.sampled_from(["is_ours", "can_close", "keeps_history"])
)
def test_a_capability_nobody_looked_up_is_taken_for_the_worst(
    record: Facts, where: Destination, name: str
) -> None:
    unknown = at(record, replace(where, **{name: Truth.UNKNOWN}))  # type: ignore[arg-type] # named above
    known = [at(record, replace(where, **{name: t})) for t in (Truth.TRUE, Truth.FALSE)]  # type: ignore[arg-type] # named above
    assert unknown.visibility <= min(one.visibility for one in known)


@HUNDREDS
@given(ANYTHING, DESTINATIONS, WORDS)
def test_only_a_yes_of_a_party_that_is_asked_shows_more(
    record: Facts, where: Destination, said: Word
) -> None:
    before = at(record, where)
    after = at(replace(record, words=record.words | {said}), where)
    if after.visibility > before.visibility:
        assert said.says is Says.YES
        assert said.party in {question.to for question in before.questions}


@HUNDREDS
@given(ANYTHING, DESTINATIONS, st.sampled_from([RIVER, HILL, HOUSE, "other"]))
def test_a_no_holds_whoever_says_it(
    record: Facts, where: Destination, party: str
) -> None:
    no = word(party, Says.NO, destination="*")
    held = at(replace(record, words=record.words | {no}), where)
    assert (held.visibility, held.at_most) == (Visibility.NONE, Visibility.NONE)
    assert not any(q.to == party and q.rule == "concern-named" for q in held.questions)


@HUNDREDS
@given(ANYTHING, DESTINATIONS)
def test_showing_is_as_strict_as_the_strictest_purpose_it_forces(
    record: Facts, where: Destination
) -> None:
    alone = {
        purpose: at(record, replace(where, forces=frozenset()), purpose=purpose)
        for purpose in where.purposes(Purpose.SHOW)
    }
    together = at(record, where)
    assert together.visibility == min(one.visibility for one in alone.values())
    assert alone[together.made_so_by].visibility == together.visibility


@HUNDREDS
@given(ANYTHING, DESTINATIONS)
def test_rules_and_repetition_in_any_order_decide_the_same(
    record: Facts, where: Destination
) -> None:
    again = Rulebook.of(reversed(BOOK.rules))
    assert at(record, where, book=again) == at(record, where)
    assert at(record.under(record), where) == at(record, where)


@HUNDREDS
@given(ANYTHING, ANYTHING, DESTINATIONS)
def test_a_collection_never_makes_an_item_show_more(
    record: Facts, collection: Facts, where: Destination
) -> None:
    # Words, and answers to what is not known, may loosen; nothing else may.
    known = replace(record, words=frozenset(), concerned=Nobody("a", TODAY))
    above = replace(collection, words=frozenset())
    if record.licences.metadata is not None:
        own = replace(known, seasons={**above.seasons, **known.seasons})
        assert at(own.under(above), where).visibility <= at(own, where).visibility


def test_a_finding_of_a_rule_nobody_knows_any_more_asks() -> None:
    found = frozenset({Finding("hint-of-an-older-rulebook", "title", 0, 3, "x")})
    decision = at(facts(concerned=Nobody("a", TODAY), findings=found), WIKI)
    assert decision.visibility is Visibility.NONE
    assert "fact:findings" in {question.about for question in decision.questions}


@HUNDREDS
@given(ANYTHING, DESTINATIONS)
def test_at_most_is_never_less_than_now(record: Facts, where: Destination) -> None:
    decision = at(record, where)
    assert decision.at_most >= decision.visibility


@HUNDREDS
@given(ANYTHING, DESTINATIONS, st.integers(1, 60))
def test_a_decision_stands_until_the_day_it_names(
    record: Facts, where: Destination, days: int
) -> None:
    now = at(record, where)
    later = TODAY + timedelta(days=days)
    if now.valid_until is None or later < now.valid_until:
        then = decide(BOOK, record, where, on=later)
        assert replace(then, valid_until=now.valid_until) == now


@HUNDREDS
@given(ANYTHING, DESTINATIONS)
def test_questions_are_unique_and_in_order(record: Facts, where: Destination) -> None:
    keys = [(q.rule, q.to, q.about) for q in at(record, where).questions]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_rule_that_breaks_holds_and_names_itself(rule: Rule) -> None:
    def breaks(scene: Scene) -> Truth:
        raise LookupError(rule.id)

    broken = replace(rule, when=Condition(breaks), trigger=BOOK.rule(ALWAYS).trigger)
    book = Rulebook.of([*BOOK.rules, replace(broken, id="the-broken-one")])
    decision = decide(book, facts(), WIKI, on=TODAY)
    assert decision.visibility is Visibility.NONE
    (question,) = decision.questions
    assert (question.to, question.about) == ("archivist", "rule:the-broken-one")


def test_a_rule_that_asks_a_thing_which_is_no_party_is_broken_and_holds() -> None:
    wrong = replace(
        BOOK.rule("mourning"),
        id="the-wrong-one",
        when=Condition(lambda scene: Truth.TRUE),
        meanwhile=Visibility.NONE,
        lifted_by=Who.PARTY,
    )
    mourned = (Mourning(person, None, None) for person in ("a", "b"))
    known = facts(mourning=frozenset(mourned))
    found = at(known, WIKI, book=Rulebook.of([*BOOK.rules, wrong]))
    assert found.visibility is Visibility.NONE
    assert "rule:the-wrong-one" in {one.about for one in found.questions}


ALWAYS = "licence-metadata"


def test_a_rule_for_one_purpose_lowers_that_purpose_alone() -> None:
    rule = replace(
        BOOK.rule("care-viewing"),
        id="no-ai",
        trigger=BOOK.rule(ALWAYS).trigger,
        purposes=frozenset({Purpose.AI}),
    )
    book = Rulebook.of([*BOOK.rules, rule])
    decision = decide(book, facts(), WIKI, on=TODAY)
    assert decision.made_so_by is Purpose.AI
    index = decide(book, facts(), WIKI, Purpose.INDEX, on=TODAY)
    assert index.visibility is Visibility.FULL


def test_a_fact_missing_for_one_purpose_holds_that_purpose() -> None:
    rule = replace(BOOK.rule(ALWAYS), id="ai-licence", purposes=frozenset({Purpose.AI}))
    book = Rulebook.of([r for r in [*BOOK.rules, rule] if r.id != ALWAYS])
    where = replace(WIKI, licence="cc-by-4.0")
    decision = decide(book, facts(licences=Licences()), where, on=TODAY)
    assert decision.visibility is Visibility.NONE
    assert decision.made_so_by is Purpose.AI


def test_a_no_leaves_nothing_of_what_a_rule_allowed_meanwhile() -> None:
    record = facts(
        notices=frozenset({Notice("traditional_knowledge")}),
        concerned=Named(frozenset({RIVER})),
        words=frozenset({word(says=Says.NO)}),
    )
    seen = {reason.rule: reason.visibility for reason in decided(record).reasons}
    assert seen["notice-traditional-knowledge"] is Visibility.NONE


def test_a_condition_on_the_purpose_is_weighed_for_each_purpose() -> None:
    def is_bulk(scene: Scene) -> Truth:
        return Truth.of(scene.purpose is Purpose.BULK)

    rule = replace(
        BOOK.rule("care-viewing"),
        id="no-bulk",
        trigger=BOOK.rule(ALWAYS).trigger,
        when=Condition(is_bulk, by_purpose=True),
    )
    decision = decide(Rulebook.of([*BOOK.rules, rule]), facts(), WIKI, on=TODAY)
    assert decision.made_so_by is Purpose.BULK


def test_a_label_of_a_community_nobody_wrote_down_asks_the_archivist() -> None:
    record = facts(labels=frozenset({label("tk/clan", community="")}))
    asked = {q.to for q in decided(record).questions if q.rule == "tk-clan"}
    assert asked == {"archivist"}


def test_not_now_pauses_all_asking() -> None:
    record = facts(
        concerned=Named(frozenset({RIVER})), words=frozenset({word(says=Says.NOT_NOW)})
    )
    (question,) = decided(record).questions
    assert question.paused
    assert question.blocks


def test_the_form_for_a_clan_offers_a_stub() -> None:
    record = facts(labels=frozenset({label("tk/clan")}))
    offers = {q.rule: q.offers for q in decided(record).questions}
    assert offers["tk-clan"] is Visibility.STUB


def test_one_hint_in_two_fields_is_asked_once() -> None:
    found = frozenset(Finding("hint-words-remains", f, 0, 1, "x") for f in ("a", "b"))
    assert len(decided(facts(findings=found)).questions) == 1


def test_the_next_change_by_date_is_told() -> None:
    season = {"winter": SeasonDays(opens="11-01", closes="02-01", waits=0)}
    words = frozenset(
        {word(until=date(2027, 1, 1)), word(HILL, since=date(2026, 7, 1))}
    )
    assert decided(facts()).valid_until is None
    assert decided(facts(season_days=season)).valid_until == date(2026, 11, 1)
    assert decided(facts(words=words)).valid_until == date(2026, 7, 1)


def test_what_goes_with_an_unknown_rule_counts_as_owed() -> None:
    record = facts(labels=frozenset({label("tk/seasonal", season="winter")}))
    kinds = {duty.kind for duty in decided(record).duties}
    assert DutyKind.CLOSE_ON in kinds


def test_a_seasonal_label_never_goes_where_nothing_can_be_closed() -> None:
    record = facts(
        labels=frozenset({label("tk/seasonal", season="winter")}),
        seasons={"winter": Truth.TRUE},
        concerned=Named(frozenset({RIVER})),
        words=frozenset({word(destination=SHARED.id)}),
    )
    assert decided(record, replace(SHARED, licence=None)).at_most is Visibility.NONE
