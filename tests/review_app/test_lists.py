"""A community's own list of words at the table: hers alone, and kind about faults."""

import pytest
from sqlalchemy import event, update

from knowledge_base.keys import Keyring
from knowledge_base.tables import data_keys
from knowledge_base.word_lists import own_list
from knowledge_base.work import work
from policies.word_lists import LONGEST, MOST_WORDS
from review_app.lists import Line
from tests.review_app.reading import Page
from tests.review_app.table import PEOPLE, Person, Table, reopen

WORD = "Quilloxin"
OTHERS = tuple(one for one in PEOPLE if one != "tamsel")


def page_of(table: Table) -> str:
    return f"/communities/{table.communities['zephrindle']}/words"


def gives(table: Table, *words: str, who: str = "tamsel") -> None:
    person = table.person(who)
    said = person.sends(
        person.reads(page_of(table)), "/words", words="\r\n".join(words)
    )
    assert said.location.endswith("said=list-given")


def words_of(table: Table) -> dict[int, str]:
    with table.store.reading() as db:
        return dict(own_list(db, table.communities["zephrindle"]).words or {})


def look_through(table: Table) -> None:
    for _ in work(table.store, worker="one", clock=lambda: table.later(), only="lists"):
        pass


def test_a_steward_gives_a_list_and_reads_it_with_its_numbers(table: Table) -> None:
    gives(table, WORD, "first snow")
    found = table.person("tamsel").reads(page_of(table))
    assert words_of(table) == {1: WORD, 2: "first snow"}
    assert f'<li value="1"><bdi>{WORD}</bdi></li>' in found.html
    assert "2 words or phrases" in found.text
    assert "are being looked through" in found.text
    look_through(table)
    assert (
        "have been looked through" in table.person("tamsel").reads(page_of(table)).text
    )


def test_it_says_how_many_records_ask_and_keeps_numbers(table: Table) -> None:
    gives(table, "boat", WORD)
    table.item(title=f"{WORD} (invented)")
    gives(table, WORD)
    found = table.person("tamsel").reads(page_of(table))
    assert "One record asks you because of it." in found.text
    assert '<li value="2">' in found.html


def test_faults_are_told_by_line_and_nothing_typed_is_gone(table: Table) -> None:
    gives(table, WORD)
    tamsel, typed = table.person("tamsel"), f"{WORD}\nx\n\n{WORD.upper()}\n..."
    answer = tamsel.sends(tamsel.reads(page_of(table)), "/words", words=typed)
    assert answer.status_code == 422
    for told in ("Line 2:", "Line 3:", "Line 4:", "Line 5:", "one letter alone"):
        assert told in answer.text
    assert Page(answer.text).form("/words").fields["words"].strip() == typed
    assert words_of(table) == {1: WORD}


def test_two_who_give_a_list_at_once_are_told_so(table: Table) -> None:
    tamsel = table.person("tamsel")
    before = tamsel.reads(page_of(table))
    gives(table, WORD)
    answer = tamsel.sends(before, "/words", words="another")
    assert answer.status_code == 409
    assert "another list meanwhile" in answer.text
    assert "another" in Page(answer.text).form("/words").fields["words"]
    assert words_of(table) == {1: WORD}


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_a_page(table: Table, who: str) -> None:
    gives(table, WORD)
    answer = table.person(who).opens(page_of(table))
    assert answer.status_code in (303, 403, 404)
    assert WORD not in answer.text
    absent = page_of(table).replace(table.communities["zephrindle"], "0" * 32)
    nowhere = table.person(who).opens(absent)
    assert nowhere.status_code == answer.status_code


