"""A mapping says where each column goes; what goes nowhere is listed."""

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.exchange.fitting import Fitted, Fitting, Unfit
from knowledge_base.exchange.mappings import (
    UNTITLED,
    Column,
    Mapping,
    MappingUnfit,
    check_fit,
    find_mapping,
    plain,
    presets,
    read_mapping,
)
from knowledge_base.exchange.rows import LARGEST_CELL, Row
from knowledge_base.institutions import BY_HAND
from knowledge_base.kinds import shipped_kinds
from policies.errors import PolicyFileError
from tests.knowledge_base.exchange.conftest import item

ITEM = shipped_kinds()["item"]
IMA = {
    "irn": 7,
    "accession_number": "74.62",
    "title": "Mr. Nobody (invented)",
    "actors": [
        {"display_name": "Nan Rua", "role": "Artist", "after_follower": "After"},
        {"display_name": "Lu Fen", "role": "Engraver", "birth_date": "1809"},
        {"display_name": None, "role": None},
    ],
    "printers": [{"display_name": "Sol & Son"}],
    "publishers": [{"display_name": "Press of Nowhere"}],
    "cultures": ["Orwind | Orwind", None],
    "credit_line": "Gift of Nobody",
    "images": [],
    "on_view": False,
}


def fitted(mapping: Mapping, values: dict[str, object], separator: str = "") -> Fitted:
    one = Fitting(mapping, ITEM, separator=separator).fit(Row(1, values))
    assert isinstance(one, Fitted)
    return one


def test_every_preset_fits_its_kind() -> None:
    for preset in presets().values():
        check_fit(preset, shipped_kinds()[preset.kind])


def test_the_preset_of_the_museum_is_recognised_and_credits_it() -> None:
    one = fitted(find_mapping(ITEM, tuple(IMA)), IMA)
    assert one.identifier == "7"
    assert one.content["licence_metadata"] == ("cc-by-3.0",)
    [credit] = one.content["credit"]
    assert credit == "Indianapolis Museum of Art at Newfields; Gift of Nobody"


def test_a_copy_is_never_credited_to_the_person_copied() -> None:
    makers = fitted(presets()["ima"], IMA).content["maker"]
    assert makers == (
        "After Nan Rua (Artist)",
        "Lu Fen (Engraver)",
        "Sol & Son (Printer)",
    )


def test_a_publisher_does_not_answer_who_made_it() -> None:
    values = IMA | {"actors": [], "printers": []}
    assert "maker" not in fitted(presets()["ima"], values).content


def test_a_culture_written_twice_is_one_culture() -> None:
    assert fitted(presets()["ima"], IMA).content["culture"] == ("Orwind",)


def test_columns_and_entries_that_go_nowhere_are_counted() -> None:
    fitting = Fitting(presets()["ima"], ITEM)
    left_out = fitting.left_out(Row(1, IMA))
    assert sorted(left_out) == ["actors.birth_date", "on_view", "publishers"]


def test_a_record_without_a_title_is_not_lost_and_not_named_by_us() -> None:
    one = fitted(presets()["ima"], IMA | {"title": None})
    assert one.content["title"] == (UNTITLED,)
    [problem] = one.problems
    assert problem.is_taken
    assert problem.field == "title"


def test_columns_are_found_by_field_name_and_by_label() -> None:
    header = ("Accession number", "Title", "制作者", "Shelf")
    mapping = plain(ITEM, header)
    to = {column.column: column.to for column in mapping.columns}
    assert to == {
        "Accession number": "identifier",
        "Title": "title",
        "制作者": "maker",
    }
    assert mapping.identified_by == "Accession number"
    assert mapping.unmapped(header) == ("Shelf",)
    assert mapping.says_no_restriction_field


def test_a_restriction_of_the_source_is_taken_in() -> None:
    mapping = plain(ITEM, ("identifier", "restriction"))
    assert not mapping.says_no_restriction_field


def test_one_cell_becomes_several_values_where_the_field_has_many() -> None:
    values = item(1, maker="Nan; Rua", title="One; and two")
    content = fitted(plain(ITEM, tuple(values)), values, ";").content
    assert content["maker"] == ("Nan", "Rua")
    assert content["title"] == ("One; and two",)


def test_every_fault_of_a_row_is_told_at_once() -> None:
    mapping = plain(ITEM, ("identifier", "title", "description", "maker"))
    values = {
        "identifier": "",
        "title": {"en": "A boat"},
        "description": "a" * (LARGEST_CELL + 1),
        "maker": [str(n) for n in range(2_000)],
    }
    unfit = Fitting(mapping, ITEM).fit(Row(9, values))
    assert isinstance(unfit, Unfit)
    fields = [problem.field for problem in unfit.problems]
    assert fields == ["identifier", "title", "description", "maker"]


def test_several_names_in_one_entry_are_several_values() -> None:
    actors = [{"display_name": ["Nan Rua", 7], "role": ["Artist", "Poet"]}]
    makers = fitted(presets()["ima"], IMA | {"actors": actors}).content["maker"]
    assert makers[:2] == ("Nan Rua (Artist, Poet)", "7 (Artist, Poet)")


@pytest.mark.parametrize("entry", ["display_name", "role", "after_follower"])
@pytest.mark.parametrize("inner", [{"x": 1}, [{"x": 1}], [["A"]]])
def test_entries_within_entries_are_an_error_and_never_source_text(
    entry: str, inner: object
) -> None:
    actors = [{"display_name": "Nan Rua", "role": "Artist"} | {entry: inner}]
    unfit = Fitting(presets()["ima"], ITEM).fit(Row(1, IMA | {"actors": actors}))
    assert isinstance(unfit, Unfit)
    assert entry in unfit.problems[0].what


def test_a_number_that_lost_its_last_zero_names_no_record() -> None:
    mapping = plain(ITEM, ("identifier", "title"))
    fitting = Fitting(mapping, ITEM)
    unfit = fitting.fit(Row(1, {"identifier": 1.10, "title": "A"}))
    assert isinstance(unfit, Unfit)
    assert "quotation marks" in unfit.problems[0].what
    assert fitted(mapping, {"identifier": 110, "title": "A"}).identifier == "110"


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        (Mapping(mapping="m", kind="person", identified_by="a", columns=()), "person"),
        (Mapping(mapping="m", kind="item", identified_by="", columns=()), "identifier"),
        (
            Mapping(
                mapping="m",
                kind="item",
                identified_by="a",
                columns=(Column(column="a", to="colour"),),
            ),
            "colour",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: Mapping, told: str) -> None:
    with pytest.raises(MappingUnfit, match=told):
        check_fit(mapping, ITEM)


@pytest.mark.parametrize(
    "source", [BY_HAND, "collection/7", "institution/7/archive", "a" * 101]
)
def test_a_mapping_takes_no_source_that_is_ours_to_give(source: str) -> None:
    mapping = replace(presets()["ima"], source=source)
    with pytest.raises(MappingUnfit, match="archive.example.org"):
        check_fit(mapping, ITEM)


def test_a_table_of_which_nothing_is_known_is_refused_with_the_names() -> None:
    with pytest.raises(MappingUnfit, match="licence_metadata"):
        plain(ITEM, ("Colour", "Shelf"))


def test_a_mapping_file_tells_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mapping: mine\nkind: item\ncolumns:\n  - {colum: a, to: b}\n")
    with pytest.raises(PolicyFileError) as refused:
        read_mapping(path)
    assert "did you mean 'column'" in str(refused.value)
    assert "identified_by" in str(refused.value)
