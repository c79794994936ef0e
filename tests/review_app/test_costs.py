"""A page costs what it shows, and not what there is."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import event

from knowledge_base.store import Store
from tests.review_app.table import Table


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


PAGES = ["/queue", "/queue/answered", "/records", "/records?q=kettle"]


@pytest.mark.parametrize("path", PAGES)
def test_a_list_of_many_asks_no_more_than_a_list_of_one(
    table: Table, path: str
) -> None:
    def fill(many: int) -> None:
        for number in range(many):
            record = table.item("zephrindle", title=f"Kettle {number} (invented)")
            if number % 2:
                table.person("tamsel").answers(record, "approve")

    fill(2)
    tamsel = table.person("tamsel")
    tamsel.opens(path)
    one = asked(table.store, lambda: tamsel.opens(path))
    fill(12)
    many = asked(table.store, lambda: tamsel.opens(path))
    assert len(many) == len(one)


@pytest.mark.parametrize("path", ["/records", "/records?q=kettle", "/r/{}"])
def test_what_anyone_reads_asks_ten_times_at_most(table: Table, path: str) -> None:
    record = table.item("zephrindle", title="Kettle (invented)")
    table.person("tamsel").answers(record, "approve")
    for who in ("visitor", "tamsel"):
        person = table.person(who)
        person.opens("/")
        said = asked(table.store, partial(person.opens, path.format(record)))
        assert 0 < len(said) <= 10
