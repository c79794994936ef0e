"""A person comes to her community's place with her own half, and by no other way."""

from knowledge_base.accounts import find_account
from knowledge_base.invitations import make_half
from tests.review_app.reading import Page
from tests.review_app.table import PEOPLE, Person, Table, name_community


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
    hers = person.opens("/account").text
    assert "<bdi>Żéfrʼı̄n 面</bdi>" in hers
    assert "The account was made by joining with an invitation." in hers
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

    second = _second_of(table, "ombral", written_by="odo")
    second.sends(second.reads(ombral), "/confirm")

    assert "may answer" in person.reads("/account").text
    page = ilse.opens(ombral).text
    assert "Its own stewards write down whom it names next" in page
    assert "/invite" not in page


def _second_of(table: Table, community: str, *, written_by: str) -> Person:
    """A second person joins, whom another account wrote down."""
    person, writer = table.newcomer(), table.person(written_by)
    secret, mark = half_of(Page(person.sends(person.reads("/join"), "/join").text))
    writer.sends(
        writer.reads(f"/communities/{table.communities[community]}"),
        "/invite",
        mark=mark,
        evidence="Spoken at a meeting (invented)",
        reason="letter-or-meeting",
    )
    person.sends(person.reads("/join/enter"), "/join/enter", half=secret, name="nell")
    return person


def test_one_account_is_told_that_somebody_else_writes_the_other_down(
    table: Table,
) -> None:
    name_community(table, "ombral", "Ombral (invented)")
    ombral = f"/communities/{table.communities['ombral']}"
    otto = table.person("otto")
    said = {"evidence": "(invented)", "reason": "letter-or-meeting"}
    first = otto.sends(otto.reads(ombral), "/invite", mark=make_half().mark, **said)

    second = otto.sends(otto.reads(ombral), "/invite", mark=make_half().mark, **said)
    wish = otto.sends(
        otto.reads(ombral), "/one-is-enough", wish="(invented)", reason=said["reason"]
    )

    assert (first.status_code, second.status_code, wish.status_code) == (303, 403, 403)
    for answer in (second, wish):
        assert "Somebody else has to write down the other" in answer.text


def test_a_communitys_wish_is_shown_on_its_page_with_who_wrote_it_down(
    table: Table,
) -> None:
    name_community(table, "ombral", "Ombral (invented)")
    ombral = f"/communities/{table.communities['ombral']}"
    ilse, odo = table.person("ilse"), table.person("odo")
    form = {"wish": "Read out at the spring (invented)", "reason": "letter-or-meeting"}
    ilse.sends(ilse.reads(ombral), "/one-is-enough", **form)
    shown = odo.reads(ombral).text
    person, half = table.newcomer(), make_half()
    odo.sends(
        odo.reads(ombral),
        "/invite",
        mark=half.mark,
        evidence="(invented)",
        reason="letter-or-meeting",
    )
    person.sends(person.reads("/join/enter"), "/join/enter", half=half.secret, name="o")

    assert "One is enough here" in shown
    assert "Read out at the spring (invented)" in shown
    assert "ilse" in shown
    assert person.opens("/queue").status_code == 200


def test_before_a_second_confirmed_her_she_may_say_no_and_no_yes(
    table: Table,
) -> None:
    record = table.item("quillen")
    first = table.person("first")

    page = first.reads(f"/desk/{record}")
    offered = {form.action.rsplit("/", 1)[1] for form in page.forms}

    assert f"/desk/{record}" in first.reads("/queue").links
    assert {"refuse", "withdraw", "flag"} <= offered
    assert not {"approve", "words", "not-now", "ask", "label", "settle"} & offered
    assert first.answers(record, "refuse").status_code == 303
    assert first.answers(record, "flag").status_code == 303
    assert first.answers(record, "withdraw").status_code == 303


def test_places_opened_lately_are_told_to_all_and_named_to_few(table: Table) -> None:
    shown = {who: table.person(who).reads("/").text for who in PEOPLE}

    for text in shown.values():
        assert "Places opened lately" in text
        assert "Written down by 2 accounts of this institution." in text
    named = {who for who, text in shown.items() if "Marrowick (invented)" in text}
    assert named == {"ilse", "odo", "otto", "brindle", "waldo"}


def test_where_a_second_person_is_there_the_newcomer_waits(table: Table) -> None:
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


def test_without_an_invitation_nobody_learns_which_names_are_taken(
    table: Table,
) -> None:
    person = table.newcomer()
    page = person.reads("/join/enter")

    taken, free = (
        person.sends(page, "/join/enter", half="a-guess", name=name)
        for name in ("tamsel", "nobody")
    )

    assert (taken.status_code, free.status_code) == (422, 422)
    assert taken.text.replace("tamsel", "nobody") == free.text
    assert "goes by this name" not in taken.text


def test_whoever_holds_an_invitation_is_told_that_a_name_is_taken(
    table: Table,
) -> None:
    zephrindle = f"/communities/{table.communities['zephrindle']}"
    person, tamsel, half = table.newcomer(), table.person("tamsel"), make_half()
    said = {"mark": half.mark, "evidence": "(invented)"}
    tamsel.sends(tamsel.reads(zephrindle), "/invite", **said)
    page = person.reads("/join/enter")

    answer = person.sends(page, "/join/enter", half=half.secret, name="ilse")
    again = person.sends(page, "/join/enter", half=half.secret, name="another")

    assert "Somebody goes by this name already" in answer.text
    assert again.status_code == 303


def test_guessing_halves_comes_to_an_end(table: Table) -> None:
    person = table.newcomer()
    page = person.reads("/join/enter")

    codes = [
        person.sends(page, "/join/enter", half=f"guess-{n}", name="x").status_code
        for n in range(11)
    ]

    assert codes[-1] == 429


def test_a_community_comes_back_by_its_own_key(table: Table) -> None:
    zephrindle = f"/communities/{table.communities['zephrindle']}"
    tamsel, odo = table.person("tamsel"), table.person("odo")
    assert "No key stands" in tamsel.reads(zephrindle).text
    shown = tamsel.sends(tamsel.reads(zephrindle), "/key").text
    key = shown.split('class="large">')[1].split("<")[0]
    assert key not in tamsel.opens(zephrindle).text
    assert "key" not in {x.action.rsplit("/")[-1] for x in odo.reads(zephrindle).forms}
    _suspend(table, "tamsel")
    person, half = table.newcomer(), make_half()
    odo.sends(
        odo.reads(zephrindle),
        "/invite",
        mark=half.mark,
        evidence="(invented)",
        reason="letter-or-meeting",
    )
    enter, fields = person.reads("/join/enter"), {"half": half.secret, "name": "nell"}

    wrong = person.sends(enter, "/join/enter", **fields, key="a-guess")
    right = person.sends(enter, "/join/enter", **fields, key=key)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert person.opens("/queue").status_code == 200
    _lift(person, zephrindle, table.actors["tamsel"].account or "")
    assert tamsel.opens("/queue").status_code == 200


def _suspend(table: Table, name: str) -> None:
    odo, account = table.person("odo"), table.actors[name].account
    path = f"/communities/{table.actors[name].party}/suspend"
    page = odo.reads(f"{path}?steward={account}")
    odo.sends(page, "/suspend", reason="asked-by-those-concerned")


def _lift(person: Person, path: str, account: str) -> None:
    forms = person.reads(path).forms
    person.sends_form(
        next(
            x
            for x in forms
            if x.action.endswith("/lift") and x.fields["steward"] == account
        )
    )
