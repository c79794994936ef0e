"""What is on somebody's desk she finds by all its words, and nobody else anything."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Table, event, insert, select, update

from knowledge_base import answers, steps, tables
from knowledge_base.accounts import Account, find_account
from knowledge_base.calendar_days import civil_days
from knowledge_base.communities import add_community
from knowledge_base.desk_words import erase_marks, mark_stale
from knowledge_base.desk_words.marks import mark
from knowledge_base.search import find_at_desk
from knowledge_base.steps import Actor
from policies.facts import ARCHIVIST
from policies.view import OwnWords
from tests.knowledge_base.conftest import World, seat_steward
from tests.knowledge_base.search.test_finding import CASES
from tests.knowledge_base.test_keys import (
    everything,
    lose_the_master_key,
    reopened,
    sealed_at,
)

SECRET = "canaryworm"


@pytest.fixture
def desk(any_database_url: str) -> Iterator[World]:
    """The small world with keys, once on each database."""
    with sealed_at(any_database_url) as made:
        yield made


@pytest.fixture
def a_desk(sqlite_url: str) -> Iterator[World]:
    """The same on SQLite alone."""
    with sealed_at(sqlite_url) as made:
        yield made


def account_of(world: World, who: Actor) -> Account:
    with world.store.reading() as db:
        found = find_account(db, id=who.account or "")
    assert found is not None
    return found


def found(world: World, who: Actor, text: str, after: str = "") -> tuple[str, ...]:
    account, on = account_of(world, who), civil_days(world.now).closing
    with world.store.reading() as db:
        page = find_at_desk(db, world.store, account, text, on=on, after=after)
    return tuple(view.record for view in page.views)


def catch_up(world: World) -> int:
    done = 0
    while some := mark_stale(world.store, now=world.later()):
        done += some
    return done


def test_the_same_is_found_at_a_desk_on_every_database(desk: World) -> None:
    texts: dict[str, str] = CASES["texts"]
    name_of = {
        desk.item(title="Invented", description=text): name
        for name, text in texts.items()
    }
    otherwise = [
        (case["asks"], case["finds"], names)
        for case in CASES["cases"]
        if (names := [name_of[id] for id in found(desk, desk.archivist, case["asks"])])
        != case["finds"]
    ]
    assert not otherwise


def test_each_finds_what_is_on_her_own_desk_until_it_is_erased(desk: World) -> None:
    theirs, mine = desk.item(title=SECRET), desk.item(title=SECRET)
    desk.concern(theirs, "named", desk.people)
    assert found(desk, desk.archivist, SECRET) == (theirs, mine)
    assert found(desk, desk.steward, SECRET) == (theirs,)
    desk.label(theirs, "secret_sacred")
    assert found(desk, desk.archivist, SECRET) == (mine,)
    assert found(desk, desk.steward, SECRET) == (theirs,)
    desk.refuse(mine, desk.archivist)
    desk.take(mine, steps.Erased(), by=desk.archivist)
    assert marks_of(desk, mine) == set()
    assert found(desk, desk.archivist, SECRET) == ()


def marks_of(world: World, record: str) -> set[int]:
    kept, entries = tables.desk_tokens.c, tables.desk_records.c
    query = select(kept.token).join(tables.desk_records, entries.id == kept.entry)
    with world.store.reading() as db:
        return set(db.scalars(query.where(entries.record_id == record)))


def test_no_mark_says_the_same_of_a_word_for_two_parties(a_desk: World) -> None:
    world = a_desk
    named = {"name": ("Quillen (an invented people)",)}
    quillen = add_community(world.store, named, by=world.operator, now=world.later())
    steward = seat_steward(world, quillen, "quilla")
    one, other = world.item(title=SECRET), world.item(title=SECRET)
    secret = partial(steps.LabelApplied, family="tk", text_hash="", season=None)
    for record, people, by in (
        (one, world.people, world.steward),
        (other, quillen, steward),
    ):
        world.concern(record, "named", people)
        label = secret(type="secret_sacred", community=people)
        world.take(record, label, by=by)
    assert marks_of(world, one)
    assert not marks_of(world, one) & marks_of(world, other)


def readers_of(world: World, record: str) -> set[str]:
    kept, entries = tables.desk_readers.c, tables.desk_records.c
    query = select(kept.reader).join(tables.desk_records, entries.id == kept.entry)
    with world.store.reading() as db:
        return set(db.scalars(query.where(entries.record_id == record)))


def test_what_is_secret_has_marks_for_its_stewards_alone(a_desk: World) -> None:
    record = a_desk.item(title=SECRET)
    a_desk.concern(record, "named", a_desk.people)
    assert readers_of(a_desk, record) == {a_desk.people, ARCHIVIST}
    a_desk.label(record, "secret_sacred")
    assert readers_of(a_desk, record) == {a_desk.people}


def test_a_mark_is_found_by_nobody_without_the_key(
    a_desk: World, sqlite_url: str
) -> None:
    world = a_desk
    record = world.item(title=SECRET)
    assert len(marks_of(world, record)) > 5
    assert SECRET not in everything(sqlite_url)
    assert not marks_of(world, record) & {mark(b"", SECRET[:n]) for n in range(12)}
    lose_the_master_key(world, sqlite_url)
    assert found(world, world.archivist, SECRET) == ()


def test_a_store_that_was_opened_without_keys_keeps_no_mark(world: World) -> None:
    record = world.item(title=SECRET)
    catch_up(world)
    assert marks_of(world, record) == set()
    assert readers_of(world, record) == {ARCHIVIST}
    assert found(world, world.archivist, SECRET) == ()


def test_what_came_in_without_keys_is_marked_once_there_are_some(
    world: World, sqlite_url: str
) -> None:
    record = world.item(title=SECRET)
    reopened(world, sqlite_url)
    assert catch_up(world) > 0
    assert marks_of(world, record)
    assert found(world, world.archivist, SECRET) == (record,)


def test_whatever_a_mark_finds_is_opened_by_her_desk_view(a_desk: World) -> None:
    """Marks that somebody planted, or forgot to take away, show nothing."""
    world = a_desk
    record = world.item(title=SECRET)
    world.concern(record, "named", world.people)
    world.label(record, "secret_sacred")
    readers, entries = tables.desk_readers, tables.desk_records.c
    of_it = readers.c.entry.in_(select(entries.id).where(entries.record_id == record))
    with world.store.writing() as db:
        db.execute(update(readers).where(of_it).values(reader="archivist"))
        theirs = select(tables.data_keys.c.id).where(
            tables.data_keys.c.party == world.people
        )
        moved = update(tables.data_keys).where(tables.data_keys.c.id.in_(theirs))
        db.execute(moved.values(party="house"))
    assert found(world, world.archivist, SECRET) == ()


def test_a_word_that_only_begins_alike_is_not_found(a_desk: World) -> None:
    record = a_desk.item(title="canaryworms (invented)")
    assert found(a_desk, a_desk.archivist, "canaryworms") == (record,)
    assert found(a_desk, a_desk.archivist, "canarywormz") == ()


def test_her_own_words_are_found_too(a_desk: World) -> None:
    world = a_desk
    record = world.item(title="A boat")
    world.concern(record, "named", world.people)
    said = OwnWords(
        party=world.people,
        signed="Tamsel",
        field="title",
        text=SECRET,
        language="mi",
        instead=False,
    )
    seen, now = world.length(record), world.later()
    answers.give_words(world.store, record, said, seen=seen, by=world.steward, now=now)
    assert found(world, world.steward, SECRET) == (record,)


def test_what_its_collection_opens_or_hides_follows_at_the_latest_by_the_worker(
    desk: World,
) -> None:
    catch_up(desk)
    collection = desk.collection()
    record = desk.item_in(collection, {"title": SECRET})
    assert found(desk, desk.steward, SECRET) == ()
    desk.concern(collection, "named", desk.people)
    assert found(desk, desk.archivist, SECRET) == ()
    assert catch_up(desk) == 1
    assert found(desk, desk.steward, SECRET) == (record,)
    desk.label(collection, "secret_sacred")
    assert found(desk, desk.archivist, SECRET) == ()
    catch_up(desk)
    assert found(desk, desk.archivist, SECRET) == ()
    assert catch_up(desk) == 0


def test_a_key_that_is_turned_marks_anew_and_misses_nothing(a_desk: World) -> None:
    world = a_desk
    record = world.item(title=SECRET)
    before, keys = marks_of(world, record), tables.data_keys
    with world.store.writing() as db:
        db.execute(update(keys).values(retired_at=world.now))
    assert found(world, world.archivist, SECRET) == (record,)
    assert catch_up(world) > 0
    assert not marks_of(world, record) & before
    assert found(world, world.archivist, SECRET) == (record,)
    assert catch_up(world) == 0


def test_nobody_finds_by_a_matter_or_an_institution_that_is_not_hers(
    a_desk: World,
) -> None:
    world = a_desk
    records = [world.item(title=SECRET) for _ in range(2)]
    for record in records:
        world.concern(record, "named", world.people)
    narrow = seat_steward(
        world,
        world.people,
        "nerys",
        written_by=world.steward,
        matters=(records[1],),
    )
    assert found(world, narrow, SECRET) == ()
    with world.store.writing() as db:
        table = tables.stewards
        mine = table.c.account_id == narrow.account
        db.execute(update(table).where(mine).values(state="active"))
    assert found(world, narrow, SECRET) == (records[1],)


def test_a_search_at_the_desk_asks_the_same_whatever_is_hidden(a_desk: World) -> None:
    world = a_desk
    hidden = world.item(title=SECRET)
    world.concern(hidden, "named", world.people)
    world.label(hidden, "secret_sacred")

    def asked(text: str) -> list[str]:
        said: list[str] = []
        account, on = account_of(world, world.archivist), civil_days(world.now).closing
        with world.store.reading() as db:
            event.listen(
                db, "before_cursor_execute", lambda *args: said.append(args[2])
            )
            page = find_at_desk(db, world.store, account, text, on=on)
            assert page.views == ()
            assert page.after is None
        return said

    assert asked(SECRET) == asked("nothingofthiskind")


def test_a_search_at_the_desk_goes_on_after_the_last_one_seen(a_desk: World) -> None:
    world = a_desk
    records = tuple(world.item(title=f"Boat {SECRET}") for _ in range(5))
    account, on = account_of(world, world.archivist), civil_days(world.now).closing
    seen: list[str] = []
    after = ""
    with world.store.reading() as db:
        while True:
            page = find_at_desk(
                db, world.store, account, "boat", on=on, after=after, limit=2
            )
            seen += [view.record for view in page.views]
            if page.after is None:
                break
            after = page.after
    assert tuple(seen) == records


def test_a_search_after_what_is_hidden_begins_as_after_what_is_absent(
    a_desk: World,
) -> None:
    world = a_desk
    first = world.item(title="Kettle one")
    hidden = world.item(title="Kettle two")
    last = world.item(title="Kettle three")
    world.concern(hidden, "named", world.people)
    world.label(hidden, "secret_sacred")
    whole = found(world, world.archivist, "kettle")
    assert set(whole) == {first, last}
    for after in (hidden, "nothing"):
        assert found(world, world.archivist, "kettle", after=after) == whole
    assert found(world, world.archivist, "kettle", after=whole[0]) == whole[1:]


def test_a_page_is_filled_past_what_a_day_alone_has_hidden(a_desk: World) -> None:
    """As if a day had come that hides: its marks are still those of before."""
    world = a_desk
    hidden, *shown = (world.item(title=f"Boat {SECRET}") for _ in range(5))
    world.concern(hidden, "named", world.people)
    before = _marks_and_readers(world, hidden)
    world.label(hidden, "secret_sacred")
    _put_back(world, hidden, before)
    account, on = account_of(world, world.archivist), civil_days(world.now).closing
    pages = []
    with world.store.reading() as db:
        for after in ("", shown[1]):
            look = partial(find_at_desk, db, world.store, account, SECRET, on=on)
            pages.append(look(after=after, limit=2))
    assert [[one.record for one in x.views] for x in pages] == [shown[:2], shown[2:]]
    assert [page.after for page in pages] == [shown[1], None]


Rows = list[tuple[Table, dict[str, Any]]]


def _marks_and_readers(world: World, record: str) -> Rows:
    entries = tables.desk_records.c
    entry = select(entries.id).where(entries.record_id == record).scalar_subquery()
    with world.store.reading() as db:
        return [
            (table, dict(row))
            for table in (tables.desk_readers, tables.desk_tokens)
            for row in db.execute(
                select(table).where(table.c.entry == entry)
            ).mappings()
        ]


def _put_back(world: World, record: str, rows: Rows) -> None:
    with world.store.writing() as db:
        erase_marks(db, (record,))
        for table, row in rows:
            db.execute(insert(table).values(**row))
