"""A page costs what it shows, and not what there is: ten queries, counted whole."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from knowledge_base.accounts import find_account
from knowledge_base.communities import name_season
from knowledge_base.queue import Filter, answered_for, tallies_for, waiting_for
from knowledge_base.receiving import receive
from knowledge_base.sign_ins import SEEN_EVERY
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store
from tests.review_app.table import WIKI, Table, lay_table, name_community

MOST = 10
"""How many queries any of these pages may ask; so the numbers of issue 3."""


def asked(store: Store, act: Callable[[], object]) -> list[str]:
    """The statements that the act sends to the database, without those of its frame."""
    said: list[str] = []

    def hear(*args: object) -> None:
        said.append(str(args[2]))

    engine = store._engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return [one for one in said if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]


SEARCH = "/search"  # whose words are sent as a form
FOR_ANYONE = ("/records", "/records?q=kettle", "/r/{}")
AT_A_DESK = ("/queue", "/queue/answered", "/desk/{}", SEARCH)
WHO = {
    "visitor": FOR_ANYONE,
    "tamsel": (*FOR_ANYONE, *AT_A_DESK),  # whom it concerns
    "ilse": (*FOR_ANYONE, *AT_A_DESK),  # the archivist
    "brindle": AT_A_DESK,  # whom it does not concern: the neutral cover
}


def counted(table: Table, record: str) -> dict[tuple[str, str], list[str]]:
    """What each person's pages ask, with all that belongs to the request.

    Each is opened when her sign-in was not used for a while, which costs the most.
    """
    found = {}
    for who, paths in WHO.items():
        person = table.person(who)
        person.opens("/")
        for path in paths:
            act = partial(person.opens, path.format(record))
            if path == SEARCH:
                act = partial(person.sends, person.reads(path), path, words="kettle")
            table.now += SEEN_EVERY
            found[who, path] = asked(table.store, partial(_reads, act))
    return found


def _reads(act: Callable[[], TestResponse]) -> None:
    assert act().status_code in (200, 404)


def fill(table: Table, many: int) -> str:
    """Items of a collection, half of them answered; the last one's id, which is."""
    whole = _receive(table, "collection", "Kettles (invented)")
    table.concerns(whole, "zephrindle")
    record = whole
    for number in range(many):
        record = _receive(table, "item", f"Kettle {number} (invented)", whole)
        if number % 2:
            table.person("tamsel").answers(record, "approve")
    return record


def _receive(table: Table, kind: str, title: str, whole: str | None = None) -> str:
    return receive(
        table.store,
        kind,
        {"title": (title,), "licence_metadata": ("cc0-1.0",)},
        by=SOFTWARE,
        now=table.later(),
        towards=(WIKI,),
        collection=whole,
    )


def grow(table: Table, record: str) -> None:
    """More records, more steps of that one, more communities and more seasons."""
    fill(table, 4)
    tamsel, theirs = table.person("tamsel"), table.communities["zephrindle"]
    for number in range(2):
        name_community(table, f"more-{number}", f"More {number} (an invented people)")
        name_season(
            table.store,
            theirs,
            f"Season {number}",
            by=table.actors["tamsel"],
            now=table.later(),
        )
        tamsel.answers(record, "ask", asked=table.communities["larkmender"])
        tamsel.answers(record, "approve")
        tamsel.answers(record, "label", label="tk/attribution")


def test_no_page_asks_more_than_ten_times_however_much_there_is(
    any_database_url: str, tmp_path: Path
) -> None:
    table = lay_table(tmp_path, any_database_url)
    record = fill(table, 2)
    assert table.person("tamsel").reads(f"/desk/{record}").form("/approve")
    few = counted(table, record)
    grow(table, record)
    many = counted(table, record)
    table.store.close()
    assert {one: len(said) for one, said in few.items() if len(said) > MOST} == {}
    assert {x: len(said) for x, said in many.items()} == {
        x: len(said) for x, said in few.items()
    }


def test_no_more_collections_are_opened_than_are_offered(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review_app.queue.MOST_OFFERED", 2)
    wholes = {x: _receive(table, "collection", x) for x in ("Least", "Most", "More")}
    for title, many in (("Least", 1), ("Most", 3), ("More", 2)):
        table.concerns(wholes[title], "zephrindle")
        for number in range(many):
            _receive(table, "item", f"{title} {number}", wholes[title])
    tamsel = table.person("tamsel")
    found = tamsel.opens("/queue").text
    assert _offered(found) == ["Most", "More"]
    assert "the 2 collections in which most waits" in found
    narrowed = tamsel.opens(f"/queue?collection={wholes['Least']}").text
    assert _offered(narrowed) == ["Most", "More", "Least"]


def _offered(page: str) -> list[str]:
    return re.findall(r'<option value="[0-9a-f]{32}"[^>]*>([^<]+)', page)


def test_more_communities_of_hers_ask_no_more_often(table: Table) -> None:
    record = fill(table, 2)
    with table.store.reading() as db:
        one = find_account(db, id=table.actors["tamsel"].account or "")
        assert one is not None
        seat = one.stewarding[0]
        of = [seat, *(replace(seat, community=x) for x in table.communities.values())]
        both = replace(one, stewarding=tuple({x.community: x for x in of}.values()))
        for look in (
            partial(waiting_for, db, table.store, what=Filter()),
            partial(answered_for, db),
            partial(tallies_for, db),
        ):
            ask_one = asked(table.store, partial(look, account=one))
            ask_both = asked(table.store, partial(look, account=both))
            assert len(ask_both) == len(ask_one) > 0
        assert record in answered_for(db, both)
