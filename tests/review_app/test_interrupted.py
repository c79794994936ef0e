"""What a person typed is not gone when her form cannot be taken."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from knowledge_base.store import Store
from policies.rulebook import Rulebook
from review_app import create_app
from tests.review_app.reading import Page
from tests.review_app.table import Table
from tests.review_app.test_forms import everything

LONG = "A long note of mine.\nWith a second line, and <b>a bold one</b>."
CANARY = "Qwertling"


# --- a sign-in that ended


def test_what_was_typed_after_the_sign_in_ended_is_given_back(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")
    table.now += timedelta(days=15)
    before = everything(table)

    answer = tamsel.sends(page, f"/{record}/flag", note=LONG, quote="some words")

    assert answer.status_code == 403
    assert "You were signed out" in answer.text
    kept = Page(answer.text)
    assert "With a second line, and <b>a bold one</b>." in kept.text
    assert "<b>a bold" not in answer.text
    assert "some words" in kept.text
    assert f"/sign-in?next=/desk/{record}" in kept.links
    assert everything(table) == before


def test_nothing_about_the_record_is_on_that_page(table: Table) -> None:
    record = table.item("zephrindle", title=CANARY, description=CANARY)
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")
    absent = "0" * 32
    table.now += timedelta(days=15)

    there = tamsel.sends(page, f"/{record}/refuse")
    fields = page.form(f"/{record}/refuse").fields
    nowhere = tamsel.client.post(f"/desk/{absent}/refuse", data=fields)

    assert CANARY not in there.text
    assert there.text.replace(record, absent) == nowhere.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_form_from_elsewhere_is_given_no_page_to_speak_on(
    table: Table, headers: dict[str, str]
) -> None:
    answer = table.newcomer().client.post(
        "/desk/nothing/flag", data={"note": LONG}, headers=headers
    )

    assert answer.status_code == 303
    assert answer.location == "/sign-in"


# --- a store that is busy


@contextmanager
def somebody_writes(table: Table) -> Iterator[None]:
    """Another program holds the store for as long as this lasts."""
    path = table.settings.home / "withcare.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def hurried(table: Table) -> Iterator[Table]:
    """The table, with an app that waits for nobody."""
    store = Store.open(
        table.settings.database_url,
        rulebook=Rulebook.shipped(),
        destinations=table.settings.policies,
        patience=timedelta(milliseconds=1),
        keys=None,
    )
    table.app = create_app(store, table.settings, clock=lambda: table.now)
    yield table
    store.close()


def test_a_form_sent_while_somebody_writes_can_be_sent_again(hurried: Table) -> None:
    record = hurried.invented("INV.04", "zephrindle")
    tamsel = hurried.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")

    with somebody_writes(hurried):
        answer = tamsel.sends(page, f"/{record}/flag", note=LONG, field="description")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Somebody else is writing just now" in answer.text
    assert "With a second line, and <b>a bold one</b>." in Page(answer.text).text
    assert "<b>a bold" not in answer.text

    again = tamsel.sends(Page(answer.text), f"/{record}/flag")

    assert again.status_code == 303
    assert LONG.splitlines()[1] in tamsel.reads(f"/desk/{record}").text


def test_a_report_sent_while_somebody_writes_is_not_gone(hurried: Table) -> None:
    person = hurried.newcomer()
    page = person.reads("/report")

    with somebody_writes(hurried):
        answer = person.sends(page, "/report", page="A page", grave="yes")

    form = Page(answer.text).form("/report")
    assert answer.status_code == 503
    assert (form.fields["page"], form.fields["grave"]) == ("A page", "yes")
    assert person.sends_form(form).status_code == 303


def test_no_password_is_written_into_a_page(hurried: Table) -> None:
    person = hurried.newcomer()
    page = person.reads("/sign-in")

    with somebody_writes(hurried):
        answer = person.sends(page, "/sign-in", name="tamsel", password=CANARY)

    assert answer.status_code == 503
    assert CANARY not in answer.text


def test_what_is_read_waits_for_nobody(hurried: Table) -> None:
    record = hurried.invented("INV.04", "zephrindle")
    tamsel = hurried.person("tamsel")

    with somebody_writes(hurried):
        assert tamsel.opens(f"/desk/{record}").status_code == 200
