"""What is searched is found alike on every database, and only where it may be."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import event, update

from knowledge_base import tables
from knowledge_base.calendar_days import civil_days
from knowledge_base.kept_views.light import KEPT_FOR
from knowledge_base.search import find_shown, finding
from knowledge_base.store import Store, upgrade
from knowledge_base.tokens import looked_for
from policies.purposes import Purpose
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World, make_world

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "cases.yaml").read_text("utf-8")
)


def shown_item(world: World, **fields: str) -> str:
    record = world.item(**fields)
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    return record


def found(world: World, text: str, **how: Any) -> tuple[str, ...]:
    on = civil_days(world.now).closing
    with world.store.reading() as db:
        page = find_shown(db, world.store, WIKI, text, on=on, **how)
    return tuple(view.record for view in page.views)


def test_the_same_is_found_on_every_database(any_world: World) -> None:
    texts: dict[str, str] = CASES["texts"]
    name_of = {
        shown_item(any_world, title="Invented", description=text): name
        for name, text in texts.items()
    }
    otherwise = [
        (case["asks"], case["finds"], names)
        for case in CASES["cases"]
        if (names := [name_of[id] for id in found(any_world, case["asks"])])
        != case["finds"]
    ]
    assert not otherwise
    assert Purpose.INDEX in KEPT_FOR


def test_what_may_not_be_seen_is_not_found(any_world: World) -> None:
    world = any_world
    record = shown_item(world, title="Canaryworm (invented)")
    world.item(title="Canaryworm too (invented)")
    assert found(world, "canaryworm") == (record,)
    world.label(record, "secret_sacred")
    assert found(world, "canaryworm") == ()


def test_what_was_taken_back_is_not_found_and_leaves_no_sign(
    any_world: World,
) -> None:
    world = any_world
    record = shown_item(world, title="Canaryworm (invented)")
    world.withdraw(record, world.archivist)
    assert found(world, "canaryworm") == ()


def test_a_day_that_passed_is_heeded(world: World) -> None:
    shown_item(world, title="Boat")
    world.now -= timedelta(days=2)
    assert found(world, "boat") == ()


def test_a_search_goes_on_after_the_last_one_seen(any_world: World) -> None:
    records = tuple(shown_item(any_world, title="Boat") for _ in range(5))
    on = civil_days(any_world.now).closing
    seen: list[str] = []
    after = ""
    with any_world.store.reading() as db:
        while True:
            page = find_shown(
                db, any_world.store, WIKI, "boat", on=on, after=after, limit=2
            )
            seen += [view.record for view in page.views]
            if page.after is None:
                break
            after = page.after
    assert tuple(seen) == records


def test_what_counts_is_found_behind_much_that_counts_no_more(
    any_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "AT_ONCE", 2)
    records = tuple(shown_item(any_world, title="Boat") for _ in range(7))
    moved_on = update(tables.records).where(tables.records.c.id.in_(records[:5]))
    with any_world.store.writing() as db:
        db.execute(moved_on.values(weighed=tables.records.c.weighed + 1))
    said: list[str] = []
    engine = any_world.store._engine
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    assert found(any_world, "boat") == records[5:]
    # The few that are looked at first, and once more for all the rest.
    assert sum(one.startswith("SELECT") for one in said) == 3


def test_a_search_asks_the_same_whatever_is_hidden(world: World) -> None:
    hidden = world.item(title="Canaryworm (invented)")
    world.label(hidden, "secret_sacred")

    def asked(text: str) -> list[str]:
        said: list[str] = []
        with world.store.reading() as db:
            event.listen(
                db, "before_cursor_execute", lambda *args: said.append(args[2])
            )
            on = civil_days(world.now).closing
            assert not find_shown(db, world.store, WIKI, text, on=on).views
        return said

    assert asked("canaryworm") == asked("nothingofthiskind")


OTHERS = "船舶 قارب नौका waka"
EARLIER = (
    "DROP TABLE view_tokens",
    "CREATE VIRTUAL TABLE view_tokens USING fts5("
    "tokens, content='views', content_rowid='id', detail='none', columnsize=0,"
    " tokenize='ascii')",
    "INSERT INTO view_tokens(rowid, tokens)"
    " SELECT id, tokens FROM views WHERE tokens IS NOT NULL",
    "UPDATE alembic_version SET version_num = '0023'",
)


@pytest.mark.parametrize("is_half_way", [False, True])
def test_an_index_of_an_earlier_version_is_made_anew(
    sqlite_url: str, is_half_way: bool
) -> None:
    world = make_world(sqlite_url)
    before = shown_item(world, title="Canaryworm (invented)", description=OTHERS)
    with world.store.writing() as db:
        for statement in EARLIER:
            db.exec_driver_sql(statement)
        if is_half_way:
            db.exec_driver_sql("DROP TABLE view_tokens")
    world.store.close()
    upgrade(sqlite_url)

    world.store = Store.open(
        sqlite_url, rulebook=Rulebook.shipped(), destinations=(OWN_WIKI,), keys=None
    )
    after = shown_item(world, title="Canary (invented)", description=OTHERS)
    whole = ("canary", *OTHERS.split())
    for beginning in (word[:length] for word in whole for length in range(1, 7)):
        is_asked = bool(looked_for(beginning))
        assert found(world, beginning) == ((before, after) if is_asked else ())
    with world.store.reading() as db:
        (made,) = db.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'view_tokens'"
        ).scalars()
    assert "prefix='4 5 6 7 12'" in made
    for beginning, length in {"ca": 4, "cana": 6, "船": 7, "قا": 12}.items():
        assert [len(one) for one in looked_for(beginning)] == [length]
    world.label(before, "secret_sacred")
    assert found(world, "canaryworm") == ()
    assert found(world, "ca") == (after,)
    world.store.close()
