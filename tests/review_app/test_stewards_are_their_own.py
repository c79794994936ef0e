"""No role of the institution, nor all of them together, is a way to be a steward."""

from sqlalchemy import select

from knowledge_base import tables
from knowledge_base.steps import Voice
from tests.review_app.table import Table
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
    tried = 0

    for rule in rules(table):
        if "POST" not in (rule.methods or set()) or _is_the_one_power(rule.endpoint):
            continue
        for id in (*accounts, *table.communities.values()):
            sent = _everything_at_once(table, token, str(id))
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


def _everything_at_once(table: Table, token: str, id: str) -> dict[str, str]:
    """Every field that any form has, filled in as somebody with bad intent would."""
    return {
        "token": token,
        "seen": "1",
        "name": "tamsel",
        "role": "steward",
        "half": "a-half-of-my-own",
        "mark": "0000-0000-0000-0000-0000",
        "evidence": "They surely agree.",
        "reason": "letter-or-meeting",
        "steward": id,
        "party": table.communities["zephrindle"],
        "account": id,
        "password": "a password of my own",
        "destination": "own-wiki",
    }


def test_suspending_takes_a_say_away_and_gives_none(table: Table) -> None:
    tamsel = table.actors["tamsel"].account or ""
    zephrindle = table.communities["zephrindle"]
    odo = table.person("odo")
    page = odo.reads(f"/communities/{zephrindle}")
    form = next(x for x in page.forms if x.fields.get("steward") == tamsel)

    odo.sends_form(form)

    states = {row[0]: row[3] for row in stewards(table)}
    assert states[tamsel] == "suspended"
    assert table.person("tamsel").opens("/queue").status_code == 403


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
