"""While the store cannot be reached people are told so, kindly, and lose no word."""

import shutil

import pytest

from tests.review_app.table import Table
from tests.review_app.test_interrupted import LONG


def put_away(table: Table) -> None:
    """Somebody moves the home away under the running app."""
    table.store.close()
    shutil.move(table.settings.home, table.settings.home.with_name("away"))


def bring_back(table: Table) -> None:
    shutil.move(table.settings.home.with_name("away"), table.settings.home)


@pytest.mark.parametrize("who", ["tamsel", "visitor"])
def test_a_store_that_is_away_is_a_kind_page_for_everyone(
    table: Table, who: str
) -> None:
    table.app.config["PROPAGATE_EXCEPTIONS"] = False
    table.app.testing = False
    person = table.person(who)
    put_away(table)
    answer = person.opens("/records")
    assert answer.status_code == 503
    assert "The records cannot be reached just now" in answer.text
    assert answer.headers["Retry-After"] == "60"
    bring_back(table)
    assert person.opens("/records").status_code == 200


def test_what_was_typed_stands_on_that_page(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")
    put_away(table)
    answer = tamsel.sends(page, f"/{record}/flag", note=LONG, field="description")
    assert answer.status_code == 503
    assert LONG.splitlines()[0] in answer.text
    bring_back(table)
    answer = tamsel.sends(page, f"/{record}/flag", note=LONG, field="description")
    assert answer.status_code == 303


def test_records_towards_an_unnamed_wiki_are_told_so(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    table.store.destinations = ()
    answer = tamsel.opens(f"/desk/{record}")
    assert answer.status_code == 503
    assert "cannot be reached just now" in answer.text
