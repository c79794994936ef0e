"""What an approval of units covers: nothing more may be shown than was approved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wikibot.views import FULL_BASKET, units_of
from wikibot.pages.units import (
    Role,
    Unit,
    Units,
    hashes,
    parts,
    shows_no_more,
    unit,
    unit_hash,
    units_hash,
)

UNITS = units_of(FULL_BASKET)
APPROVED = hashes(UNITS)


def without(name: str, units: Units = UNITS) -> Units:
    return tuple(one for one in units if one.name != name)


def changed(name: str, text: str) -> Units:
    return (*without(name), unit(name, text))


def text_of(name: str) -> str:
    return next(one.text for one in UNITS if one.name == name)


def test_the_same_units_show_no_more() -> None:
    assert shows_no_more(UNITS, APPROVED)


@given(st.sets(st.sampled_from([u.name for u in UNITS if u.role is Role.CONTENT])))
def test_any_content_may_go(gone: set[str]) -> None:
    assert shows_no_more(tuple(u for u in UNITS if u.name not in gone), APPROVED)


@pytest.mark.parametrize("one", UNITS, ids=lambda one: one.name)
def test_a_changed_unit_shows_more_except_where_to_ask(one: Unit) -> None:
    assert shows_no_more(changed(one.name, "else"), APPROVED) is (one.name == "ask")


def test_a_new_content_unit_shows_more() -> None:
    assert not shows_no_more(changed("place", "Invented Coast"), APPROVED)


@pytest.mark.parametrize(
    "name", ["labels", "notices", "warning", "attribution", "caveat"]
)
def test_a_required_unit_that_is_gone_shows_more(name: str) -> None:
    assert not shows_no_more(without(name), APPROVED)


@pytest.mark.parametrize("name", ["labels", "warning", "caveat"])
def test_a_required_unit_may_grow(name: str) -> None:
    added = "{{Withcare label|tk/seasonal|by=x}}" if name == "labels" else "<br>More."
    assert shows_no_more(changed(name, text_of(name) + added), APPROVED)


def test_one_label_for_another_shows_more() -> None:
    swapped = text_of("labels").replace("tk/community_voice", "tk/outreach")
    assert not shows_no_more(changed("labels", swapped), APPROVED)


def test_one_of_two_labels_gone_shows_more() -> None:
    assert not shows_no_more(
        changed("labels", parts(unit("labels", text_of("labels")))[0]), APPROVED
    )


def test_the_units_of_another_record_show_more() -> None:
    assert not shows_no_more(changed("record", "0" * 32), APPROVED)


def test_nothing_approved_allows_nothing_but_the_empty_page() -> None:
    assert not shows_no_more(UNITS, {})
    assert shows_no_more((), {})


def test_a_hash_knows_the_name_of_its_unit() -> None:
    assert unit_hash(unit("title", "x")) != unit_hash(unit("date", "x"))


def test_the_order_of_units_does_not_matter_to_their_hash() -> None:
    assert units_hash(UNITS) == units_hash(tuple(reversed(UNITS)))


@pytest.mark.parametrize("one", UNITS, ids=lambda one: one.name)
def test_every_unit_counts_in_the_hash_of_all(one: Unit) -> None:
    assert units_hash(changed(one.name, "else")) != units_hash(UNITS)
