"""No role of the institution, nor all of them together, is a way to be a steward."""

import pytest
from sqlalchemy import select

from knowledge_base import tables
from knowledge_base.history import history_of
from knowledge_base.invitations import Half, make_half
from knowledge_base.steps import Voice
from tests.review_app.houses import add_houses
from tests.review_app.table import Person, Table, name_community
from tests.review_app.test_doors import address, rules


def stewards(table: Table) -> list[tuple[object, ...]]:
    with table.store.reading() as db:
        return [tuple(row) for row in db.execute(select(tables.stewards))]


def ways_in(table: Table) -> set[str]:
    """The accounts for which somebody may sign in, or has."""
    links, sign_ins = tables.links, tables.sign_ins
    with table.store.reading() as db:
        return {
            *db.scalars(select(links.c.account_id)),
            *db.scalars(select(sign_ins.c.account_id)),
        }


def test_an_operator_with_every_role_cannot_make_reset_or_be_a_steward(
    table: Table,
) -> None:
    person = table.person("otto")
    token = person.reads("/report").form("/report").fields["token"]
    before, seats = stewards(table), table.actors.values()
    accounts = {x.account for x in seats if x.voice is Voice.COMMUNITY}
    half, tried = make_half(), 0

    for rule in rules(table):
        if "POST" not in (rule.methods or set()) or _is_the_one_power(rule.endpoint):
            continue
        for id in (*accounts, *table.communities.values()):
            sent = _everything_at_once(table, token, str(id), half)
            path = address(rule).replace("nothing", str(id))
            answer = person.client.post(path, data=sent)
            tried += answer.status_code < 500
            if rule.endpoint in ("auth.sign_out", "auth.sign_out_everywhere"):
                table.seated.pop("otto")
                person = table.person("otto")
                token = person.reads("/report").form("/report").fields["token"]

    assert tried > 100
    assert stewards(table) == before
    assert not accounts & ways_in(table)


def _is_the_one_power(endpoint: str) -> bool:
    # To suspend is the one emergency power; it only tightens, and has a test below.
    return endpoint in ("communities.suspend", "accounts.suspend", "auth.password")


def _everything_at_once(
    table: Table, token: str, id: str, half: Half
) -> dict[str, str]:
    """Every field that any form has, filled in as somebody with bad intent would."""
    return {
        "token": token,
        "seen": "1",
        "name": "tamsel",
        "role": "steward",
        "half": half.secret,
        "mark": half.mark,
        "evidence": "They surely agree.",
        "wish": "They surely agree.",
        "reason": "letter-or-meeting",
        "steward": id,
        "party": table.communities["zephrindle"],
        "account": id,
        "password": "a password of my own",
        "destination": "own-wiki",
    }


def writes_down(table: Table, who: str, community: str, half: Half) -> int:
    """Sends the form of an invitation, whether or not it is shown to her."""
    person = table.person(who)
    token = person.reads("/report").form("/report").fields["token"]
    sent = {
        "token": token,
        "mark": half.mark,
        "evidence": "They surely agree.",
        "reason": "letter-or-meeting",
    }
    address = f"/communities/{table.communities[community]}/invite"
    return person.client.post(address, data=sent).status_code


def joins(person: Person, half: Half, name: str) -> int:
    page = person.reads("/join/enter")
    answer = person.sends(page, "/join/enter", half=half.secret, name=name)
    return answer.status_code


@pytest.mark.parametrize("who", ["odo", "ilse", "otto", "mirabet"])
@pytest.mark.parametrize("community", ["zephrindle", "marrowick"])
def test_nobody_else_writes_an_invitation_down_for_a_present_community(
    table: Table, community: str, who: str
) -> None:
    half, before = make_half(), stewards(table)

    assert writes_down(table, who, community, half) in (403, 404)

    assert joins(table.newcomer(), half, "second-self") == 422
    assert stewards(table) == before


def test_an_invitation_from_before_a_community_was_present_opens_nothing_later(
    table: Table,
) -> None:
    name_community(table, "ombral", "Ombral (invented)", one_is_enough=True)
    of_hers, of_an_operator = make_half(), make_half()
    assert writes_down(table, "ilse", "ombral", of_hers) == 303
    assert writes_down(table, "odo", "ombral", of_an_operator) == 303
    person, other_browser = table.newcomer(), table.newcomer()
    assert joins(person, of_hers, "orla") == 303

    assert joins(other_browser, of_an_operator, "second-self") == 303

    assert person.opens("/queue").status_code == 200
    assert other_browser.opens("/queue").status_code == 403
    states = [
        row[3] for row in stewards(table) if row[1] == table.communities["ombral"]
    ]
    assert sorted(map(str, states)) == ["active", "waiting"]


