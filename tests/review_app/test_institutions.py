"""A role reaches the records of its institution, and nothing of any other shows."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from knowledge_base.queue import (
    Filter,
    tallies_for,
    waiting_for,
)
from knowledge_base.rights import Role
from review_app.doors import DOORS, Door
from tests.review_app.houses import (
    HOUSES,
    NONE,
    OTHER,
    OWN,
    account_of,
    add_houses,
    add_person,
    add_record,
)
from tests.review_app.table import Table, lay_table
from tests.review_app.test_doors import address, rules

# Who reaches the records of which institution; nobody who is left out reaches any.
REACHES = {
    "ilse": {OWN, OTHER, NONE},
    "otto": {OWN, OTHER, NONE},
    "ada": {OWN},
    "oda": set(),
    "vida": set(),
    "vera": set(),
    "odo": set(),
}
WHERE = (OWN, OTHER, NONE)
OF_THE_DESK = (Door.DESK, Door.ARCHIVIST, Door.STEWARD)


@dataclass
class Two:
    """A table with a record in each of two institutions, and one in neither."""

    table: Table
    records: dict[str, str]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    table = lay_table(tmp_path_factory.mktemp("two"))
    houses = add_houses(table)
    yield Two(table, {one: add_record(table, one, houses[one]) for one in WHERE})
    table.store.close()


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("who", REACHES)
def test_the_desk_opens_where_the_role_reaches(two: Two, who: str, where: str) -> None:
    answer = two.table.person(who).opens(f"/desk/{two.records[where]}")

    assert (answer.status_code == 200) is (where in REACHES[who])
    assert (f"CANARY {where}" in answer.text) is (where in REACHES[who])


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("who", REACHES)
def test_the_queue_lists_what_the_role_reaches(two: Two, who: str, where: str) -> None:
    answer = two.table.person(who).opens("/queue")
    listed = two.records[where] in answer.text

    assert listed is (where in REACHES[who])
    assert (f"Things {where}" in answer.text) is (where in REACHES[who])


@pytest.mark.parametrize("who", REACHES)
def test_no_number_counts_what_the_role_does_not_reach(two: Two, who: str) -> None:
    account = account_of(two.table, who)
    with two.table.store.reading() as db:
        counts = tallies_for(db, account).counts()
        held = tallies_for(db, account).held_by([one.rule for one in counts])
        collections = tallies_for(db, account).collections()
        waiting = {
            one.record for one in waiting_for(db, two.table.store, account, Filter())
        }
    reached = len(REACHES[who])

    assert {one.records for one in counts} == ({reached} if reached else set())
    assert held == len(collections) == reached
    assert waiting == {two.records[one] for one in REACHES[who]}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("who", REACHES)
def test_no_form_of_the_desk_is_taken_where_the_role_does_not_reach(
    two: Two, who: str, where: str
) -> None:
    """Where it reaches, the same forms are read, and what shows less is taken."""
    table, record = two.table, two.records[where]
    person, before = table.person(who), table.length(record)
    token, opened, sent = _token(table, who), set(), 0
    for rule in rules(table):
        door = DOORS[rule.endpoint]
        if "POST" not in (rule.methods or set()) or door not in OF_THE_DESK:
            continue
        data = {
            "token": token,
            "seen": "0",
            "reason": "not-sure",
            "concern": "nobody",
            "destination": "own-wiki",
        }
        path = address(rule).replace("nothing", record)
        code = person.client.post(path, data=data).status_code
        sent += 1
        if code not in (403, 404):
            opened.add(rule.endpoint)

    assert sent > 10
    assert bool(opened) is (where in REACHES[who])
    assert opened or table.length(record) == before


def _token(table: Table, who: str) -> str:
    return table.person(who).reads("/report").form("/report").fields["token"]


def test_an_archivist_of_one_house_answers_for_it(table: Table) -> None:
    record = add_record(table, OWN, add_houses(table)[OWN])

    answer = table.person("ada").answers(
        record, "concern", concern="nobody", reason="one-named-maker"
    )

    assert answer.status_code == 303


def test_an_operator_of_one_house_finds_those_who_work_for_it_alone(
    table: Table,
) -> None:
    houses = add_houses(table)
    both = add_person(table, "bo", Role.ARCHIVIST, houses[OWN])
    odo = table.person("odo")
    page = odo.reads(f"/accounts/{both}")
    odo.sends(page, "/role/give", role="archivist", institution=houses[OTHER])

    listed = table.person("oda").opens("/accounts").text

    assert "ada" in listed
    for name in ("bo", "ilse", "odo", HOUSES[OTHER]):
        assert f">{name}<" not in listed


@pytest.mark.parametrize("act", ["", "/role/give", "/role/take", "/link", "/suspend"])
@pytest.mark.parametrize("whom", ["ilse", "odo", "stranger", "tamsel", "nobody"])
def test_an_operator_of_one_house_reaches_no_other_account(
    table: Table, whom: str, act: str
) -> None:
    houses = add_houses(table)
    add_person(table, "stranger", Role.ARCHIVIST, houses[OTHER])
    known = table.actors.get(whom)
    id = "0" * 32 if known is None else known.account or ""
    person, data = table.person("oda"), {"token": _token(table, "oda")}
    data |= {"role": "archivist", "institution": houses[OWN]}
    data |= {"reason": "asked-by-those-concerned"}
    path = f"/accounts/{id}{act}"

    answer = person.client.post(path, data=data) if act else person.opens(path)

    assert answer.status_code == 404


@pytest.mark.parametrize("house", [OTHER, NONE, "nowhere"])
def test_an_operator_of_one_house_gives_no_role_beyond_it(
    table: Table, house: str
) -> None:
    id = add_houses(table).get(house, "0" * 32)
    oda = table.person("oda")

    page, wanted = oda.reads("/accounts"), {"role": "viewer", "institution": id}
    added = oda.sends(page, "/accounts/add", name="new", **wanted)
    page = oda.reads(f"/accounts/{table.actors['ada'].account}")
    given = oda.sends(page, "/role/give", role="operator", institution=id)

    assert (added.status_code, given.status_code) == (422, 422)


def test_a_role_is_given_and_taken_for_one_house(table: Table) -> None:
    houses = add_houses(table)
    oda, ada = table.person("oda"), account_of(table, "ada")
    page = oda.reads(f"/accounts/{ada.id}")
    oda.sends(page, "/role/give", role="viewer", institution=houses[OWN])
    assert ("viewer", houses[OWN]) in account_of(table, "ada").roles

    form = next(
        one
        for one in oda.reads(f"/accounts/{ada.id}").forms
        if one.action.endswith("/role/take") and one.fields["role"] == "archivist"
    )
    oda.sends_form(form)

    assert account_of(table, "ada").roles == (("viewer", houses[OWN]),)
    assert table.person("ada").opens("/queue").status_code == 403


def test_a_role_held_already_is_not_given_twice(table: Table) -> None:
    houses = add_houses(table)
    oda, ada = table.person("oda"), account_of(table, "ada")
    page = oda.reads(f"/accounts/{ada.id}")

    again = oda.sends(page, "/role/give", role="archivist", institution=houses[OWN])

    assert again.status_code == 422


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_her_own_page_says_for_which_house_she_works(
    table: Table, language: str
) -> None:
    add_houses(table)

    page = table.person("ada").reads(f"/account?uselang={language}")

    assert HOUSES[OWN] in page.text
