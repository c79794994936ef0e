"""What nobody could open was not looked at, however long ago its turn was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from knowledge_base import tables
from knowledge_base.backups import Since, back_up, restore
from knowledge_base.journeys import State
from knowledge_base.key_turning import turn_keys
from knowledge_base.keys import Keyring, WrongMasterKey
from knowledge_base.known import Known
from knowledge_base.looked_through import NotLookedThrough, is_all_looked_through
from knowledge_base.looking_through import look_through
from knowledge_base.master_turning import FOUND, REPLACED, wrap_anew
from knowledge_base.rights import Forbidden
from knowledge_base.steps import SeenFinding
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from policies.word_lists import UNREADABLE
from tests.knowledge_base.conftest import OWN_WIKI, World
from tests.knowledge_base.test_keys import (
    MASTER,
    OTHER,
    lose_the_master_key,
    reopened,
    sealed_at,
)
from tests.knowledge_base.test_word_lists import (
    WORD,
    asks,
    find_key,
    give,
    is_asked,
    looked_through,
    lose_key,
    nobody,
    not_ours,
    published,
)


@pytest.fixture
def sealed(any_database_url: str) -> Iterator[World]:
    """The small world with keys, once on each database."""
    with sealed_at(any_database_url) as made:
        yield made


def shown_and_held(world: World) -> tuple[str, str]:
    """A page that stands, and a record that is not approved; the word is in both."""
    shown = published(world, title=f"The {WORD}")
    return shown, nobody(world, world.item(title=f"Another {WORD}"))


def require_both_ask(world: World, shown: str, held: str) -> None:
    assert is_asked(world, shown)
    assert is_asked(world, held)
    assert world.state(shown) is State.CLOSING
    world.approve(held, world.archivist)
    assert world.state(held) is State.IN_REVIEW


def missed_by_the_worker(world: World, url: str) -> None:
    """The word is listed while nothing opens, and the worker passes all of it over."""
    lose_the_master_key(world, url)
    give(world, WORD)
    looked_through(world)


def require_it_waits_and_asks(world: World, shown: str, held: str) -> None:
    """Nothing more of it is approved before the worker was there, and then it asks."""
    with pytest.raises(NotLookedThrough):
        world.approve(held, world.archivist)
    looked_through(world)
    require_both_ask(world, shown, held)


def master_is_found(world: World, url: str) -> None:
    """As `withcare keys rotate --master --found FILE` does."""
    found, here = Keyring(MASTER), Keyring(OTHER)
    wrap_anew(world.store, found, here, how=FOUND, by=world.operator, now=world.later())
    reopened(world, url, OTHER)


def is_all_done(world: World) -> bool:
    with world.store.reading() as db:
        return is_all_looked_through(db)


def test_a_worker_that_has_the_master_key_of_before_looks_at_nothing(
    sealed: World, any_database_url: str
) -> None:
    shown, held = shown_and_held(sealed)
    before = Store.open(
        any_database_url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        keys=Keyring(MASTER),
    )
    wrap_anew(
        sealed.store,
        Keyring(MASTER),
        Keyring(OTHER),
        how=REPLACED,
        by=sealed.operator,
        now=sealed.later(),
    )
    reopened(sealed, any_database_url, OTHER)
    turn_keys(sealed.store, None, by=sealed.operator, now=sealed.later())
    give(sealed, WORD)
    with pytest.raises(WrongMasterKey):
        look_through(before, now=sealed.later())
    before.close()
    assert not is_all_done(sealed)
    looked_through(sealed)
    require_both_ask(sealed, shown, held)


def test_what_opens_again_when_the_master_key_is_found_is_looked_at(
    sealed: World, any_database_url: str
) -> None:
    shown, held = shown_and_held(sealed)
    missed_by_the_worker(sealed, any_database_url)
    assert is_all_done(sealed)
    assert looked_through(sealed) == 0  # it does not go round over what never opens
    master_is_found(sealed, any_database_url)
    assert not is_all_done(sealed)
    with pytest.raises(NotLookedThrough):
        sealed.approve(held, sealed.archivist)
    with pytest.raises(NotLookedThrough):
        sealed.publish(shown)
    looked_through(sealed)
    require_both_ask(sealed, shown, held)
    assert is_all_done(sealed)
    assert looked_through(sealed) == 0


def test_a_key_that_is_found_and_turned_before_the_worker_is_there_hides_nothing(
    sealed: World, any_database_url: str
) -> None:
    shown, held = shown_and_held(sealed)
    missed_by_the_worker(sealed, any_database_url)
    master_is_found(sealed, any_database_url)
    turn_keys(sealed.store, None, by=sealed.operator, now=sealed.later())
    reopened(sealed, any_database_url, OTHER)  # one that never saw the key of before
    require_it_waits_and_asks(sealed, shown, held)


def test_a_key_that_is_found_while_the_worker_is_half_way_is_no_different(
    sealed: World, any_database_url: str
) -> None:
    records = sorted(nobody(sealed, sealed.item(title=WORD)) for _ in range(3))
    lose_the_master_key(sealed, any_database_url)
    give(sealed, WORD)
    while look_through(sealed.store, now=sealed.later(), limit=1)[1]:
        with sealed.store.reading() as db:
            mark = db.scalar(select(tables.watermarks.c.at)) or ""
        if mark.endswith(records[0]):
            break
    master_is_found(sealed, any_database_url)
    with pytest.raises(NotLookedThrough):
        sealed.approve(records[0], sealed.archivist)
    looked_through(sealed)  # to the end, and then all of it once more
    looked_through(sealed)
    assert all(is_asked(sealed, one) for one in records)


def test_the_next_list_does_not_make_what_was_missed_looked_at(
    sealed: World, any_database_url: str
) -> None:
    shown, held = shown_and_held(sealed)
    missed_by_the_worker(sealed, any_database_url)
    give(sealed, WORD, "boat")
    looked_through(sealed)
    master_is_found(sealed, any_database_url)
    require_it_waits_and_asks(sealed, shown, held)


def test_nothing_is_approved_while_what_was_missed_is_looked_at_again(
    sealed: World, any_database_url: str
) -> None:
    records = sorted(nobody(sealed, sealed.item(title=WORD)) for _ in range(3))
    missed_by_the_worker(sealed, any_database_url)
    master_is_found(sealed, any_database_url)
    look_through(sealed.store, now=sealed.later(), limit=1)
    with pytest.raises(NotLookedThrough):
        sealed.approve(records[-1], sealed.archivist)
    looked_through(sealed)
    assert is_asked(sealed, records[-1])


def test_a_restored_backup_is_looked_through_when_its_master_key_is_found(
    sealed: World, any_database_url: str, tmp_path: Path
) -> None:
    shown, held = shown_and_held(sealed)
    made = back_up(sealed.store, tmp_path / "all.zip", now=sealed.later())
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    restore(
        url,
        tmp_path / "all.zip",
        since=Since(newest=made.head),
        keys=Keyring(OTHER),
        is_gone=True,
        now=sealed.later(),
    )
    reopened(sealed, url, OTHER)
    give(sealed, WORD)
    looked_through(sealed)
    master_is_found(sealed, url)
    require_it_waits_and_asks(sealed, shown, held)


def test_what_it_says_is_missed_also_where_what_is_known_of_it_opens(
    sealed: World, any_database_url: str
) -> None:
    """A key that was turned half-way: what is known stands under another by then."""
    record = nobody(sealed, sealed.item(title=WORD))
    give(sealed, WORD)
    looked_through(sealed)
    table = tables.contents
    with sealed.store.writing() as db:
        of_it = select(tables.records.c.content).where(tables.records.c.id == record)
        mine = table.c.commitment == db.scalar(of_it)
        kept = db.scalar(select(table.c.text).where(mine))
        db.execute(update(table).where(mine).values(text=f"sealed1.{'0' * 32}.AAAA"))
    give(sealed, WORD, "boat")
    looked_through(sealed)
    assert is_asked(sealed, record)
    assert looked_through(sealed) == 0
    with sealed.store.writing() as db:
        db.execute(update(table).where(mine).values(text=kept))
    assert is_asked(sealed, record)


# --- a list that could not be read


def test_a_list_that_could_not_be_read_is_not_said_to_be_not_theirs(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, "boat")
    lose_key(sealed, any_database_url)
    record = nobody(sealed, sealed.item(title=f"A {WORD}"))
    with pytest.raises(Forbidden):
        not_ours(sealed, record)
    give(sealed, WORD)
    lose_key(sealed, any_database_url)
    looked_through(sealed)
    assert is_asked(sealed, record, UNREADABLE)


def test_what_is_not_theirs_in_a_list_does_not_spare_it_once_it_is_unreadable(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, "boat")
    record = nobody(sealed, sealed.item(title=f"A boat and a {WORD}"))
    not_ours(sealed, record)
    give(sealed, "boat", WORD)
    lose_key(sealed, any_database_url)
    looked_through(sealed)
    assert is_asked(sealed, record, UNREADABLE)


def test_what_was_spared_of_an_unreadable_list_before_asks_all_the_same() -> None:
    asks = SeenFinding(
        rule=UNREADABLE,
        field="",
        start=0,
        end=0,
        evidence="list:one:unreadable",
        party="one",
    )
    known = Known(findings=(asks,), spared=("list:one:unreadable",))
    assert known.listed_by == {"one"}
    assert Known(findings=(asks,)).without_what_is_not("one").spared == ()


def test_a_key_that_goes_while_all_is_mended_leaves_nothing_asking(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, WORD)
    looked_through(sealed)
    kept = lose_key(sealed, any_database_url)
    records = [nobody(sealed, sealed.item(title=f"House {i}")) for i in range(4)]
    looked_through(sealed)
    find_key(sealed, any_database_url, kept)
    look_through(sealed.store, now=sealed.later(), limit=2)
    kept = lose_key(sealed, any_database_url)
    while look_through(sealed.store, now=sealed.later())[1]:
        pass
    find_key(sealed, any_database_url, kept)
    looked_through(sealed)
    assert [asks(sealed, one) for one in records] == [[]] * 4
    assert looked_through(sealed) == 0


def test_what_comes_in_without_the_key_while_all_is_mended_is_mended_too(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, WORD)
    kept = lose_key(sealed, any_database_url)
    records = [nobody(sealed, sealed.item(title=f"House {i}")) for i in range(3)]
    find_key(sealed, any_database_url, kept)
    while look_through(sealed.store, now=sealed.later(), limit=1)[1]:
        if not records[3:]:
            kept = lose_key(sealed, any_database_url)
            records += [nobody(sealed, sealed.item()) for _ in range(4)]
            find_key(sealed, any_database_url, kept)
    looked_through(sealed)
    assert [asks(sealed, one) for one in records] == [[]] * 7
    assert looked_through(sealed) == 0


def test_all_is_looked_through_only_with_lists_that_opened(
    sealed: World, any_database_url: str
) -> None:
    sealed.item()
    give(sealed, WORD)
    kept = lose_key(sealed, any_database_url)
    looked_through(sealed)
    assert not is_all_done(sealed)
    with sealed.store.reading() as db:
        assert not is_all_looked_through(db, sealed.people)
    find_key(sealed, any_database_url, kept)
    looked_through(sealed)
    assert is_all_done(sealed)
