"""The demo: nobody in it answers for a real people, and it clears only its own."""

from pathlib import Path

import msgspec
import pytest

from knowledge_base import answers, approving
from knowledge_base.approving import Seen
from knowledge_base.collections import find_collection
from knowledge_base.flags import FlagAgainst, flag
from knowledge_base.history import length_of
from knowledge_base.steps import Voice
from withcare.cli import app
from withcare.demo import folder
from withcare.demo.browser import DemoFailed, Form, page_from
from withcare.demo.cast import (
    IMA,
    RECORDS,
    accession_numbers,
    event_records,
    groups,
    read_cast,
)
from withcare.demo.house import WIKI, House, clear, write_settings
from withcare.demo.setting_up import actor_named, opened, records_of
from withcare.opening import right_now

INVENTED = "INV."
PAGE = """
<form method="post" action="/desk/1/approve">
 <input type="hidden" name="token" value="t">
 <input type="hidden" name="seen" value="3">
 <select name="reason"><option value="">choose</option>
 <option value="a">A</option></select>
 <input type="checkbox" name="grave" value="yes"><textarea name="note">old</textarea>
</form><p>It waits for <code>half</code> and <code>mark</code>.</p>
"""


def test_only_invented_records_are_answered_for() -> None:
    cast = read_cast()
    spoken_of = [
        *(one.record for one in cast.answers),
        *(one["record"] for one in cast.labels),
        *(one["record"] for one in cast.flags),
        *(one["record"] for one in cast.withdrawals),
        *(one["record"] for one in cast.human_edits),
        *cast.concerned,
    ]
    assert spoken_of
    assert all(number.startswith(INVENTED) for number in spoken_of)


def test_everybody_who_answers_is_called_invented() -> None:
    cast = read_cast()
    named = [one["display"] for one in cast.accounts.values()]
    named += [one["name"] for one in cast.parties.values()]
    assert all("invented" in name for name in named)


def test_the_two_groups_of_real_records_share_none() -> None:
    found = groups()
    assert not found["named-makers"] & found["ask-first"]
    assert len(found["named-makers"] | found["ask-first"]) >= 500


def test_what_is_asked_first_has_an_accession_number_to_look_for() -> None:
    held = groups()["ask-first"]
    assert len(set(accession_numbers(held))) == len(held)


def test_no_real_record_that_is_approved_names_a_culture() -> None:
    approved = groups()["named-makers"]
    lines = (RECORDS / "ima.jsonl").read_bytes().splitlines()
    found = [msgspec.json.decode(line) for line in lines]
    assert not [
        one["irn"] for one in found if str(one["irn"]) in approved and one["cultures"]
    ]


def test_the_event_is_told_as_it_is_known() -> None:
    kinds = [kind for kind, _ in event_records()]
    facts = dict(event_records()[:2])
    assert kinds.count("project") >= 5
    assert facts["initiative"]["since"] == "2018-12"
    assert (facts["edition"]["start"], facts["edition"]["end"]) == (
        "2021-09-20",
        "2021-09-24",
    )


def test_a_form_is_read_as_a_browser_reads_it() -> None:
    page = page_from("http://x/desk/1", 200, PAGE)
    form = page.form("/approve")
    assert form == Form(
        action="/desk/1/approve",
        method="post",
        fields={"token": "t", "seen": "3", "reason": "", "note": "old"},
        choices={"reason": ["", "a"], "grave": ["yes"]},
    )
    assert page.codes == ("half", "mark")
    with pytest.raises(DemoFailed, match="/approve"):
        page.form("/refuse")


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "letter.txt"
    kept.write_text("mine", "utf-8")
    with pytest.raises(DemoFailed):
        clear(tmp_path)
    assert kept.read_text("utf-8") == "mine"


def test_a_demos_own_folder_is_made_anew(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    clear(home)
    (home / "left").touch()
    clear(home)
    assert [one.name for one in home.iterdir()] == [".demo"]


def test_without_a_wiki_what_was_approved_becomes_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("WITHCARE_HOME", str(home))
    for words in (
        ("kb", "init"),
        ("review", "add-account", "odo"),
        ("review", "add-account", "ilse", "--role", "archivist", "--as", "odo"),
    ):
        app.main(list(words), standalone_mode=False)
    house = House(home, None, "http://127.0.0.1:1/")
    write_settings(house)
    ilse = ("--as", "ilse", "--reason", "read-and-found-in-order")
    made = ("kb", "collection", IMA, "--title", "A", "--item-pages", "all", *ilse)
    app.main(list(made), standalone_mode=False)
    taken = ("kb", "import", str(RECORDS / "ima.jsonl"), "--collection", IMA, *ilse)
    app.main(list(taken), standalone_mode=False)
    number = min(groups()["named-makers"])
    record = _approve(house, number)
    assert folder.write_pages(house) == 1
    written = (home / "pages" / f"{record}.wiki").read_text("utf-8")
    assert "{{Withcare item" in written
    _flag(house, record)
    assert folder.write_pages(house) == 0


def _flag(house: House, record: str) -> None:
    with opened(house) as store:
        with store.reading() as db:
            seen = length_of(db, record)
        by, what = (
            actor_named(store, "ilse", Voice.INSTITUTION),
            FlagAgainst(against="x"),
        )
        flag(store, record, what, seen=seen, by=by, now=right_now())


def _approve(house: House, number: str) -> str:

    with opened(house) as store:
        with store.reading() as db:
            collection = find_collection(db, IMA)
        record = records_of(house, collection)[number]
        by = actor_named(store, "ilse", Voice.INSTITUTION)
        answers.say_who_is_concerned(
            store, record, "nobody", (), seen=2, by=by, now=right_now()
        )
        with store.reading() as db:
            length = length_of(db, record)
        seen = Seen(length=length, title="T", units_hash="u", units={})
        approving.approve(
            store,
            record,
            WIKI,
            seen=seen,
            by=by,
            now=right_now(),
            yes=answers.Yes(informed=True),
        )
    return record
