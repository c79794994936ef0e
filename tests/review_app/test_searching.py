"""The search at the desk, as whoever sits there uses it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from knowledge_base.keys import Keyring
from tests.review_app.table import Table, lay_table, reopen
from tests.review_app.test_costs import asked

CANARY = "Qwertling"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    laid = reopen(lay_table(tmp_path), keys=Keyring(bytes(range(32))))
    yield laid
    laid.store.close()


def looks(table: Table, who: str, words: str) -> str:
    person = table.person(who)
    return person.sends(person.reads("/queue"), "/search", words=words).text


def test_each_finds_what_is_on_her_desk(table: Table) -> None:
    record = table.item("zephrindle", title=f"{CANARY} of tin")
    for who in ("ilse", "tamsel"):
        assert f"/desk/{record}" in looks(table, who, "qwertling tin")
    page = looks(table, "brindle", "qwertling")
    assert f"/desk/{record}" not in page
    assert "Nothing on your desk has these words" in page
    assert page.replace("qwertling", "nothing") == looks(table, "brindle", "nothing")


def test_it_begins_kindly_and_keeps_what_was_typed(table: Table) -> None:
    tamsel = table.person("tamsel")
    assert "Write one word or more" in tamsel.opens("/search").text
    assert "Write one word or more" in looks(table, "tamsel", "x")
    assert 'value="&lt;boat&gt;"' in looks(table, "tamsel", "<boat>")


def test_it_goes_on_page_by_page_and_no_word_stands_in_an_address(
    table: Table,
) -> None:
    titles = [f"Kettle {number:02} (invented)" for number in range(27)]
    for title in titles:
        table.item(title=title)
    first = looks(table, "ilse", "kettle")
    ilse = table.person("ilse")
    page = ilse.reads("/queue")
    found = ilse.sends(page, "/search", words="kettle")
    more = [one for one in type(page)(found.text).forms if one.fields.get("after")]
    second = ilse.sends_form(more[0]).text
    assert [title in first for title in titles] == [True] * 25 + [False] * 2
    assert [title in second for title in titles] == [False] * 25 + [True] * 2
    assert "kettle" not in "".join(type(page)(found.text).links).casefold()


def test_a_search_costs_ten_questions_at_most_whatever_is_found(table: Table) -> None:
    table.item("zephrindle", title="Kettle (invented)")
    looks(table, "tamsel", "kettle")
    page = table.person("tamsel").reads("/search")
    look = partial(table.person("tamsel").sends, page, "/search", words="kettle")
    look()
    few = asked(table.store, look)
    for number in range(12):
        table.item("zephrindle", title=f"Kettle {number} (invented)")
    look()
    assert len(asked(table.store, look)) == len(few) <= 10
