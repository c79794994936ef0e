"""Who asks and what she is shown are of one moment, whatever is taken back then."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

import review_app
from knowledge_base import steps
from knowledge_base.communities import suspend
from knowledge_base.keys import Keyring
from knowledge_base.notes import Note
from knowledge_base.records import content_text, hash_of
from knowledge_base.sign_ins import SEEN_EVERY, sign_out_everywhere
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store
from knowledge_base.workflow import note
from tests.review_app.table import Person, Table, lay_table, reopen

CANARY = "Qwertling"
Take = Callable[[Table], None]
Ask = Callable[[Person, str], Callable[[], TestResponse]]


@pytest.fixture
def keyed(table: Table) -> Iterator[Table]:
    """The table over a store with keys: without, nothing is found at a desk."""
    opened = reopen(table, keys=Keyring(bytes(32)))
    yield opened
    opened.store.close()


@contextmanager
def once_she_was_looked_up(store: Store, act: Callable[[], None]) -> Iterator[None]:
    """The act, right after it was looked up for the first time who asks."""
    engine, left = store._engine, [act]

    def hear(*args: object) -> None:
        if left and "FROM sign_ins" in str(args[2]):
            left.pop()()

    event.listen(engine, "after_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", hear)
    assert not left


def _suspended(table: Table) -> None:
    place, account = table.communities["zephrindle"], table.actors["tamsel"].account
    by, now = table.actors["odo"], table.later()
    suspend(table.store, place, account or "", by=by, now=now)


def _signed_out(table: Table) -> None:
    account = table.actors["tamsel"].account or ""
    sign_out_everywhere(table.store, account, now=table.later())


def _says_more(table: Table, record: str) -> None:
    """From now on the record says what she is not to read."""
    text = content_text({"title": (f"{CANARY} kettle",)})
    step = steps.ContentChanged(
        content_hash=hash_of(text), fields=("title",), concerns=False
    )
    seen, by = table.length(record), SOFTWARE
    changed = Note(record=record, seen=seen, step=step, by=by, text=text)
    note(table.store, [changed], now=table.later())


def _opens(path: str) -> Ask:
    return lambda who, record: lambda: who.opens(path.format(record))


def _asks_nobody(who: Person, record: str) -> Callable[[], TestResponse]:
    """A form that comes back with the record round it, since a choice is missing."""
    page = who.reads(f"/desk/{record}")
    return lambda: who.sends(page, f"/{record}/label", label="nothing/at-all")


ASKED = {
    "record": _opens("/desk/{}"),
    "queue": _opens("/queue"),
    "form": _asks_nobody,
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("taken_back", [_suspended, _signed_out])
def test_what_is_said_once_she_may_not_see_it_is_not_shown(
    any_database_url: str, tmp_path: Path, asked: str, taken_back: Take
) -> None:
    table = lay_table(tmp_path, any_database_url)
    record, tamsel = table.item("zephrindle"), table.person("tamsel")
    act = ASKED[asked](tamsel, record)
    with once_she_was_looked_up(table.store, lambda: _both(table, record, taken_back)):
        answer = act()
    table.store.close()
    assert CANARY not in answer.text
    assert answer.status_code in (200, 403)


def _both(table: Table, record: str, taken_back: Take) -> None:
    taken_back(table)
    _says_more(table, record)


@pytest.mark.parametrize("taken_back", [_suspended, _signed_out])
def test_nor_is_it_found(keyed: Table, taken_back: Take) -> None:
    record, tamsel = keyed.item("zephrindle"), keyed.person("tamsel")
    page = tamsel.reads("/search")
    with once_she_was_looked_up(keyed.store, lambda: _both(keyed, record, taken_back)):
        answer = tamsel.sends(page, "/search", words="kettle")
    assert CANARY not in answer.text
    assert answer.status_code == 403


def test_who_signed_out_meanwhile_is_given_back_what_she_typed(table: Table) -> None:
    record, tamsel = table.item("zephrindle"), table.person("tamsel")
    page = tamsel.reads(f"/desk/{record}")
    with once_she_was_looked_up(table.store, lambda: _signed_out(table)):
        answer = tamsel.sends(page, f"/{record}/refuse", note="My own words")
    assert (answer.status_code, table.length(record)) == (403, 3)
    assert "You were signed out" in answer.text
    assert "My own words" in answer.text


def test_a_page_is_read_in_one_transaction_which_is_over_when_it_is_drawn(
    table: Table,
) -> None:
    record, tamsel = table.item("zephrindle"), table.person("tamsel")
    begun: list[str] = []
    engine = table.store._engine
    event.listen(engine, "begin", lambda db: begun.append("reading"))
    for path in ("/queue", "/coming", "/search", "/account"):
        begun.clear()
        tamsel.opens(path)
        assert begun == ["reading"], path
    table.now += SEEN_EVERY
    begun.clear()
    tamsel.opens(f"/desk/{record}")
    # Beside it the titles of pages near it, and when the sign-in was last used.
    assert len(begun) == 3
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a QueuePool


def test_who_resets_her_own_account_is_shown_the_link(table: Table) -> None:
    odo, own = table.person("odo"), table.actors["odo"].account
    page = odo.reads(f"/accounts/{own}/reset")
    answer = odo.sends(page, f"/{own}/reset")
    assert answer.status_code == 200
    assert "/link/" in answer.text


# Read beside who asks: what depends on nobody. A new place takes a second decision.
OF_NOBODY = {
    "answers._known_communities",
    "auth._home",
    "auth.use",
    "communities.exists",
    "flags._who_answers",
    "guests._begun",
    "labels._season",
    "matters.matters_written",
    "proposals._titles",
    "public.record",
    "shared._page",
    "shared.records",
}


def test_whatever_else_is_read_is_read_in_the_moment_of_who_asks() -> None:
    found = {
        f"{path.stem}.{function.name}"
        for path in Path(review_app.__file__).parent.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "reading"
    }
    assert found == OF_NOBODY
