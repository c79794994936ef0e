"""Who can make a way in for whom, and who reads that it was made."""

import pytest

from knowledge_base.links import NoSuchLink, make_link, reset_account, use_link
from knowledge_base.rights import Forbidden
from tests.review_app.table import Person, Table
from tests.review_app.test_signing_in import (
    PASSWORD,
    comes_in_by,
    is_in,
    signs_in,
    with_password,
)


def account(table: Table, name: str) -> str:
    return table.actors[name].account or ""


def link_on(page: str) -> str:
    return page.split("/link/")[1].split("<")[0]


def resets(person: Person, id: str) -> str:
    """The new link that the operator is shown."""
    page = person.reads(f"/accounts/{id}/reset")
    return link_on(person.sends(page, f"/accounts/{id}/reset").text)


def test_an_operator_lets_in_who_has_no_password_yet(table: Table) -> None:
    odo, ilse = table.person("odo"), account(table, "ilse")

    page = odo.sends(odo.reads(f"/accounts/{ilse}"), f"/accounts/{ilse}/link")

    assert is_in(comes_in_by(table, link_on(page.text)))


def test_an_operator_makes_no_link_for_somebody_with_a_password(table: Table) -> None:
    odo, ilse = table.person("odo"), account(table, "ilse")
    page = odo.reads(f"/accounts/{ilse}")
    with_password(table, "ilse")

    answer = odo.sends(page, f"/accounts/{ilse}/link")

    assert answer.status_code == 422
    assert "/link/" not in answer.text.replace(f"/accounts/{ilse}/link", "")
    with pytest.raises(Forbidden):
        make_link(table.store, ilse, by=table.actors["odo"], now=table.later())


def test_a_link_from_before_the_password_lets_nobody_in(table: Table) -> None:
    link = table.link_for("ilse")
    with_password(table, "ilse")
    with pytest.raises(NoSuchLink):
        use_link(table.store, link, now=table.later())


def test_a_new_way_in_ends_the_old_ones(table: Table) -> None:
    with_password(table, "ilse")
    ilse = table.newcomer()
    signs_in(ilse, "ilse")
    own = link_on(ilse.sends(ilse.reads("/account"), "/account/link").text)

    link = resets(table.person("odo"), account(table, "ilse"))

    assert not is_in(ilse)
    assert signs_in(table.newcomer(), "ilse", PASSWORD) == 422
    assert not is_in(comes_in_by(table, own))
    assert is_in(comes_in_by(table, link))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "An operator made a new way in for your account on 1 March 2026"),
        ("ar", "أنشأ أحد المشغّلين طريقًا جديدًا للدخول إلى حسابك"),
        ("zh", "为您的账户设置了新的登录方式"),
    ],
)
def test_she_reads_that_an_operator_made_it(
    table: Table, language: str, words: str
) -> None:
    with_password(table, "ilse")
    link = resets(table.person("odo"), account(table, "ilse"))

    page = comes_in_by(table, link).reads(f"/account?uselang={language}")

    assert words in page.text
    assert "odo" in page.text  # in the history below


def test_to_look_at_what_it_does_changes_nothing(table: Table) -> None:
    with_password(table, "ilse")

    table.person("odo").opens(f"/accounts/{account(table, 'ilse')}/reset")

    assert signs_in(table.newcomer(), "ilse") == 303


@pytest.mark.parametrize("whose", ["tamsel", "waldo", "susa"])
def test_there_is_no_new_way_in_for_a_steward(table: Table, whose: str) -> None:
    """Whether she answers, waits or was suspended."""
    with_password(table, whose)
    id, odo = account(table, whose), table.person("odo")
    token = odo.reads("/report").form("/report").fields["token"]

    codes = {
        odo.opens(f"/accounts/{id}/reset").status_code,
        odo.client.post(f"/accounts/{id}/reset", data={"token": token}).status_code,
    }

    assert codes == {404}
    with pytest.raises(Forbidden):
        reset_account(table.store, id, by=table.actors["odo"], now=table.later())


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_each_reads_who_can_make_a_way_in_for_her(table: Table, language: str) -> None:
    said = {
        who: table.person(who).opens(f"/account?uselang={language}").text
        for who in ("tamsel", "ilse")
    }
    only_she = {
        "en": "nobody here can make you a new way in",
        "ar": "ولا يستطيع أحد هنا",
        "zh": "这里没有人能",
    }[language]

    assert only_she in said["tamsel"]
    assert only_she not in said["ilse"]
