"""Private lists: found in any script, told by number alone, printed by nothing."""

import pytest

from policies.content import Content, Field, FieldType
from policies.facts import Finding
from policies.word_lists import (
    MOST_WORDS,
    ListFault,
    Lists,
    WordList,
    numbers_in,
    read_lines,
)


def titled(*values: str, type: FieldType = FieldType.TEXT) -> Content:
    return (Field("title", type, values, True),)


def of(community: str, *words: str) -> WordList:
    return WordList(community, dict(enumerate(words, start=1)))


def is_found(word: str, text: str) -> bool:
    return bool(Lists([of("river", word)]).find(titled(text)))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("zanthem", "A ZANTHEM."),
        ("zānthem", "the zanthem boat"),
        ("za'nth", "two za\u2018nth here"),
        ("zanthʻi", "Zanthi"),
        ("zanthi", "Zanthʻi"),
        ("zan thi", "Zan-Thi, a boat"),
        ("zanthi", "这是zanthi岛"),
        ("面具", "木面具一件"),
        ("面具", "面 具"),
        ("كلمة", "هذه الكلمة"),
        ("किताब", "यह किताब है"),
        ("ភាសា", "អក្សរភាសាខ្មែរ"),
        ("ᐊᐸᑕ", "ᐊᐸᑕ ᓯᓗ"),
    ],
)
def test_a_word_of_any_script_is_found(word: str, text: str) -> None:
    assert is_found(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [("zanth", "zanthem"), ("कि", "का"), ("zan thi", "zan boat thi"), ("面具", "面")],
)
def test_a_part_of_another_word_is_not(word: str, text: str) -> None:
    assert not is_found(word, text)


@pytest.mark.parametrize("type", list(FieldType))
def test_fields_of_every_type_are_looked_at(type: FieldType) -> None:
    lists = Lists([of("river", "zanthem")])
    assert lists.find(titled("a zanthem", type=type))


def test_a_phrase_does_not_reach_from_one_value_into_the_next() -> None:
    assert not Lists([of("river", "zan thi")]).find(titled("zan", "thi"))


def test_what_is_found_is_told_by_number_and_by_no_place() -> None:
    lists = Lists([of("river", "zanthem", "other", "quillox")])
    found = lists.find(titled("quillox, zanthem, quillox"))
    codes = "list:river:1 list:river:3"
    assert found == {Finding("listed-words", "", 0, 0, codes, "river")}
    assert numbers_in(codes) == (1, 3)


def test_each_community_has_a_finding_of_its_own() -> None:
    lists = Lists([of("river", "zanthem"), of("hill", "boat", "zanthem")])
    found = lists.find(titled("zanthem"))
    assert {(one.party, one.evidence) for one in found} == {
        ("river", "list:river:1"),
        ("hill", "list:hill:2"),
    }


def test_a_list_that_does_not_open_finds_itself_in_everything() -> None:
    (found,) = Lists(unreadable=["river"]).find(titled("A boat"))
    assert (found.rule, found.party) == ("list-unreadable", "river")
    assert numbers_in(found.evidence) == ()


def test_nothing_that_holds_words_prints_them() -> None:
    private = of("river", "zanthem")
    printed = f"{private!r} {private} {Lists([private])!r} {Lists([private])}"
    assert "zanthem" not in printed


def test_lines_are_read_as_words_and_what_is_wrong_is_told_by_line() -> None:
    long = "x" * 121
    words, faults = read_lines(
        f"zanthem\n\n a  zan thi\nz\n...\nZANTHEM\n面\n{long}\n\n"
    )
    assert words == ("zanthem", "a zan thi", "面")
    assert faults == (
        ListFault(2, "empty"),
        ListFault(4, "too-short"),
        ListFault(5, "no-letters"),
        ListFault(6, "twice"),
        ListFault(8, "too-long"),
    )


def test_a_list_has_an_end() -> None:
    words, faults = read_lines("\n".join(f"zan{i}" for i in range(MOST_WORDS + 2)))
    assert len(words) == MOST_WORDS
    assert {fault.what for fault in faults} == {"too-many"}


def test_an_empty_list_is_one_without_words() -> None:
    assert read_lines(" \n\n") == ((), ())


def test_spellings_that_find_different_things_are_different_words() -> None:
    typed = ("o ahu", "o'ahu", "oahu")
    assert read_lines("\n".join(typed)) == (typed, ())
    found = [[is_found(one, text) for text in ("O Ahu", "Oahu")] for one in typed]
    assert found == [[True, False], [True, True], [False, True]]
    assert read_lines("o\u2018ahu\nO\u02bbAHU")[1] == (ListFault(2, "twice"),)
