"""What anyone may read, in the language she reads."""

import pytest

from tests.review_app.table import Table


def test_a_record_can_be_read_once_its_people_said_yes(table: Table) -> None:
    record = table.invented("INV.05", "zephrindle")
    visitor = table.person("visitor")
    assert visitor.opens(f"/r/{record}").status_code == 404

    table.person("tamsel").answers(record, "approve")

    assert "twists three strands into one rope" in visitor.opens(f"/r/{record}").text


def test_a_record_is_gone_as_soon_as_they_take_it_back(table: Table) -> None:
    record = table.invented("INV.05", "zephrindle")
    tamsel, visitor = table.person("tamsel"), table.person("visitor")
    tamsel.answers(record, "approve")

    tamsel.answers(record, "withdraw")

    assert visitor.opens(f"/r/{record}").status_code == 404


@pytest.mark.parametrize(
    ("tag", "written", "direction"),
    [("ar", "ar", "rtl"), ("zh-Hant", "zh", "ltr"), ("gwi", "en", "ltr")],
)
def test_a_page_is_written_in_the_language_asked_for_or_the_nearest(
    table: Table, tag: str, written: str, direction: str
) -> None:
    text = table.person("visitor").opens(f"/?uselang={tag}").text

    assert f'<html lang="{written}" dir="{direction}">' in text


def test_a_chosen_language_stays_chosen(table: Table) -> None:
    person = table.newcomer()

    back = person.sends(person.reads("/report"), "/language", language="ar")

    assert back.location == "/report"
    assert 'lang="ar"' in person.opens("/report").text


def test_the_browsers_language_is_heard(table: Table) -> None:
    heard = table.newcomer().opens("/", **{"Accept-Language": "zh-CN,en;q=0.5"})

    assert '<html lang="zh"' in heard.text


def test_a_mean_language_tag_does_no_harm(table: Table) -> None:
    answer = table.newcomer().opens("/?uselang=%22%3E%3Cscript")

    assert answer.status_code == 200
    assert "<script" not in answer.text


def test_nobody_is_sent_elsewhere_by_the_language_form(table: Table) -> None:
    person = table.newcomer()

    back = person.sends(
        person.reads("/"), "/language", language="ar", back="//elsewhere.example"
    )

    assert back.location == "/"
