"""What is withheld is found in no answer to anybody who may not see it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from knowledge_base.kinds import shipped_kinds
from knowledge_base.store import Store
from tests.review_app.table import Person, Table
from tests.review_app.test_doors import address, rules

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


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a_canary_is_found_in_no_page(table: Table, who: str) -> None:
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

    for answer in answers_to(table, table.person(who), [secret, unanswered, named]):
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


@pytest.mark.parametrize("path", ["/r/{}", "/desk/{}"])
def test_restricted_and_absent_ask_the_same_queries(table: Table, path: str) -> None:
    secret, absent = planted(table, "zephrindle"), "0" * 32
    person = table.person("brindle")

    with counted(table.store) as there:
        person.opens(path.format(secret))
    with counted(table.store) as nowhere:
        person.opens(path.format(absent))

    assert [one.split("(")[0] for one in there] == [
        one.split("(")[0] for one in nowhere
    ]
