"""A steward leaves by herself; what was written down wrongly is taken back."""

import pytest
from sqlalchemy import select

from knowledge_base.communities import stewards_of
from knowledge_base.invitations import (
    make_half,
    open_invitations,
    take_back_invitation,
)
from knowledge_base.rights import Forbidden
from knowledge_base.tables import invitations
from tests.review_app.table import Table, name_community

SAID = {"evidence": "(invented)", "reason": "letter-or-meeting"}


def state(table: Table, name: str) -> str:
    party = table.actors[name].party or ""
    with table.store.reading() as db:
        held = {one.account: one.state for one in stewards_of(db, party)}
    return held[table.actors[name].account or ""]


@pytest.mark.parametrize("who", ["tamsel", "waldo", "first"])
def test_she_is_asked_once_more_and_then_has_left(table: Table, who: str) -> None:
    person, before = table.person(who), state(table, who)
    path = f"/account/leave/{table.actors[who].party}"

    assert path in person.reads("/account").links
    asked = person.reads(path)
    assert "Every no that you said stands" in asked.text
    assert state(table, who) == before
    person.sends(asked, path)

    assert state(table, who) == "left"
    assert person.opens("/queue").status_code == 403
    assert "has left" in person.reads("/account").text
    assert person.opens(path).status_code == 404


def test_only_the_last_is_told_that_she_is_the_last(table: Table) -> None:
    last = "You are the last here"
    for who, told in (("tamsel", True), ("brindle", False)):
        path = f"/account/leave/{table.actors[who].party}"
        assert (last in table.person(who).reads(path).text) is told


@pytest.mark.parametrize("who", ["otto", "brindle", "susa", "vera"])
def test_nobody_leaves_for_somebody_else(table: Table, who: str) -> None:
    person = table.person(who)
    path = f"/account/leave/{table.communities['zephrindle']}"
    token = person.reads("/report").form("/report").fields["token"]

    assert person.client.post(path, data={"token": token}).status_code == 404
    assert state(table, "tamsel") == "active"


def test_a_no_stands_when_she_has_left(table: Table) -> None:
    record, tamsel = table.item("zephrindle"), table.person("tamsel")
    tamsel.answers(record, "refuse")
    path = f"/account/leave/{table.communities['zephrindle']}"
    tamsel.sends(tamsel.reads(path), path)

    assert table.state(record).value == "refused"


def test_what_was_written_down_wrongly_is_taken_back_by_who_may_write(
    table: Table,
) -> None:
    name_community(table, "ombral", "Ombral (invented)")
    path = f"/communities/{table.communities['ombral']}"
    ilse, odo, half = table.person("ilse"), table.person("odo"), make_half()
    ilse.sends(ilse.reads(path), "/invite", mark=half.mark, **SAID)

    assert half.mark in odo.reads(path).text
    assert odo.sends(odo.reads(path), "/take-back").status_code == 303

    person = table.newcomer()
    page = person.reads("/join/enter")
    answer = person.sends(page, "/join/enter", half=half.secret, name="orla")
    assert answer.status_code == 422
    assert ilse.sends(ilse.reads(path), "/invite", mark=half.mark, **SAID).status_code
    with table.store.reading() as db:
        assert len(open_invitations(db, table.communities["ombral"])) == 1


@pytest.mark.parametrize("who", ["odo", "ilse", "brindle"])
def test_what_a_present_community_wrote_down_is_its_own_to_take_back(
    table: Table, who: str
) -> None:
    zephrindle, half = table.communities["zephrindle"], make_half()
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/communities/{zephrindle}")
    tamsel.sends(page, "/invite", mark=half.mark, evidence="(invented)")
    with table.store.reading() as db:
        (written,) = open_invitations(db, zephrindle)
    person = table.person(who)
    token = person.reads("/report").form("/report").fields["token"]

    answer = person.client.post(
        f"/communities/{zephrindle}/take-back",
        data={"token": token, "invitation": written.id},
    )

    assert answer.status_code in (403, 404)
    with table.store.reading() as db:
        assert open_invitations(db, zephrindle) == (written,)


def test_where_somebody_has_joined_it_is_too_late(table: Table) -> None:
    quillen = table.communities["quillen"]
    with table.store.reading() as db:
        used = select(invitations.c.id).where(invitations.c.community_id == quillen)
        (joined_by,) = db.scalars(used).all()
    for who in ("ilse", "odo"):
        with pytest.raises(Forbidden, match="no such open invitation"):
            take_back_invitation(
                table.store,
                quillen,
                joined_by,
                by=table.actors[who],
                now=table.later(),
            )