@pytest.mark.parametrize("who", ["vera", "odo", "ilse", "otto"])
def test_no_half_is_made_or_used_where_the_institution_is_signed_in(
    table: Table, who: str
) -> None:
    name_community(table, "ombral", "Ombral (invented)")
    half, before, person = make_half(), stewards(table), table.person(who)
    assert writes_down(table, "otto", "ombral", half) == 303

    made = person.sends(person.reads("/join"), "/join")

    assert (made.status_code, joins(person, half, "second-self")) == (409, 409)
    assert "Please sign out first" in made.text
    assert stewards(table) == before


def test_a_steward_does_not_join_by_what_she_wrote_down_herself(table: Table) -> None:
    half, before = make_half(), stewards(table)
    assert writes_down(table, "tamsel", "zephrindle", half) == 303

    assert joins(table.person("tamsel"), half, "second-self") == 409

    assert stewards(table) == before


def test_suspending_takes_a_say_away_and_gives_none(table: Table) -> None:
    tamsel = table.actors["tamsel"].account or ""
    zephrindle = table.communities["zephrindle"]
    odo = table.person("odo")
    page = odo.reads(f"/communities/{zephrindle}")
    asking = next(x for x in page.links if x.endswith(f"?steward={tamsel}"))

    asked = odo.reads(asking)
    assert states_of(table)[tamsel] == "active"  # so far somebody only looked
    odo.sends(asked, "/suspend", reason="another-may-use-it")

    assert states_of(table)[tamsel] == "suspended"
    assert table.person("tamsel").opens("/queue").status_code == 403


def states_of(table: Table) -> dict[object, object]:
    return {row[0]: row[3] for row in stewards(table)}


@pytest.mark.parametrize("reason", ["", "one-named-maker", "nonsense"])
def test_an_operator_suspends_nobody_without_a_reason_from_the_list(
    table: Table, reason: str
) -> None:
    tamsel, ilse = (table.actors[x].account or "" for x in ("tamsel", "ilse"))
    odo, zephrindle = table.person("odo"), table.communities["zephrindle"]
    steward = odo.reads(f"/communities/{zephrindle}/suspend?steward={tamsel}")
    member = odo.reads(f"/accounts/{ilse}/suspend")

    codes = {
        odo.sends(page, "/suspend", reason=reason).status_code
        for page in (steward, member)
    }

    assert codes == {422}
    assert states_of(table)[tamsel] == "active"
    assert table.person("ilse").opens("/queue").status_code == 200


def test_an_account_is_suspended_for_a_reason_and_when_asked_once_more(
    table: Table,
) -> None:
    ilse, odo = table.actors["ilse"].account or "", table.person("odo")
    page = odo.reads(f"/accounts/{ilse}/suspend")
    assert table.person("ilse").opens("/queue").status_code == 200

    odo.sends(page, "/suspend", reason="works-here-no-more")

    assert table.person("ilse").opens("/queue").status_code == 303
    with table.store.reading() as db:
        last = history_of(db, ilse)[-1]
    assert (last.step.kind, last.reason) == ("account-suspended", "works-here-no-more")


def test_a_steward_suspends_in_her_own_community_and_is_asked_for_no_reason(
    table: Table,
) -> None:
    waldo, brindle = table.actors["waldo"].account or "", table.person("brindle")
    page = brindle.reads(
        f"/communities/{table.communities['marrowick']}/suspend?steward={waldo}"
    )
    assert "reason" not in page.form("/suspend").fields

    brindle.sends(page, "/suspend")

    assert states_of(table)[waldo] == "suspended"


@pytest.mark.parametrize("who", ["mirabet", "brindle", "oda"])
def test_who_may_not_suspend_finds_nothing_there(table: Table, who: str) -> None:
    add_houses(table)
    tamsel = table.actors["tamsel"].account
    path = f"/communities/{table.communities['zephrindle']}/suspend?steward={tamsel}"

    assert table.person(who).opens(path).status_code == 404


def test_who_wrote_an_invitation_down_cannot_confirm_the_steward(
    table: Table,
) -> None:
    marrowick = table.communities["marrowick"]
    waldo = table.actors["waldo"].account or ""
    token = table.person("ilse").reads("/report").form("/report").fields["token"]

    answer = table.person("ilse").client.post(
        f"/communities/{marrowick}/confirm", data={"token": token, "steward": waldo}
    )

    assert answer.status_code == 403
    assert {row[0]: row[3] for row in stewards(table)}[waldo] == "waiting"


def test_a_second_person_of_the_community_confirms_a_steward(table: Table) -> None:
    marrowick = table.communities["marrowick"]
    brindle = table.person("brindle")

    brindle.sends(brindle.reads(f"/communities/{marrowick}"), "/confirm")

    waldo = table.actors["waldo"].account or ""
    assert {row[0]: row[3] for row in stewards(table)}[waldo] == "active"
    assert table.person("waldo").opens("/queue").status_code == 200
