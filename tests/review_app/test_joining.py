"""A person comes to her community's place with her own half, and by no other way."""

from knowledge_base.accounts import find_account
from tests.review_app.reading import Page
from tests.review_app.table import Table, name_community


def half_of(page: Page) -> tuple[str, str]:
    """The secret and the mark, as they are shown once."""
    shown = page.html.split('class="large">')
    return shown[1].split("<")[0], shown[2].split("<")[0]


def test_from_a_half_to_a_steward(table: Table) -> None:
    person, mirabet = table.newcomer(), table.person("mirabet")
    sent = person.sends(person.reads("/join"), "/join")
    secret, mark = half_of(Page(sent.text))
    larkmender = table.communities["larkmender"]

    mirabet.sends(
        mirabet.reads(f"/communities/{larkmender}"),
        "/invite",
        mark=mark,
        evidence="Spoken at a meeting (invented)",
    )
    joined = person.sends(
        person.reads("/join/enter"), "/join/enter", half=secret, name="Żéfrʼı̄n 面"
    )

    assert joined.status_code == 303
    assert "<bdi>Żéfrʼı̄n 面</bdi>" in person.opens("/account").text
    assert person.opens("/queue").status_code == 403
    mirabet.sends(mirabet.reads(f"/communities/{larkmender}"), "/confirm")
    assert person.opens("/queue").status_code == 200


def test_the_first_of_a_community_is_written_down_by_the_institution(
    table: Table,
) -> None:
    name_community(table, "ombral", "Ombral (invented)")
    ombral = f"/communities/{table.communities['ombral']}"
    person, ilse = table.newcomer(), table.person("ilse")
    secret, mark = half_of(Page(person.sends(person.reads("/join"), "/join").text))
    said = {"evidence": "Spoken at a meeting (invented)", "reason": "letter-or-meeting"}

    for wrong in ("zzzz-zzzz-zzzz-zzzz-zzzz", mark[:-1]):
        answer = ilse.sends(ilse.reads(ombral), "/invite", mark=wrong, **said)
        assert answer.status_code == 422
    ilse.sends(ilse.reads(ombral), "/invite", mark=mark, **said)
    person.sends(person.reads("/join/enter"), "/join/enter", half=secret, name="orla")

    assert person.opens("/queue").status_code == 200
    page = ilse.opens(ombral).text
    assert "Its own stewards write down whom it names next" in page
    assert "/invite" not in page


def test_where_a_second_person_is_wished_for_the_newcomer_waits(table: Table) -> None:
    waldo = table.person("waldo")

    assert "second person" in waldo.reads("/account").text
    assert waldo.opens("/queue").status_code == 403


def test_a_half_that_fits_nothing_makes_no_account(table: Table) -> None:
    person = table.newcomer()

    answer = person.sends(
        person.reads("/join/enter"), "/join/enter", half="a-guess", name="newcomer"
    )

    assert answer.status_code == 422
    with table.store.reading() as db:
        assert find_account(db, name="newcomer") is None


def test_making_a_half_is_shown_once_and_kept_nowhere(table: Table) -> None:
    person = table.newcomer()
    sent = person.sends(person.reads("/join"), "/join")
    secret, _ = half_of(Page(sent.text))

    assert secret not in person.opens("/join").text
    assert secret.encode() not in (table.settings.home / "withcare.sqlite").read_bytes()


def test_a_name_in_use_is_not_taken_twice(table: Table) -> None:
    person = table.newcomer()

    answer = person.sends(
        person.reads("/join/enter"), "/join/enter", half="x", name="tamsel"
    )

    assert "Somebody goes by this name already" in answer.text


def test_guessing_halves_comes_to_an_end(table: Table) -> None:
    person = table.newcomer()
    page = person.reads("/join/enter")

    codes = [
        person.sends(page, "/join/enter", half=f"guess-{n}", name="x").status_code
        for n in range(11)
    ]

    assert codes[-1] == 429
