"""A person's answers, given in forms as she finds them, stand in the store."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from knowledge_base import answers, steps
from knowledge_base.communities import add_community
from knowledge_base.history import history_of
from knowledge_base.journeys import State
from knowledge_base.known import Known
from knowledge_base.notes import Note
from knowledge_base.records import get_record
from knowledge_base.steps import SOFTWARE
from knowledge_base.workflow import note
from tests.review_app.reading import Page
from tests.review_app.table import Table

OLD_NAME = "Breezelander"
WORDS = {
    "field": "culture",
    "words": "Zephrindle",
    "language": "art-x-invented",
    "signed": "Tamsel Orwindle (invented)",
    "place": "instead",
}


def known(table: Table, record: str) -> Known:
    with table.store.reading() as db:
        return get_record(db, record).known


def kinds_of(table: Table, record: str) -> list[str]:
    with table.store.reading() as db:
        return [entry.step.kind for entry in history_of(db, record)]


# --- yes


def test_an_archivist_says_yes_where_nobody_else_is_concerned(table: Table) -> None:
    record = table.item()
    ilse = table.person("ilse")

    said = ilse.answers(record, "concern", concern="nobody", reason="one-named-maker")
    done = ilse.answers(record, "approve", reason="read-and-found-in-order")

    assert said.status_code == done.status_code == 303
    assert table.state(record) is State.APPROVED


def test_a_steward_says_yes_and_is_asked_for_no_reason(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")

    done = tamsel.sends(page, f"/{record}/approve")

    assert not any("reason" in form.fields for form in page.forms)
    assert done.location.endswith("said=approve-done")
    assert table.state(record) is State.APPROVED


def test_the_yes_of_one_party_does_not_stand_in_for_anothers(table: Table) -> None:
    record = table.invented("INV.16", "zephrindle", "larkmender")

    said = table.person("tamsel").answers(record, "approve")
    assert said.location.endswith("said=approve-waits")
    assert table.state(record) is State.IN_REVIEW

    table.person("mirabet").answers(record, "approve")
    assert table.state(record) is State.APPROVED


def test_an_archivists_yes_does_not_answer_for_a_community(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")

    table.person("ilse").answers(record, "approve", reason="public-already")

    assert table.state(record) is State.IN_REVIEW


def test_what_stays_on_a_wiki_is_said_before_the_yes(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")

    text = table.person("tamsel").reads(f"/desk/{record}").text

    assert text.index("Before you say yes") < text.index("Yes, as shown above")
    for said in ("Old versions of the page", "Backups", "The wiki's licence"):
        assert said in text


def test_a_yes_covers_exactly_what_was_seen(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")

    answer = tamsel.sends(page, f"/{record}/approve", units_hash="0" * 64)

    assert answer.status_code == 409
    assert table.state(record) is State.IN_REVIEW


def test_a_yes_covers_what_stays_behind_as_it_was_shown(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")

    answer = tamsel.sends(page, f"/{record}/approve", stays="stays-logs")

    assert answer.status_code == 409
    assert table.state(record) is State.IN_REVIEW


def test_a_yes_covers_the_title_that_was_shown(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")
    shown = page.form(f"/{record}/approve").fields["title_hash"]
    # Meanwhile another record takes the title, so that this one gets a number.
    other = table.invented("INV.04", "zephrindle")
    tamsel.answers(other, "approve")

    answer = tamsel.sends(page, f"/{record}/approve")

    anew = Page(answer.text).form(f"/{record}/approve").fields["title_hash"]
    assert answer.status_code == 409
    assert anew != shown
    assert table.state(record) is State.IN_REVIEW


def test_a_yes_may_go_less_far_and_have_an_end(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}?level=stub")

    tamsel.sends(page, f"/{record}/approve", until="2027-01-01")

    assert table.state(record) is State.APPROVED
    assert table.person("visitor").opens(f"/r/{record}").status_code == 404


@pytest.mark.parametrize("until", ["2026-02-28", "soon"])
def test_a_day_that_is_past_or_none_is_said_so_kindly(table: Table, until: str) -> None:
    record = table.invented("INV.02", "zephrindle")

    answer = table.person("tamsel").answers(record, "approve", until=until)

    assert answer.status_code == 422
    assert 'href="#approve-until"' in answer.text
    assert f'value="{until}"' in answer.text


# --- forms that are behind


def a_form_that_is_behind(table: Table, record: str) -> TestResponse:
    """Mirabet has the form open while Tamsel answers; then she sends it."""
    mirabet = table.person("mirabet")
    page = mirabet.reads(f"/desk/{record}")
    table.person("tamsel").answers(record, "not-now")
    return mirabet.sends(
        page,
        f"/{record}/ask",
        note="Ask my aunt first.",
        whom=table.communities["zephrindle"],
    )


def test_a_stale_form_is_told_what_happened_since(table: Table) -> None:
    record = table.invented("INV.16", "zephrindle", "larkmender")

    answer = a_form_that_is_behind(table, record)

    assert answer.status_code == 409
    assert "The record has moved on since you opened it" in answer.text
    assert "said “not now”" in Page(answer.text).text


def test_what_was_typed_into_a_stale_form_is_kept(table: Table) -> None:
    record = table.invented("INV.16", "zephrindle", "larkmender")

    kept = Page(a_form_that_is_behind(table, record).text).form(f"/{record}/ask")

    assert kept.fields["note"] == "Ask my aunt first."
    assert kept.fields["whom"] == table.communities["zephrindle"]
    assert "asked" not in kinds_of(table, record)


def test_a_stale_form_can_be_sent_again_after_looking(table: Table) -> None:
    record = table.invented("INV.16", "zephrindle", "larkmender")
    behind = Page(a_form_that_is_behind(table, record).text)

    again = table.person("mirabet").sends(behind, f"/{record}/ask")

    assert again.status_code == 303
    assert "asked" in kinds_of(table, record)


# --- a no is never told to come back


def the_bot_was_here(table: Table, record: str) -> None:
    step = steps.Screened(rulebook="x", findings=())
    one = Note(record=record, seen=table.length(record), step=step, by=SOFTWARE)
    note(table.store, [one], now=table.later())


@pytest.mark.parametrize(
    ("who", "form", "kind"),
    [
        ("tamsel", "refuse", "refused"),
        ("tamsel", "withdraw", "withdrawal-asked"),
        ("tamsel", "flag", "held"),
        ("ilse", "flag", "held"),
        ("ilse", "withdraw", "withdrawal-asked"),
    ],
)
def test_what_shows_less_is_taken_though_the_record_moved_on(
    table: Table, who: str, form: str, kind: str
) -> None:
    record = table.invented("INV.16", "zephrindle", "larkmender")
    person = table.person(who)
    page = person.reads(f"/desk/{record}")
    table.person("mirabet").answers(record, "not-now")
    the_bot_was_here(table, record)

    reason = {"reason": "mistake"} if who == "ilse" else {}
    answer = person.sends(page, f"/{record}/{form}", **reason)

    assert answer.status_code == 303
    assert kind in kinds_of(table, record)
    text = person.reads(answer.location).text
    assert "This had changed while you were reading" in text
    assert "said “not now”" in text.split("This had changed")[1].split("waits")[0]


def test_a_no_holds_though_somebody_is_faster_each_time(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = table.invented("INV.16", "zephrindle")
    hurried: list[str] = []

    def slowly(*given: object, **named: Any) -> None:
        if len(hurried) < 3:
            hurried.append(record)
            the_bot_was_here(table, record)
        refuse(*given, **named)  # type: ignore[arg-type]

    refuse = answers.refuse
    monkeypatch.setattr(answers, "refuse", slowly)

    table.person("tamsel").answers(record, "refuse")

    assert hurried == [record] * 3
    assert table.state(record) is State.REFUSED


def test_a_no_in_a_name_that_is_hers_no_more_is_not_taken_in_another(
    table: Table,
) -> None:
    record = table.invented("INV.16", "zephrindle", "larkmender")
    tamsel = table.person("tamsel")
    form = tamsel.reads(f"/desk/{record}").form(f"/{record}/refuse")
    the_bot_was_here(table, record)

    answer = tamsel.sends_form(form, party=table.communities["larkmender"])

    assert answer.status_code == 409
    assert "refused" not in kinds_of(table, record)


def test_a_flag_on_words_that_are_gone_meanwhile_holds_the_field(table: Table) -> None:
    record = table.invented("INV.26", "zephrindle")
    tamsel = table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")
    the_bot_was_here(table, record)

    answer = tamsel.sends(
        page, f"/{record}/flag", field="description", quote="not there any more"
    )

    assert answer.status_code == 303
    flag = known(table, record).flags[0]
    assert (flag.field, flag.start) == ("description", None)


@pytest.mark.parametrize("form", ["approve", "settle", "label/remove"])
def test_what_may_show_more_is_not_taken_where_the_record_moved_on(
    table: Table, form: str
) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    tamsel.answers(record, "label", label="tk/attribution")
    tamsel.answers(record, "flag")
    page = tamsel.reads(f"/desk/{record}")
    the_bot_was_here(table, record)
    before = table.length(record)

    answer = tamsel.sends(page, f"/{record}/{form}")

    assert answer.status_code == 409
    assert table.length(record) == before


# --- own words


def test_own_words_are_tried_on_before_anything_is_kept(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    before = table.length(record)

    shown = table.person("tamsel").answers(record, "words", do="try", **WORDS)

    assert shown.status_code == 200
    assert "Zephrindle" in shown.text
    assert table.length(record) == before


def test_own_words_stand_in_for_a_name_that_is_wrong(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    shown = Page(tamsel.answers(record, "words", do="try", **WORDS).text)

    done = tamsel.sends(shown, "/words", do="approve")

    assert done.location.endswith("said=approve-done")
    public = table.person("visitor").reads(f"/r/{record}").text
    assert "Words of Tamsel Orwindle (invented)" in public
    assert f"{OLD_NAME} (a wrong name" not in public


def test_own_words_can_be_kept_without_a_yes(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")

    table.person("tamsel").answers(record, "words", do="keep", **WORDS)

    assert "words-given" in kinds_of(table, record)
    assert table.state(record) is State.IN_REVIEW


@pytest.mark.parametrize("missing", ["words", "language", "signed", "field"])
def test_own_words_need_a_field_a_language_and_a_signature(
    table: Table, missing: str
) -> None:
    record = table.invented("INV.04", "zephrindle")

    answer = table.person("tamsel").answers(
        record, "words", do="try", **{**WORDS, missing: ""}
    )

    assert answer.status_code == 422
    assert f'href="#words-{missing}"' in answer.text
    assert table.length(record) == 3


def test_a_language_that_is_not_on_the_list_is_written_beside_it(
    table: Table,
) -> None:
    record, tamsel = table.invented("INV.04", "zephrindle"), table.person("tamsel")
    other = {**WORDS, "language": "other"}

    wrong = tamsel.answers(record, "words", do="try", **other, other_language="?")
    tried = tamsel.answers(
        record, "words", do="try", **other, other_language="art-x-invented"
    )

    assert 'href="#words-other_language"' in wrong.text
    assert Page(tried.text).form("/words").fields["language"] == "art-x-invented"


def test_a_licence_is_shown_by_its_name(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")

    page = table.person("tamsel").reads(f"/desk/{record}")

    assert "Creative Commons Attribution 4.0" in page.text


def test_an_institution_gives_no_words_for_a_community(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    ilse = table.person("ilse")
    fields = ilse.reads(f"/desk/{record}").form("/flag").fields

    answer = ilse.client.post(f"/desk/{record}/words", data={**fields, **WORDS})

    assert answer.status_code == 403


# --- no, not now, ask, take back


def test_a_no_holds_at_once_and_needs_no_reason(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")

    table.person("tamsel").answers(record, "refuse")

    assert table.state(record) is State.REFUSED


def test_whoever_said_no_can_say_yes_again_and_nobody_else(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")
    tamsel, ilse = table.person("tamsel"), table.person("ilse")
    tamsel.answers(record, "refuse")

    assert not [x for x in ilse.reads(f"/desk/{record}").forms if "approve" in x.action]
    tamsel.answers(record, "approve")

    assert table.state(record) is State.APPROVED


@pytest.mark.parametrize("form", ["refuse", "withdraw", "flag", "not-now"])
def test_an_institution_gives_a_reason_from_the_list(table: Table, form: str) -> None:
    record = table.item()
    ilse = table.person("ilse")

    without = ilse.answers(record, form)
    with_another = ilse.answers(record, form, reason="because")

    assert without.status_code == with_another.status_code == 422
    assert f'href="#{form}-reason"' in without.text


def test_not_now_pauses_the_asking(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")
    tamsel = table.person("tamsel")

    tamsel.answers(record, "not-now")

    assert f"/desk/{record}" not in tamsel.reads("/queue").links
    assert f"/desk/{record}" in tamsel.reads("/queue/answered").links


def test_an_archivist_asks_a_community_that_then_sees_the_record(table: Table) -> None:
    record = table.item()
    brindle = table.person("brindle")
    assert brindle.opens(f"/desk/{record}").status_code == 404

    table.person("ilse").answers(
        record,
        "ask",
        whom=table.communities["marrowick"],
        reason="known-from-the-record",
    )

    assert brindle.opens(f"/desk/{record}").status_code == 200


def test_a_steward_asks_a_part_of_her_people_and_no_other_people(table: Table) -> None:
    record = table.invented("INV.16", "zephrindle")
    tamsel = table.person("tamsel")
    form = tamsel.reads(f"/desk/{record}").form(f"/{record}/ask")

    other = tamsel.sends_form(form, whom=table.communities["marrowick"])
    part = tamsel.sends_form(form, whom=table.communities["larkmender"])

    assert (other.status_code, part.status_code) == (403, 303)
    assert table.person("mirabet").opens(f"/desk/{record}").status_code == 200


def test_taking_back_wins_over_a_yes(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")
    tamsel = table.person("tamsel")
    tamsel.answers(record, "approve")

    tamsel.answers(record, "withdraw")

    assert table.state(record) is State.WITHDRAWN


# --- flags


def test_a_flag_holds_and_remembers_the_exact_words(table: Table) -> None:
    record = table.invented("INV.26", "zephrindle")

    table.person("tamsel").answers(
        record,
        "flag",
        field="description",
        quote="the good place for mushrooms",
        against="not-written-yet",
    )

    flag = known(table, record).flags[0]
    page = table.person("tamsel").reads(f"/desk/{record}")
    assert (flag.field, flag.is_grave) == ("description", False)
    assert (flag.end or 0) - (flag.start or 0) == len("the good place for mushrooms")
    assert "<q dir=" in page.html


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"field": "description", "quote": "not there"}, "flag-quote"),
        ({"quote": "mushrooms"}, "flag-field"),
        ({"field": "nothing"}, "flag-field"),
        ({"against": "something"}, "flag-against"),
        ({"answered_by": "somebody"}, "flag-answered_by"),
    ],
)
def test_a_flag_that_cannot_be_read_is_said_so(
    table: Table, fields: dict[str, str], wrong: str
) -> None:
    record = table.invented("INV.26", "zephrindle")

    answer = table.person("tamsel").answers(record, "flag", **fields)

    assert answer.status_code == 422
    assert f'href="#{wrong}"' in answer.text


def test_a_grave_flag_closes_what_was_agreed_to(table: Table) -> None:
    record = table.invented("INV.02", "zephrindle")
    tamsel = table.person("tamsel")
    tamsel.answers(record, "approve")

    said = tamsel.answers(record, "flag", grave="yes")

    assert said.location.endswith("said=flag-grave-done")
    assert table.state(record) is State.IN_REVIEW


def test_those_concerned_settle_a_flag(table: Table) -> None:
    record = table.invented("INV.26", "zephrindle")
    tamsel = table.person("tamsel")
    tamsel.answers(record, "flag")

    tamsel.answers(record, "settle")

    assert known(table, record).flags == ()


def test_a_word_that_stands_there_twice_is_flagged_twice(table: Table) -> None:
    record = table.item("zephrindle", description=("A hill by a hill.", "The hill."))

    sent = table.person("tamsel").answers(
        record, "flag", field="description", quote="hill", note="Ask first."
    )

    spans = [(flag.start, flag.end) for flag in known(table, record).flags]
    assert sent.status_code == 303
    assert spans == [(2, 6), (12, 16), (22, 26)]
    assert table.person("tamsel").reads(f"/desk/{record}").text.count("Ask first.") == 1


def test_words_in_too_many_places_hold_the_whole_field(table: Table) -> None:
    record = table.item("zephrindle", description="a " * 50)

    table.person("tamsel").answers(record, "flag", field="description", quote="a")

    assert [(x.field, x.start) for x in known(table, record).flags] == [
        ("description", None)
    ]


def test_a_steward_shows_a_flagged_record_to_no_other_people(table: Table) -> None:
    record = table.invented("INV.26", "zephrindle")
    form = table.person("tamsel").reads(f"/desk/{record}").form(f"/{record}/flag")

    answer = table.person("tamsel").sends_form(
        form, answered_by=table.communities["marrowick"]
    )

    assert answer.status_code == 403
    assert table.person("brindle").opens(f"/desk/{record}").status_code == 404


# --- labels and notices


def test_a_community_puts_its_label_on_and_takes_it_off(table: Table) -> None:
    record = table.invented("INV.01", "zephrindle")
    tamsel = table.person("tamsel")

    tamsel.answers(record, "label", label="tk/attribution", attribution="By Dobbin.")
    tamsel.answers(record, "label", label="tk/attribution", attribution="By Dobbin O.")
    assert [x.attribution for x in known(table, record).labels] == ["By Dobbin O."]

    tamsel.answers(record, "label/remove")
    assert known(table, record).labels == ()


def test_no_archivist_finds_a_form_for_labels_nor_steward_one_for_notices(
    table: Table,
) -> None:
    record = table.invented("INV.01", "zephrindle")

    hers = [x.action for x in table.person("ilse").reads(f"/desk/{record}").forms]
    theirs = [x.action for x in table.person("tamsel").reads(f"/desk/{record}").forms]

    assert not any(action.endswith("/label") for action in hers)
    assert not any(action.endswith("/notice") for action in theirs)


def test_an_institution_puts_a_notice_on(table: Table) -> None:
    record = table.invented("INV.01", "zephrindle")
    ilse = table.person("ilse")

    ilse.answers(record, "notice", notice="attribution_incomplete", reason="mistake")

    assert known(table, record).notices == ("attribution_incomplete",)


# --- who is concerned


def test_naming_nobody_in_a_list_of_those_concerned_is_no_answer(table: Table) -> None:
    record = table.item()

    answer = table.person("ilse").answers(
        record, "concern", concern="named", reason="known-from-the-record"
    )

    assert answer.status_code == 422
    assert 'href="#concern-parties"' in answer.text


def test_naming_a_community_asks_it(table: Table) -> None:
    record = table.item()

    table.person("ilse").answers(
        record,
        "concern",
        concern="named",
        parties=[table.communities["marrowick"]],
        reason="known-from-the-record",
    )

    assert f"/desk/{record}" in table.person("brindle").reads("/queue").links


def test_whom_it_named_an_institution_leaves_out_only_where_it_knows(
    table: Table,
) -> None:
    table.communities["absent"] = add_community(
        table.store,
        {"name": ("Council (invented)",)},
        by=table.actors["odo"],
        now=table.later(),
    )
    record, ilse = table.item(), table.person("ilse")
    parties, why = [table.communities["absent"]], "known-from-the-record"
    ilse.answers(record, "concern", concern="named", parties=parties, reason=why)

    answer = ilse.answers(record, "concern", concern="nobody", reason="not-sure")

    assert answer.status_code == 422
    assert 'href="#concern-reason"' in answer.text
    assert known(table, record).concern.parties == tuple(parties)
    ilse.answers(record, "concern", concern="nobody", reason="asked-and-told")
    assert known(table, record).concern.answer == "nobody"


# --- the history


def test_every_step_that_happened_is_told_in_words(table: Table) -> None:
    record = table.invented("INV.04", "zephrindle")
    tamsel = table.person("tamsel")
    for form, fields in (
        ("label", {"label": "tk/community_voice"}),
        ("not-now", {}),
        ("flag", {"note": "A note of mine."}),
        ("settle", {}),
        ("approve", {}),
        ("withdraw", {}),
    ):
        assert tamsel.answers(record, form, **fields).status_code == 303, form

    text = tamsel.reads(f"/desk/{record}").text

    assert "⧼" not in text
    assert "A note of mine." in text
    assert "said yes, for Zephrindle (an invented people)" in text
