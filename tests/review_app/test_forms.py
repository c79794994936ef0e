"""No form is read that is not ours, this person's, and sent from here."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from knowledge_base import tables
from knowledge_base.chain import verify
from tests.review_app.table import PEOPLE, Table
from tests.review_app.test_doors import address, rules


def everything(table: Table) -> Mapping[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with table.store.reading() as db:
        return {
            one.name: [tuple(row) for row in db.execute(select(one))]
            for one in tables.metadata.sorted_tables
        }


@pytest.mark.parametrize("who", ["visitor", "ilse", "tamsel", "otto"])
def test_no_form_without_its_token_does_anything(table: Table, who: str) -> None:
    person = table.person(who)
    before = everything(table)

    for rule in rules(table):
        if "POST" in (rule.methods or set()):
            answer = person.client.post(address(rule), data={"seen": "1"})
            assert answer.status_code in (303, 403), rule.rule

    assert everything(table) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_sent_from_elsewhere_is_refused(
    table: Table, headers: dict[str, str]
) -> None:
    person = table.person("tamsel")
    fields = person.reads("/account").form("/account/link").fields

    answer = person.client.post("/account/link", data=fields, headers=headers)

    assert answer.status_code == 403


def test_another_persons_token_opens_nothing(table: Table) -> None:
    theirs = table.person("ilse").reads("/account").form("/account/link").fields

    answer = table.person("tamsel").client.post("/account/link", data=theirs)

    assert answer.status_code == 403


def test_a_visitors_token_is_of_no_use_in_another_browser(table: Table) -> None:
    hers = table.newcomer().reads("/report").form("/report").fields

    answer = table.newcomer().client.post("/report", data={**hers, "page": "x"})

    assert answer.status_code == 403


def test_looking_changes_nothing_whoever_looks(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    zephrindle = table.communities["zephrindle"]
    people = [(who, table.person(who)) for who in PEOPLE]
    before = everything(table)

    for _, person in people:
        for rule in rules(table):
            if "GET" in (rule.methods or set()):
                for id in (record, zephrindle):
                    person.opens(address(rule).replace("nothing", id))

    assert everything(table) == before


def test_a_form_that_is_far_too_large_is_refused(table: Table) -> None:
    person = table.person("tamsel")
    fields = person.reads("/report").form("/report").fields

    answer = person.client.post("/report", data={**fields, "page": "x" * 2_000_000})

    assert answer.status_code == 413


def test_the_chain_of_all_that_forms_did_is_whole(table: Table) -> None:
    record, tamsel = table.item("zephrindle"), table.person("tamsel")
    for form, typed in (
        ("flag", {"note": "As we said at the lake (invented)"}),
        ("label", {"label": "tk/attribution", "text": "Ours (invented)"}),
        ("approve", {"informed": "yes"}),
        ("refuse", {"note": "No (invented)"}),
        ("withdraw", {}),
    ):
        before = table.length(record)
        assert tamsel.answers(record, form, **typed).status_code == 303, form
        assert table.length(record) > before, form
    with table.store.reading() as db:
        audit = verify(db)
    assert (audit.holds, audit.broken) == (True, ())
