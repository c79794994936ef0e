"""To the day: from when and until when a word counts, and whose word is asked for."""

from datetime import date, timedelta

import pytest

from policies.consent import covers, stands_against
from policies.facts import Named, Notice, Says
from policies.purposes import Purpose
from tests.policies.making import HILL, RIVER, WIKI, decided, facts, label, word

DAY = date(2026, 6, 1)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(("on", "counts"), [(BEFORE, False), (DAY, True)])
def test_a_yes_counts_from_its_first_day(on: date, counts: bool) -> None:
    assert covers(word(since=DAY), WIKI, Purpose.SHOW, on) is counts


@pytest.mark.parametrize(("on", "counts"), [(BEFORE, True), (DAY, False)])
def test_a_yes_ends_with_the_day_it_names(on: date, counts: bool) -> None:
    assert covers(word(until=DAY), WIKI, Purpose.SHOW, on) is counts


@pytest.mark.parametrize("says", [Says.NO, Says.NOT_NOW])
@pytest.mark.parametrize(("on", "stands"), [(BEFORE, True), (DAY, False)])
def test_a_no_ends_with_the_day_it_names(says: Says, on: date, stands: bool) -> None:
    said = word(says=says, until=DAY)
    assert stands_against(said, WIKI, Purpose.SHOW, on) is stands


def test_a_no_holds_before_the_day_on_which_it_was_said_has_begun_everywhere() -> None:
    assert stands_against(word(says=Says.NO, since=AFTER), WIKI, Purpose.SHOW, DAY)


def test_everyone_concerned_is_also_the_community_of_the_label() -> None:
    record = facts(
        labels=frozenset({label("tk/tk_multiple_community", RIVER)}),
        concerned=Named(frozenset({HILL})),
        words=frozenset({word(HILL)}),
    )
    asked = decided(record).questions
    assert RIVER in {one.to for one in asked if one.rule == "tk-multiple-communities"}


def test_a_notice_on_a_collection_holds_what_is_in_it() -> None:
    noticed = facts(notices=frozenset({Notice("traditional_knowledge")}))
    assert decided(facts()).visibility > decided(facts().under(noticed)).visibility
    assert facts().under(noticed).notices == noticed.notices
