"""Anyone may report a page; the receipt tells her alone what became of it."""

import msgspec
import pytest

from knowledge_base import steps
from knowledge_base.journeys import State
from knowledge_base.notes import Note
from knowledge_base.pages import keep_base
from knowledge_base.steps import SOFTWARE
from knowledge_base.workflow import note
from review_app import create_app
from review_app.guests import household
from tests.review_app.reading import Page
from tests.review_app.table import WIKI, Table

TITLE = "Rope winder (invented) (INV.05)"


def published(table: Table) -> str:
    """A record that anyone can read on the wiki, as the bot leaves it."""
    record = table.invented("INV.05", "zephrindle")
    table.person("tamsel").answers(record, "approve")
    intended = steps.Intended(
        destination=WIKI, act="create", units_hash="u", base_revision=None
    )
    saved = steps.Saved(destination=WIKI, page_id=7, revision=70, units_hash="u")
    for step in (intended, saved):
        one = Note(record=record, seen=table.length(record), step=step, by=SOFTWARE)
        note(table.store, [one], now=table.later())
    with table.store.writing() as db:
        keep_base(db, record, WIKI, page_id=7, revision=70, sha1="", units={})
    return record


def reports(table: Table, page: str, **ticked: str) -> str:
    """Sends the form as a visitor; returns the words of the receipt."""
    person = table.newcomer()
    sent = person.sends(person.reads("/report"), "/report", page=page, **ticked)
    assert sent.status_code == 303
    return Page(person.opens(sent.location).text).text


def test_a_report_holds_a_page_and_says_so(table: Table) -> None:
    record = published(table)

    said = reports(table, TITLE)

    assert "Nothing more is written to the page" in said
    assert table.state(record) is State.PUBLISHED


@pytest.mark.parametrize("ticked", ["concerns", "grave"])
def test_what_concerns_the_asker_or_is_grave_goes_to_its_stub(
    table: Table, ticked: str
) -> None:
    record = published(table)

    said = reports(table, TITLE, **{ticked: "yes"})

    assert "a short, neutral note" in said
    assert table.state(record) is State.CLOSING


def test_above_the_limit_nothing_is_taken_down_unseen(table: Table) -> None:
    record = published(table)
    for number in range(5):
        reports(table, f"Some page {number}")

    reports(table, TITLE, grave="yes")

    assert table.state(record) is State.PUBLISHED


def test_a_receipt_is_no_oracle_for_what_is_not_public(table: Table) -> None:
    waiting = table.invented("INV.02", "zephrindle")
    table.person("tamsel").answers(waiting, "approve")  # a title is chosen, not shown

    of_ours = reports(table, "Eel trap (invented) (INV.02)", grave="yes")
    of_nothing = reports(table, "A page that never was", grave="yes")

    assert of_ours.split("Sent on")[0] == of_nothing.split("Sent on")[0]


def test_the_form_asks_neither_who_nor_why(table: Table) -> None:
    fields = table.newcomer().reads("/report").form("/report").fields

    assert set(fields) == {"token", "page", "destination"}


def test_a_report_names_a_page(table: Table) -> None:
    person = table.newcomer()

    answer = person.sends(person.reads("/report"), "/report", page=" ")

    assert answer.status_code == 422
    assert 'href="#page"' in answer.text


def test_no_report_is_lost_to_a_limit(table: Table) -> None:
    record = published(table)
    person = table.newcomer()
    page = person.reads("/report")
    for _ in range(70):
        person.sends(page, "/report", page="Some page")

    sent = person.sends(page, "/report", page=TITLE, grave="yes")

    assert sent.status_code == 303
    assert table.state(record) is State.PUBLISHED
    assert "Nothing more is written to the page" in person.opens(sent.location).text
    assert f"/desk/{record}" in table.person("tamsel").reads("/queue").links


def reports_from(table: Table, forwarded: str, page: str, **ticked: str) -> None:
    """Sends the form as one whose web server says where she comes from."""
    person = table.newcomer()
    form = person.reads("/report").form("/report")
    sent = person.client.post(
        form.action,
        data={**form.fields, "page": page, **ticked},
        headers={"X-Forwarded-For": forwarded},
    )
    assert sent.status_code == 303


@pytest.mark.parametrize(
    ("proxies", "state"), [(0, State.PUBLISHED), (1, State.CLOSING)]
)
def test_behind_our_own_web_server_each_visitor_has_her_own_limit(
    table: Table, proxies: int, state: State
) -> None:
    record = published(table)
    settings = msgspec.structs.replace(table.settings, trusted_proxies=proxies)
    table.app = create_app(table.store, settings, clock=lambda: table.now)
    for number in range(5):
        reports_from(table, "192.0.2.1", f"Some page {number}")

    reports_from(table, "192.0.2.2", TITLE, grave="yes")

    assert table.state(record) is state


def test_what_a_visitor_writes_before_our_web_server_is_not_believed(
    table: Table,
) -> None:
    record = published(table)
    settings = msgspec.structs.replace(table.settings, trusted_proxies=1)
    table.app = create_app(table.store, settings, clock=lambda: table.now)
    for number in range(5):
        reports_from(table, f"192.0.2.{number}, 203.0.113.9", f"Some page {number}")

    reports_from(table, "192.0.2.77, 203.0.113.9", TITLE, grave="yes")

    assert table.state(record) is State.PUBLISHED


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unix:", "unix:", True),
    ],
)
def test_an_address_stands_for_its_household(one: str, other: str, same: bool) -> None:
    assert (household(one) == household(other)) is same


def test_those_concerned_see_the_report_without_who_wrote_it(table: Table) -> None:
    record = published(table)
    reports(table, TITLE)

    page = table.person("tamsel").reads(f"/desk/{record}")

    assert "Somebody without an account asked that it be looked at" in page.text


def test_a_receipt_never_given_is_the_neutral_cover(table: Table) -> None:
    assert table.newcomer().opens("/receipt/guess").status_code == 404
