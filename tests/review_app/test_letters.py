"""Letters that no database keeps are met with kind words, wherever they come."""

import pytest

from tests.review_app.reading import Page
from tests.review_app.table import Table

LONG = "x" * 300


@pytest.mark.parametrize("who", ["visitor", "tamsel"])
@pytest.mark.parametrize("id", ["%00", "a%00b", "%EF%BF%BE", LONG])
@pytest.mark.parametrize("at", ["/r/", "/desk/", "/communities/", "/receipt/"])
def test_an_id_that_nothing_could_have_is_covered(
    table: Table, at: str, id: str, who: str
) -> None:
    person = table.person(who)

    answer = person.opens(at + id)

    assert answer.status_code == 404
    assert Page(answer.text).text == person.reads("/r/nothing").text


@pytest.mark.parametrize("who", ["ilse", "tamsel"])
@pytest.mark.parametrize("letter", ["%00", "%EF%BF%BF", LONG])
@pytest.mark.parametrize(
    "at",
    [
        "/queue?after=",
        "/queue?collection=",
        "/queue?question=",
        "/queue/answered?after=",
    ],
)
def test_a_list_asked_for_with_them_says_that_it_could_not_be_read(
    table: Table, at: str, letter: str, who: str
) -> None:
    answer = table.person(who).opens(at + letter)

    assert answer.status_code == 400
    assert "This could not be read" in answer.text


@pytest.mark.parametrize(
    ("at", "fields"),
    [
        ("/report", {"page": "A\x00page"}),
        ("/sign-in", {"name": "a\x00b", "password": "x"}),
        ("/sign-in", {"name": "ilse", "password": "x\x00"}),
        ("/join/enter", {"name": "odo\x00", "half": "x"}),
        ("/join/enter", {"name": "somebody", "half": "\ufffe"}),
    ],
)
def test_a_form_with_them_is_refused_in_kind_words(
    table: Table, at: str, fields: dict[str, str]
) -> None:
    person = table.newcomer()

    answer = person.sends(person.reads(at), at, **fields)

    assert answer.status_code == 422
    assert "take it out and send the form again" in answer.text


def test_a_note_on_the_desk_with_them_is_refused_and_nothing_written(
    table: Table,
) -> None:
    record = table.invented("INV.04", "zephrindle")
    before = table.length(record)

    answer = table.person("tamsel").answers(record, "refuse", note="no\x00")

    assert answer.status_code == 422
    assert table.length(record) == before


def test_a_name_that_is_far_too_long_signs_nobody_in(table: Table) -> None:
    person = table.newcomer()

    answer = person.sends(
        person.reads("/sign-in"), "/sign-in", name=LONG, password="x" * 12
    )

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("odo\u200b", "a letter that nobody can see"),
        ("\u202eodo", "a letter that nobody can see"),
        ("оdo", "letters of two scripts"),
        ("ODO", "one that looks the same"),
    ],
)
def test_a_name_that_poses_as_another_is_refused_kindly(
    table: Table, name: str, told: str
) -> None:
    odo = table.person("odo")

    answer = odo.sends(odo.reads("/accounts"), "/add", name=name, role="viewer")

    assert answer.status_code == 422
    assert told in answer.text
    assert "\u202e" not in answer.text


def test_a_title_of_a_page_turns_nothing_beside_it(table: Table) -> None:
    record = table.item("zephrindle", title="A boat \u202e(invented)\u2066")

    page = table.person("tamsel").opens(f"/desk/{record}").text

    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith("A boat (invented)")


def test_a_signature_and_a_credit_hold_nothing_unseen(table: Table) -> None:
    record, tamsel = table.item("zephrindle"), table.person("tamsel")
    hidden = "Tamsel\u202e (invented)"

    credit = tamsel.answers(record, "label", label="tk/clan", attribution=hidden)
    signed = tamsel.answers(
        record, "words", field="title", words="A boat", language="en", signed=hidden
    )

    assert (credit.status_code, signed.status_code) == (422, 422)
    for answer in (credit, signed):
        assert "a letter that nobody can see" in answer.text
