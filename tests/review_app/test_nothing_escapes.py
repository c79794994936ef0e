"""What is withheld is found in no answer to anybody who may not see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from knowledge_base import steps
from knowledge_base.communities import name_season
from knowledge_base.kinds import shipped_kinds
from knowledge_base.notes import Note
from knowledge_base.pages import choose_title
from knowledge_base.receiving import receive
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store
from knowledge_base.word_lists import give_list
from knowledge_base.workflow import note
from tests.review_app.table import WIKI, Person, Table
from tests.review_app.test_doors import address, rules
from tests.review_app.test_forms import everything

CANARY = "Qwertling"  # no word of any language, in no message and no record
OUTSIDERS = ("visitor", "vera", "odo", "brindle", "waldo", "susa", "mirabet")


def planted(table: Table, *named: str) -> str:
    """A record with the canary in every field that its kind knows."""
    kind = shipped_kinds()["item"]
    fields = {one.name: f"{CANARY} {one.name}" for one in kind.fields}
    return table.item(*named, **fields)


def answers_to(table: Table, person: Person, ids: list[str]) -> Iterator[TestResponse]:
    """Everything that person can look at, with each of these ids in the address."""
    for rule in rules(table):
        if "GET" in (rule.methods or set()):
            for id in ids:
                yield person.opens(address(rule).replace("nothing", id))
    for question in ("concern-named", "concern-not-known", "tk-secret-sacred"):
        yield person.opens(f"/queue?question={question}")
    for id in ids:
        yield person.opens(f"/queue?collection={id}")
        yield person.opens(f"/records?collection={id}")
        yield person.opens(f"/records?after={id}")
    yield person.opens(f"/records?q={CANARY[:-1]}")


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_canary_is_found_in_no_page(table: Table, who: str) -> None:
    zephrindle, by = table.communities["zephrindle"], table.actors["tamsel"]
    words, now = (CANARY, f"{CANARY} twice"), table.later()
    give_list(table.store, zephrindle, words, replaces=0, by=by, now=now)
    secret = planted(table, "zephrindle")
    unanswered = planted(table)
    named = planted(table, "zephrindle")
    tamsel = table.person("tamsel")
    tamsel.answers(secret, "label", label="tk/secret_sacred", text=CANARY)
    tamsel.answers(named, "flag", field="description", note=CANARY)
    tamsel.answers(
        named,
        "words",
        do="keep",
        field="title",
        words=CANARY,
        signed=CANARY,
        language="en",
    )

    ids = [secret, unanswered, named, zephrindle]
    for answer in answers_to(table, table.person(who), ids):
        assert CANARY not in answer.text
        assert CANARY not in str(answer.headers)


def test_what_a_community_keeps_secret_is_not_on_the_archivists_desk(
    table: Table,
) -> None:
    secret = planted(table, "zephrindle")
    table.person("tamsel").answers(secret, "label", label="tk/secret_sacred")

    for answer in answers_to(table, table.person("ilse"), [secret]):
        assert CANARY not in answer.text
    assert CANARY in table.person("tamsel").opens(f"/desk/{secret}").text


def test_the_canary_would_be_found_where_it_may_be_seen(table: Table) -> None:
    named = planted(table, "zephrindle")

    for who in ("tamsel", "ilse"):
        assert CANARY in table.person(who).opens(f"/desk/{named}").text


@pytest.mark.parametrize("path", ["/r/{}", "/desk/{}", "/communities/{}"])
@pytest.mark.parametrize("who", ["visitor", "brindle"])
def test_restricted_and_absent_are_one_page(table: Table, who: str, path: str) -> None:
    secret, absent = planted(table, "zephrindle"), "0" * 32
    person = table.person(who)
    person.opens("/")  # from here on she has her cookie

    there = person.opens(path.format(secret))
    nowhere = person.opens(path.format(absent))

    assert there.text.replace(secret, absent) == nowhere.text
    assert there.status_code == nowhere.status_code
    assert _without_length(there) == _without_length(nowhere)


def _without_length(answer: TestResponse) -> list[tuple[str, str]]:
    return [(k, v.replace("0" * 32, "…")) for k, v in answer.headers if k != "Location"]


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that the store runs in the meantime."""
    seen: list[str] = []

    def see(_db: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(store._engine, "before_cursor_execute", see)
    yield seen
    event.remove(store._engine, "before_cursor_execute", see)


def asked(store: Store, act: Callable[[], object]) -> list[str]:
    """The statements that the act runs, without their values.

    What begins and undoes a part of a transaction writes and reads nothing.
    """
    with counted(store) as seen:
        act()
    return [
        one.split("(")[0]
        for one in seen
        if not one.startswith(("SAVEPOINT", "ROLLBACK TO", "RELEASE"))
    ]


def restricted(table: Table, state: str) -> str:
    """A record with the canary, about which that has happened."""
    if state == "collected":
        return _in_a_collection(table)
    record = planted(table, "zephrindle")
    tamsel = table.person("tamsel")
    label = "tk/seasonal" if state == "seasonal" else "tk/attribution"
    if state == "seasonal":
        zephrindle, by = table.communities["zephrindle"], table.actors["tamsel"]
        season = name_season(table.store, zephrindle, "x", by=by, now=table.later())
        tamsel.answers(record, "label", label=label, season=season)
        return record
    if state == "proposed":
        return record
    until = "2026-03-20" if state == "ended" else ""
    assert tamsel.answers(record, "approve", until=until).status_code == 303
    match state:
        case "flagged":
            tamsel.answers(record, "flag")
        case "closed":
            tamsel.answers(record, "flag", grave="yes")
        case "refused":
            tamsel.answers(record, "refuse")
        case "withdrawn":
            tamsel.answers(record, "withdraw")
        case "erased":
            _erase(table, record)
    return record


def _in_a_collection(table: Table) -> str:
    """A record with a hint, in a collection of which "nobody" was said."""
    collection = receive(
        table.store, "collection", {"title": ("Boats",)}, by=SOFTWARE, now=table.later()
    )
    table.concerns_nobody(collection)
    return receive(
        table.store,
        "item",
        {"title": (CANARY,), "culture": (CANARY,)},
        by=SOFTWARE,
        now=table.later(),
        collection=collection,
        towards=(WIKI,),
    )


def _erase(table: Table, record: str) -> None:
    table.person("tamsel").answers(record, "withdraw")
    by, seen = table.actors["tamsel"], table.length(record)
    one = Note(record=record, seen=seen, step=steps.Erased(), by=by)
    note(table.store, [one], now=table.later())


STATES = (
    "proposed",
    "flagged",
    "ended",
    "closed",
    "refused",
    "withdrawn",
    "erased",
    "seasonal",
    "collected",
)


@pytest.mark.parametrize("path", ["/r/{}", "/desk/{}"])
@pytest.mark.parametrize("state", STATES)
def test_restricted_and_absent_ask_the_same_queries(
    table: Table, state: str, path: str
) -> None:
    secret, absent = restricted(table, state), "0" * 32
    table.now += timedelta(days=30)
    person = table.newcomer() if path == "/r/{}" else table.person("brindle")
    person.opens("/")

    there = asked(table.store, lambda: person.opens(path.format(secret)))
    nowhere = asked(table.store, lambda: person.opens(path.format(absent)))

    assert there == nowhere
    assert person.opens(path.format(secret)).status_code == 404


@pytest.mark.parametrize("ticked", [{}, {"concerns": "yes"}, {"grave": "yes"}])
@pytest.mark.parametrize("state", STATES)
def test_a_report_asks_the_same_queries_whether_a_title_is_ours_or_not(
    table: Table, state: str, ticked: dict[str, str]
) -> None:
    titles = {}
    for name in (state, "proposed"):
        record = restricted(table, name)
        titles[name] = f"A title of {record}"
        with table.store.writing() as db:
            choose_title(db, record, WIKI, titles[name])
    people = [table.newcomer() for _ in range(2)]
    pages = [person.reads("/report") for person in people]
    receipts: list[str] = []
    people[0].sends(pages[0], "/report", page="x")  # begins the count of her address

    def reports(place: int, title: str) -> None:
        sent = people[place].sends(pages[place], "/report", page=title, **ticked)
        receipts.append(sent.location)

    ours = asked(table.store, lambda: reports(0, titles[state]))
    unknown = asked(table.store, lambda: reports(1, "A page that never was"))

    assert ours == unknown
    assert asked(table.store, lambda: people[0].opens(receipts[0])) == asked(
        table.store, lambda: people[1].opens(receipts[1])
    )


def test_a_report_of_what_is_not_ours_leaves_nothing_but_its_receipt(
    table: Table,
) -> None:
    record = restricted(table, "proposed")
    with table.store.writing() as db:
        choose_title(db, record, WIKI, "A title")
    person = table.newcomer()
    page = person.reads("/report")
    before = everything(table)

    person.sends(page, "/report", page="Another title", grave="yes")

    after = everything(table)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"receipts", "counters"}
