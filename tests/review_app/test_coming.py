"""The page of what is coming: hers alone, by day, and nothing of it opens a record."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from knowledge_base import tables
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import verify
from knowledge_base.markers.book import MarkerBook
from knowledge_base.markers.key import read_key
from tests.review_app.table import Table


def ending(table: Table, *, days: int, title: str) -> str:
    """A record of which tamsel's yes ends after so many days."""
    record = table.item("zephrindle", title=title)
    ends = civil_days(table.now).closing + timedelta(days=days)
    said = table.person("tamsel").answers(
        record, "approve", informed="yes", until=ends.isoformat()
    )
    assert said.status_code == 303, said.text
    return record


def test_what_is_coming_stands_by_day_on_the_desk_it_is_for(table: Table) -> None:
    later = ending(table, days=20, title="Later (invented)")
    sooner = ending(table, days=3, title="Sooner (invented)")
    page = table.person("tamsel").reads("/coming")
    desks = [one for one in page.links if one.startswith("/desk/")]
    assert desks == [f"/desk/{sooner}", f"/desk/{later}"]
    assert "A yes ends" in page.text
    near = table.person("tamsel").reads("/coming?days=7")
    assert f"/desk/{later}" not in near.links


def test_whose_desk_it_is_not_on_reads_nothing_of_it(table: Table) -> None:
    record = ending(table, days=3, title="Sooner (invented)")
    for who in ("brindle", "mirabet"):
        page = table.person(who).opens("/coming")
        assert page.status_code == 200
        assert record not in page.text
        assert "Nothing on your desk has a day in this time." in page.text


def test_an_address_that_is_not_ours_shows_the_first_page(table: Table) -> None:
    ending(table, days=3, title="Sooner (invented)")
    for query in ("days=nonsense", "days=-1", "after=nonsense", "days=7&after=+"):
        assert table.person("tamsel").opens(f"/coming?{query}").status_code == 200


@pytest.fixture
def kept_book(table: Table, tmp_path: Path) -> MarkerBook:
    made = MarkerBook(tmp_path / "markers.jsonl", read_key(tmp_path / "keys"))
    table.store.markers = made
    return made


def test_a_digest_says_what_waits_what_is_coming_and_what_proves_the_history(
    table: Table, kept_book: MarkerBook
) -> None:
    ending(table, days=3, title="Sooner (invented)")
    table.item("zephrindle", title="Waiting (invented)")
    given = table.person("tamsel").opens("/digest.txt")
    assert given.content_type == "text/plain; charset=utf-8"
    assert "One record waits for you." in given.text
    assert "\n2026-03-05\n  Sooner (invented) (Item): A yes ends\n" in given.text
    (kept,) = re.findall(r"^[0-9a-f]{64}$", given.text, re.MULTILINE)
    assert kept in table.person("tamsel").opens("/coming").text
    ending(table, days=5, title="After it (invented)")
    told = kept_book.line_to_keep
    with table.store.reading() as db:
        assert verify(db, since=kept, told=told).holds
        assert not verify(db, since="f" * 64, told=told).holds
        # By the head itself a step could be guessed from the one before it.
        assert kept not in set(db.scalars(select(tables.steps.c.hash)))


def test_no_title_poses_as_a_line_of_the_digest(
    table: Table, kept_book: MarkerBook
) -> None:
    false = "f" * 64
    ending(table, days=3, title=f"Boat\n\nA line to keep\n{false}\n\u202e\x07")
    said = table.person("tamsel").opens("/digest.txt").text
    assert false not in said.splitlines()
    assert said.index("A line to keep") < said.index(false)
    assert not {"\u202e", "\x07"} & set(said)


def test_a_digest_says_nothing_of_other_desks(table: Table) -> None:
    ending(table, days=3, title="Sooner (invented)")
    table.item("zephrindle", title="Waiting (invented)")
    given = table.person("brindle").opens("/digest.txt")
    assert "Nothing waits for you." in given.text
    assert "invented" not in given.text
