"""What a steward answers for is written down, shown in words, and holds on a page."""

from knowledge_base.accounts import find_account
from knowledge_base.collections import add_collection
from knowledge_base.communities import stewards_of
from knowledge_base.invitations import make_half
from tests.review_app.table import Person, Table

CANARY = "CANARY of another matter (invented)"


def collection(table: Table, slug: str) -> str:
    return add_collection(
        table.store,
        slug,
        {"title": (f"The {slug} (invented)",), "licence_metadata": ("cc0-1.0",)},
        by=table.actors["ilse"],
        now=table.later(),
        towards=("own-wiki",),
    )


def invites(table: Table, matters: str, *, by: str = "tamsel") -> tuple[int, str]:
    """Sends the form of an invitation; the answer's code, and the half that fits."""
    half, person = make_half(), table.person(by)
    page = person.reads(f"/communities/{table.communities['zephrindle']}")
    said = {"mark": half.mark, "evidence": "(invented)", "matters": matters}
    return person.sends(page, "/invite", **said).status_code, half.secret


def seated(table: Table, name: str, matters: str) -> Person:
    """A steward of these matters, joined and confirmed at the table."""
    code, half = invites(table, matters)
    assert code == 303
    person, tamsel = table.newcomer(), table.person("tamsel")
    person.sends(person.reads("/join/enter"), "/join/enter", half=half, name=name)
    zephrindle = table.communities["zephrindle"]
    tamsel.sends(tamsel.reads(f"/communities/{zephrindle}"), "/confirm")
    return person


def matters_of(table: Table, name: str) -> tuple[str, ...]:
    with table.store.reading() as db:
        found = find_account(db, name=name)
        assert found is not None
        held = stewards_of(db, table.communities["zephrindle"])
    return next(one.matters for one in held if one.account == found.id)


def test_matters_are_a_collections_short_name_or_a_records_number(
    table: Table,
) -> None:
    boats, record = collection(table, "boats"), table.item("zephrindle")
    table.concerns(boats, "zephrindle")

    seated(table, "nell", f"boats\n\n{record}\n")

    assert matters_of(table, "nell") == (boats, record)


def test_no_matter_is_everything(table: Table) -> None:
    seated(table, "nell", "")

    assert matters_of(table, "nell") == ("*",)


def test_what_names_nothing_and_what_is_not_hers_are_answered_alike(
    table: Table,
) -> None:
    hers, other = table.item("zephrindle"), table.item("zephrindle")
    collection(table, "not-named")
    nell = seated(table, "nell", hers)
    page = f"/communities/{table.communities['zephrindle']}"
    texts = set()
    for wrong in ("nothing-like-it", "not-named", other):
        answer = nell.sends(
            nell.reads(page),
            "/invite",
            mark=make_half().mark,
            evidence="(invented)",
            matters=wrong,
        )
        assert answer.status_code == 422
        texts.add(answer.text.count("is not yours to hand on"))

    assert texts == {2}
    assert invites(table, "not-named")[0] == 422


def test_what_she_answers_for_is_shown_in_words(table: Table) -> None:
    record = table.item("zephrindle", title="Rope winder of hers (invented)")
    nell = seated(table, "nell", record)
    page = f"/communities/{table.communities['zephrindle']}"

    assert "for Rope winder of hers (invented) alone" in nell.reads("/account").text
    assert "for Rope winder of hers (invented) alone" in nell.reads(page).text
    assert "for everything" in table.person("tamsel").reads("/account").text
    unseen = table.person("odo").reads(page)
    assert "Rope winder" not in unseen.text
    assert f"a record or collection (number {record[:8]} …)" in unseen.text


def test_a_steward_of_one_record_finds_no_other_on_any_page(table: Table) -> None:
    hers = table.item("zephrindle")
    other = table.item("zephrindle", title=CANARY)
    table.person("tamsel").answers(other, "refuse")
    nell = seated(table, "nell", hers)

    for path in ("/", "/queue", "/queue/answered", f"/desk/{other}"):
        assert CANARY not in nell.opens(path).text
    assert nell.opens(f"/desk/{hers}").status_code == 200
    assert nell.opens(f"/desk/{other}").status_code == 404


def test_what_is_for_everything_is_not_offered_nor_taken(table: Table) -> None:
    zephrindle = table.communities["zephrindle"]
    tamsel = table.person("tamsel")
    tamsel.sends(
        tamsel.reads(f"/communities/{zephrindle}"), "/seasons", name="first snow"
    )
    nell = seated(table, "nell", table.item("zephrindle"))
    page = nell.reads(f"/communities/{zephrindle}")
    offered = [form.action.rsplit("/", 1)[1] for form in page.forms]

    assert not {"season", "seasons", "confirm"} & {*offered}
    form = tamsel.reads(f"/communities/{zephrindle}").form("/season")
    sent = {**form.fields, "turn": "open", "token": page.forms[0].fields["token"]}
    assert nell.client.post(form.action, data=sent).status_code == 403
