"""What waits for a person: hers alone, each question once, a page at a time."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from knowledge_base.identity import new_id
from knowledge_base.kinds import shipped_kinds
from knowledge_base.lists_in_force import lists_in_force
from knowledge_base.made_ready import make_ready
from knowledge_base.queue import PAGE
from knowledge_base.receiving import Arrival, arriving, receive
from knowledge_base.steps import SOFTWARE
from knowledge_base.work import work
from knowledge_base.workflow import note
from tests.review_app.table import WIKI, Table, lay_table
from tests.review_app.test_costs import MOST, asked


def desks(links: list[str]) -> list[str]:
    return [one for one in links if one.startswith("/desk/")]


def test_each_sees_what_waits_for_her_and_nothing_else(table: Table) -> None:
    theirs = table.invented("INV.02", "zephrindle")
    unknown = table.item()

    assert desks(table.person("tamsel").reads("/queue").links) == [f"/desk/{theirs}"]
    assert f"/desk/{unknown}" in table.person("ilse").reads("/queue").links
    assert desks(table.person("brindle").reads("/queue").links) == []


def test_a_question_is_shown_once_with_the_number_it_holds(table: Table) -> None:
    for _ in range(3):
        table.invented("INV.02", "zephrindle")

    page = table.person("tamsel").reads("/queue")

    assert page.links.count("/queue?question=concern-named") == 1
    assert "holds 3 records" in page.text


def test_pages_follow_each_other_without_loss_or_repetition(table: Table) -> None:
    made = {f"/desk/{table.item()}" for _ in range(PAGE + 3)}
    ilse = table.person("ilse")

    first = ilse.reads("/queue")
    onward = next(one for one in first.links if "after=" in one)
    second = ilse.reads(onward)

    assert len(desks(first.links)) == PAGE
    assert sorted(desks(first.links) + desks(second.links)) == sorted(made)


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("kind=item", True),
        ("kind=collection", False),
        ("state=in-review", True),
        ("state=published", False),
        ("question=concern-named", True),
        ("question=flag-open", False),
        ("collection=nothing", False),
        ("state=nonsense&kind=nonsense", True),
    ],
)
def test_the_list_can_be_narrowed(table: Table, query: str, *, is_there: bool) -> None:
    record = table.invented("INV.02", "zephrindle")

    links = table.person("tamsel").reads(f"/queue?{query}").links

    assert (f"/desk/{record}" in links) is is_there


def test_what_a_community_keeps_secret_has_no_line_for_the_archivist(
    table: Table,
) -> None:
    record = table.item(title="A line of its own")
    table.concerns(record, "zephrindle")
    table.person("tamsel").answers(record, "label", label="tk/secret_sacred")

    assert "A line of its own" not in table.person("ilse").reads("/queue").text


def test_a_record_without_open_questions_waits_for_the_archivists_yes(
    table: Table,
) -> None:
    record = table.item()
    table.concerns_nobody(record)

    page = table.person("ilse").reads("/queue")

    assert f"/desk/{record}" in page.links
    assert "It waits for a yes." in page.text


def test_a_pile_says_which_question_it_is_and_not_what_anyone_reads(
    table: Table,
) -> None:
    table.invented("INV.02")

    page = table.person("ilse").reads("/queue").text

    assert "Nobody has said yet who is concerned by this record." in page
    assert "Who is concerned has not been established yet." not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", "لم يقل أحد بعد من المعنيون بهذا السجل."),
        ("zh", "还没有人说明此记录涉及哪些人。"),
        ("gwi", "Nobody has said yet who is concerned by this record."),
    ],
)
def test_the_question_is_in_her_language_and_else_in_english(
    table: Table, language: str, words: str
) -> None:
    table.invented("INV.02")

    assert words in table.person("ilse").reads(f"/queue?uselang={language}").text


def test_two_rules_that_ask_the_same_are_one_pile_and_one_line(table: Table) -> None:
    both, one = (table.item("zephrindle") for _ in range(2))
    tamsel = table.person("tamsel")
    for record, label in (
        (both, "tk/clan"),
        (both, "bc/clan"),
        (one, "tk/clan"),
    ):
        tamsel.answers(record, "label", label=label, text="Ours (invented)")

    page = tamsel.reads("/queue")
    listed = tamsel.reads("/queue?question=bc-clan")

    assert page.text.count("The clan decides.") == 3  # a pile, and a line for each
    assert "holds 2 records" in page.text.partition("The clan decides.")[2][:100]
    assert sorted(desks(listed.links)) == sorted([f"/desk/{both}", f"/desk/{one}"])


def test_on_the_record_a_question_stands_once(table: Table) -> None:
    record = table.item("zephrindle")
    tamsel = table.person("tamsel")
    for label in ("tk/clan", "bc/clan"):
        tamsel.answers(record, "label", label=label, text="Ours (invented)")

    assert tamsel.reads(f"/desk/{record}").text.count("The clan decides.") == 1


def test_no_pile_counts_what_a_community_keeps_secret(table: Table) -> None:
    record = table.item("zephrindle", licence_metadata="")
    ilse, asks = table.person("ilse"), "A rule needs a fact"
    assert asks in ilse.reads("/queue").text

    table.person("tamsel").answers(record, "label", label="tk/secret_sacred")

    assert asks not in ilse.reads("/queue").text
    assert "holds" not in ilse.reads("/queue").text


def test_who_waits_to_be_confirmed_is_told_of_no_secret_by_the_next_page(
    table: Table,
) -> None:
    """Neither that something is left out of her list, nor by what address."""
    secret = [table.item("zephrindle", "quillen") for _ in range(PAGE + 2)]
    for record in secret:
        table.person("tamsel").answers(record, "label", label="tk/secret_sacred")
    page = table.person("first").opens("/queue")
    assert page.status_code == 200
    assert not [record for record in secret if record in page.text]
    assert "after=" not in page.text


def test_who_waits_to_be_confirmed_sees_hers_however_much_is_hidden_before_it(
    any_database_url: str, tmp_path: Path
) -> None:
    table = lay_table(tmp_path, any_database_url)
    hidden = collected(table, 1100, "tk/secret_sacred")
    hers = collected(table, 2 * PAGE + 3, "tk/attribution")
    list(work(table.store, worker="one", clock=lambda: table.now))
    first, seen, asks = table.person("first"), list[str](), list[int]()
    onward: str | None = "/queue"
    while onward is not None:
        page = first.reads(onward)
        asks.append(len(asked(table.store, partial(first.opens, onward))))
        seen += desks(page.links)
        onward = next((one for one in page.links if "after=" in one), None)
        assert not [one for one in hidden if onward is not None and one in onward]
    table.store.close()
    assert sorted(seen) == sorted(f"/desk/{one}" for one in hers)
    assert len(asks) == 3
    assert max(asks) <= MOST


def collected(table: Table, many: int, label: str) -> set[str]:
    """A collection of two communities with that label of one of them, and its items."""
    whole = receive(
        table.store,
        "collection",
        {"title": ("Invented things",)},
        by=SOFTWARE,
        now=table.later(),
    )
    table.concerns(whole, "zephrindle", "quillen")
    table.person("tamsel").answers(whole, "label", label=label)
    kind = shipped_kinds()["item"]
    item = Arrival(
        kind=kind,
        ready=make_ready(kind, {"title": ("Rope winder (invented)",)}),
        source="sheet",
        identifier="",
        collection=whole,
        towards=(WIKI,),
    )
    made = {new_id(): str(number) for number in range(many)}
    arrivals = [
        (id, replace(item, identifier=f"{whole}.{x}")) for id, x in made.items()
    ]
    with table.store.reading() as db:
        in_force = lists_in_force(db)
    for some in batched(arrivals, 200):
        notes = arriving(table.store, some, by=SOFTWARE, in_force=in_force)
        note(table.store, notes, now=table.later())
    return set(made)


def batched(
    arrivals: list[tuple[str, Arrival]], many: int
) -> Iterator[list[tuple[str, Arrival]]]:
    for first in range(0, len(arrivals), many):
        yield arrivals[first : first + many]