@pytest.mark.parametrize("who", OTHERS)
def test_a_list_is_not_opened_for_anybody_else(table: Table, who: str) -> None:
    """How long that takes would tell how long it is."""
    gives(table, WORD)
    person, asked = table.person(who), list[str]()
    person.opens("/queue")

    def note(db: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    engine = table.store._engine
    event.listen(engine, "before_cursor_execute", note)
    person.opens(page_of(table))
    event.remove(engine, "before_cursor_execute", note)
    assert bool(asked) is (who != "visitor")
    assert not [one for one in asked if "word_lists" in one]


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_gives_one(table: Table, who: str) -> None:
    person = table.person(who)
    forms = person.reads("/").forms
    token = next((x.fields["token"] for x in forms if "token" in x.fields), "")
    sent = {"token": token, "replaces": "0", "words": WORD}
    answer = person.client.post(page_of(table), data=sent)
    assert answer.status_code in (303, 403, 404)
    assert words_of(table) == {}


def desk(person: Person, record: str) -> str:
    return person.opens(f"/desk/{record}").text


def test_a_record_names_the_number_to_its_community_alone(table: Table) -> None:
    gives(table, "boat", WORD)
    record = table.item(description=f"with a {WORD} in it")
    hers, theirs = (desk(table.person(one), record) for one in ("tamsel", "ilse"))
    assert "Word number 2 of your own list stands in this record" in hers
    assert "of your own list stands" not in theirs
    assert "The own list of <bdi>Zephrindle" in theirs
    assert "The own list of" not in hers


def test_what_is_not_ours_is_said_and_is_no_matter_of_hers_any_more(
    table: Table,
) -> None:
    gives(table, WORD)
    record = table.item(title=f"{WORD} (invented)")
    said = table.person("tamsel").answers(record, "not-ours")
    assert said.location.endswith("/queue?said=not-ours-done")
    assert "this is not yours" in table.person("tamsel").opens(said.location).text
    assert table.person("tamsel").opens(f"/desk/{record}").status_code == 404
    table.concerns_nobody(record)
    table.person("ilse").answers(record, "approve", reason="public-already")
    assert table.state(record).value == "approved"


def test_an_archivist_passes_on_what_has_to_do_with_others_too(table: Table) -> None:
    record = table.item("marrowick", title=f"{WORD} (invented)")
    gives(table, WORD)
    look_through(table)
    tamsel, brindle = table.person("tamsel"), table.person("brindle")
    assert tamsel.opens(f"/desk/{record}").status_code == 404
    brindle.answers(record, "ask", whom=table.communities["zephrindle"])
    assert tamsel.opens(f"/desk/{record}").status_code == 200


def test_a_list_that_cannot_be_read_says_so_and_may_be_given_anew(
    table: Table,
) -> None:
    keyed = reopen(table, keys=Keyring(bytes(32)))
    gives(keyed, WORD)
    keyed.store.close()
    unsealed = reopen(keyed, keys=Keyring(bytes(32)))
    with unsealed.store.writing() as db:
        hers = data_keys.c.party == table.communities["zephrindle"]
        db.execute(update(data_keys).where(hers).values(wrapped=b"gone"))
    found = unsealed.person("tamsel").reads(page_of(unsealed))
    assert "cannot be read any more" in found.text
    assert WORD not in found.text
    assert "have been looked through" not in found.text
    record = unsealed.item()
    asked = unsealed.person("tamsel").reads(f"/desk/{record}")
    assert "Give the list once more" in asked.text
    assert "This is not ours" not in asked.text
    work_page = unsealed.person("odo").opens("/work").text
    assert "The private list of words of <bdi>Zephrindle" in work_page
    unsealed.store.close()


def test_a_yes_before_it_was_looked_through_is_asked_for_again_kindly(
    table: Table,
) -> None:
    record = table.item("marrowick")
    gives(table, WORD)
    answer = table.person("brindle").answers(record, "approve")
    assert answer.status_code == 409
    assert "has still to be looked through" in answer.text
    assert table.state(record).value == "in-review"
    look_through(table)
    said = table.person("brindle").answers(record, "approve")
    assert said.location.endswith("said=approve-done")


def test_the_longest_list_in_any_script_is_taken(table: Table) -> None:
    words = [f"{number:04} ".ljust(LONGEST, "ك") for number in range(MOST_WORDS)]
    gives(table, *words)
    assert len(words_of(table)) == MOST_WORDS


def test_a_list_that_is_too_long_is_told_so_and_not_thrown_away(table: Table) -> None:
    words = [f"{number:04} ".ljust(LONGEST, "ك") for number in range(MOST_WORDS + 9)]
    tamsel, typed = table.person("tamsel"), "\n".join(words)
    answer = tamsel.sends(tamsel.reads(page_of(table)), "/words", words=typed)
    assert answer.status_code == 422
    assert "a list has at most 2000 words" in answer.text.replace(",", "")
    assert Page(answer.text).form("/words").fields["words"].strip() == typed


def test_other_forms_have_no_more_room_than_before(table: Table) -> None:
    tamsel = table.person("tamsel")
    token = tamsel.reads(page_of(table)).form("/words").fields["token"]
    sent = {"token": token, "note": "x" * 1_000_000}
    record = table.item("zephrindle")
    answer = tamsel.client.post(f"/desk/{record}/refuse", data=sent)
    assert answer.status_code == 413


def test_a_line_that_has_to_be_put_right_prints_no_word() -> None:
    assert WORD not in repr(Line(number=1, what="twice", typed=WORD))


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_the_page_speaks_every_language(table: Table, language: str) -> None:
    gives(table, WORD)
    tamsel = table.person("tamsel")
    answer = tamsel.opens(page_of(table), **{"Accept-Language": language})
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
