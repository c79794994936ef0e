"""A stolen database and backup say nothing; a key that is gone lets nothing out."""

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from knowledge_base import resealing, steps, tables
from knowledge_base.asking import ask_by_the_rulebook
from knowledge_base.backups import Since, back_up, restore
from knowledge_base.chain import verify
from knowledge_base.communities import add_community
from knowledge_base.engines import engine_for
from knowledge_base.gate import decision_of, facts_of
from knowledge_base.history import histories_of, history_of
from knowledge_base.journeys import State
from knowledge_base.keys import (
    Keyring,
    MasterKeyUnusable,
    WrongMasterKey,
    make_master,
    read_master,
)
from knowledge_base.master_turning import FOUND, REPLACED, follow_gone, wrap_anew
from knowledge_base.records import find_records, get_record
from knowledge_base.resealing import seal_what_is_open
from knowledge_base.store import Store
from knowledge_base.word_lists import give_list, own_list
from policies.rulebook import Rulebook
from policies.visibility import Visibility
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World, make_world

MASTER = bytes(range(32))
OTHER = bytes(32)
CANARY = "canarywords"


def reopened(world: World, url: str, master: bytes = MASTER) -> None:
    world.store.close()
    world.store = Store.open(
        url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        keys=Keyring(master),
    )


@contextmanager
def sealed_at(url: str) -> Iterator[World]:
    """The small world at an empty database, with keys for what comes after."""
    made = make_world(url)
    reopened(made, url)
    yield made
    made.store.close()


@pytest.fixture
def sealed(any_database_url: str) -> Iterator[World]:
    """The small world with keys, once on each database."""
    with sealed_at(any_database_url) as made:
        yield made


def lose_the_master_key(world: World, url: str) -> None:
    """Another one takes its place, as `withcare keys rotate --master --gone` does."""
    world.store.close()
    another = Keyring(OTHER)
    world.store = Store.open(
        url,
        rulebook=Rulebook.shipped(),
        destinations=(OWN_WIKI,),
        keys=another,
        is_gone=True,
    )
    follow_gone(world.store, another, by=world.operator, now=world.later())


def planted(world: World) -> str:
    """A canary in a private list, the content, a no, a label's note, the screening."""
    with world.store.reading() as db:
        stands = own_list(db, world.people).step
    give_list(
        world.store,
        world.people,
        (CANARY, "basket"),
        replaces=stands,
        by=world.steward,
        now=world.later(),
    )
    record = world.item(title=f"{CANARY} burial sacred", description=f"sacred {CANARY}")
    world.concern(record, "named", world.people)
    world.label(record, "secret_sacred")
    world.refuse(record, world.steward, f"Because of {CANARY}.")
    return record


def agreed(world: World) -> str:
    """A record with the canary in its title, to which its people said yes."""
    record = world.item(title=CANARY)
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    return record


def everything(url: str) -> str:
    """Every row of every table, as whoever has the server's files would read them."""
    engine = engine_for(url)
    with engine.connect() as db:
        said = [
            repr(tuple(row))
            for table in tables.metadata.sorted_tables
            for row in db.execute(select(table))
        ]
    engine.dispose()
    return "\n".join(said)


def test_a_stolen_database_says_nothing(sealed: World, any_database_url: str) -> None:
    record = planted(sealed)
    with sealed.store.reading() as db:
        assert CANARY in get_record(db, record).first("title")
        assert any(CANARY in (x.text or "") for x in history_of(db, record))
    assert CANARY not in everything(any_database_url)


def test_the_file_of_sqlite_and_its_log_say_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    world = make_world(sqlite_url)
    reopened(world, sqlite_url)
    planted(world)
    files = list(tmp_path.glob("withcare.sqlite*"))
    assert len(files) > 1
    assert not any(CANARY.encode() in one.read_bytes() for one in files)
    world.store.close()


def test_a_stolen_backup_says_nothing_and_comes_back_with_the_key(
    sealed: World, tmp_path: Path
) -> None:
    record = planted(sealed)
    path, url = tmp_path / "all.zip", f"sqlite:///{tmp_path / 'again.sqlite'}"
    made = back_up(sealed.store, path, now=sealed.later())
    with zipfile.ZipFile(path) as archive:
        members = [archive.read(name) for name in archive.namelist()]
    assert members
    assert not any(CANARY.encode() in one for one in (path.read_bytes(), *members))
    restore(url, path, since=Since(newest=made.head), now=sealed.later())
    assert CANARY not in everything(url)
    reopened(sealed, url)
    with sealed.store.reading() as db:
        assert CANARY in get_record(db, record).first("title")
        assert verify(db).holds


def test_what_a_key_hid_that_is_gone_is_shown_nowhere_and_asked_about(
    sealed: World, any_database_url: str
) -> None:
    record = agreed(sealed)
    lose_the_master_key(sealed, any_database_url)
    on = sealed.now.date()
    with sealed.store.reading() as db:
        assert get_record(db, record).content == {}
        assert facts_of(db, (record,))[record].findings is None
        decision = decision_of(db, sealed.store, record, WIKI, on=on)
        assert decision.visibility is Visibility.NONE
        assert verify(db).holds
        assert verify(db).unreadable > 0


def test_what_a_key_hid_that_is_gone_waits_for_somebody_at_once(
    sealed: World, any_database_url: str
) -> None:
    record = agreed(sealed)
    ask_by_the_rulebook(sealed.store, now=sealed.later())
    assert ask_by_the_rulebook(sealed.store, now=sealed.later()) == 0
    lose_the_master_key(sealed, any_database_url)

    assert ask_by_the_rulebook(sealed.store, now=sealed.later()) == 1

    waits = tables.questions.c.record_id == record
    with sealed.store.reading() as db:
        assert db.execute(select(tables.questions).where(waits)).all()


def test_whoever_reads_looks_for_keys_once_however_many_are_new_or_gone(
    sealed: World, any_database_url: str
) -> None:
    records = (planted(sealed), sealed.item(title=CANARY))

    def looks() -> int:
        said: list[str] = []
        engine = sealed.store._engine
        event.listen(engine, "before_cursor_execute", lambda *x: said.append(x[2]))
        with sealed.store.reading() as db:
            find_records(db, records)
            assert len(histories_of(db, records)) == 2
        return sum("FROM data_keys" in one for one in said)

    reopened(sealed, any_database_url)
    assert [looks(), looks()] == [1, 0]
    lose_the_master_key(sealed, any_database_url)
    assert [looks(), looks()] == [1, 1]  # another moment may have them


def test_without_its_key_a_record_is_still_taken_back_and_erased(
    sealed: World, any_database_url: str
) -> None:
    record, gone = planted(sealed), sealed.item(title=CANARY)
    lose_the_master_key(sealed, any_database_url)
    sealed.withdraw(record, sealed.steward)
    assert sealed.state(record) is State.WITHDRAWN
    sealed.take(gone, steps.Erased(), by=sealed.archivist)
    by, now = sealed.operator, sealed.later()
    before, after = Keyring(MASTER), Keyring(OTHER)
    wrap_anew(sealed.store, before, after, how=FOUND, by=by, now=now)
    with sealed.store.reading() as db:
        assert get_record(db, record).known.licences  # its words were not overwritten
        assert verify(db).unreadable == 0
        assert verify(db).holds


def test_another_master_key_is_refused_and_nothing_is_written(
    sealed: World, any_database_url: str
) -> None:
    planted(sealed)
    sealed.store.close()
    before = everything(any_database_url)
    with pytest.raises(WrongMasterKey, match="put back the one that is"):
        reopened(sealed, any_database_url, OTHER)
    assert everything(any_database_url) == before


def test_a_restore_with_another_master_key_leaves_the_store_empty(
    sealed: World, tmp_path: Path
) -> None:
    planted(sealed)
    path, url = tmp_path / "all.zip", f"sqlite:///{tmp_path / 'again.sqlite'}"
    since = Since(newest=back_up(sealed.store, path, now=sealed.later()).head)
    with pytest.raises(WrongMasterKey):
        restore(url, path, since=since, keys=Keyring(OTHER), now=sealed.later())
    restore(url, path, since=since, keys=Keyring(MASTER), now=sealed.later())


def test_a_backup_comes_back_though_its_master_key_is_gone(
    sealed: World, tmp_path: Path
) -> None:
    record = planted(sealed)
    path, url = tmp_path / "all.zip", f"sqlite:///{tmp_path / 'again.sqlite'}"
    since = Since(newest=back_up(sealed.store, path, now=sealed.later()).head)
    keys, now = Keyring(OTHER), sealed.later()
    restore(url, path, since=since, keys=keys, is_gone=True, now=now)
    reopened(sealed, url, OTHER)
    with sealed.store.reading() as db:
        assert get_record(db, record).content == {}
        assert verify(db).holds
    sealed.withdraw(record, sealed.steward)


def test_a_program_that_knows_the_old_master_key_alone_makes_no_key(
    sealed: World,
) -> None:
    sealed.item(title="one")
    by, now = sealed.operator, sealed.later()
    before, after = Keyring(MASTER), Keyring(OTHER)
    wrap_anew(sealed.store, before, after, how=REPLACED, by=by, now=now)
    sealed.item(title="sealed by a key that it had opened")
    name, by = {"name": ("Ombral (an invented people)",)}, sealed.operator
    with pytest.raises(WrongMasterKey):
        add_community(sealed.store, name, by=by, now=sealed.later())


def test_a_sealed_text_does_not_open_in_another_place(
    sealed: World, any_database_url: str
) -> None:
    one, other = sealed.item(title="one"), sealed.item(title="other")
    table = tables.contents
    with sealed.store.writing() as db:
        content = {
            id: db.scalar(
                select(tables.records.c.content).where(tables.records.c.id == id)
            )
            for id in (one, other)
        }
        text = db.scalar(select(table.c.text).where(table.c.commitment == content[one]))
        moved = update(table).where(table.c.commitment == content[other])
        db.execute(moved.values(text=text))
    with sealed.store.reading() as db:
        assert get_record(db, one).first("title") == "one"
        assert get_record(db, other).content == {}


def test_nobody_writes_in_the_open_by_forgetting_the_keys(sqlite_url: str) -> None:
    make_world(sqlite_url).store.close()
    with pytest.raises(TypeError, match="keys"):
        Store.open(sqlite_url, rulebook=Rulebook.shipped(), destinations=())  # type: ignore[call-arg]  # it is the point


def test_each_community_has_a_key_of_its_own(sealed: World) -> None:
    planted(sealed)
    with sealed.store.reading() as db:
        parties = set(db.scalars(select(tables.data_keys.c.party)))
    assert {sealed.people, "house"} <= parties


def test_what_stood_in_the_open_is_sealed_and_gone_from_the_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    world = make_world(sqlite_url)
    record = planted(world)
    assert CANARY in everything(sqlite_url)
    reopened(world, sqlite_url)
    assert seal_what_is_open(world.store, now=world.later()) > 0
    assert seal_what_is_open(world.store, now=world.later()) == 0
    with world.store.reading() as db:
        assert CANARY in get_record(db, record).first("title")
        assert verify(db).holds
    assert CANARY not in everything(sqlite_url)
    files = tmp_path.glob("withcare.sqlite*")
    assert not any(CANARY.encode() in one.read_bytes() for one in files)
    world.store.close()


class PowerCut(Exception):
    """Nothing of what was not committed is written."""


def test_a_sealing_that_is_cut_off_goes_on(
    any_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "MANY", 2)
    world = make_world(any_database_url)
    record = planted(world)
    reopened(world, any_database_url)
    commits = []

    def cut(_: object) -> None:
        commits.append(1)
        if len(commits) == 2:
            raise PowerCut

    event.listen(world.store._engine, "commit", cut)
    with pytest.raises(PowerCut):
        seal_what_is_open(world.store, now=world.later())
    assert CANARY in everything(any_database_url)
    assert seal_what_is_open(world.store, now=world.later()) > 2
    assert CANARY not in everything(any_database_url)
    with world.store.reading() as db:
        assert CANARY in get_record(db, record).first("title")
        assert verify(db).holds
    world.store.close()


def test_what_was_erased_is_in_no_file_of_sqlite_even_where_nothing_is_sealed(
    sqlite_url: str, tmp_path: Path
) -> None:
    world = make_world(sqlite_url)
    record = world.item(title=CANARY, description=f"{CANARY} " * 3000)
    assert _files_with_it(tmp_path)
    world.take(record, steps.Erased(), by=world.archivist)
    assert not _files_with_it(tmp_path)
    world.store.close()
    assert not _files_with_it(tmp_path)


def _files_with_it(folder: Path) -> list[Path]:
    files = folder.glob("withcare.sqlite*")
    return [one for one in files if CANARY.encode() in one.read_bytes()]


def test_a_master_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    make_master(tmp_path)
    key = read_master(tmp_path, {})
    make_master(tmp_path)
    assert read_master(tmp_path, {}) == key
    path = tmp_path / "master"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    with pytest.raises(MasterKeyUnusable, match="chmod 600"):
        read_master(tmp_path, {})
    path.unlink()
    with pytest.raises(MasterKeyUnusable, match="put it back"):
        read_master(tmp_path, {})


def test_a_credential_of_systemd_comes_first(tmp_path: Path) -> None:
    (tmp_path / "withcare-master").write_text(MASTER.hex(), "ascii")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_master(tmp_path / "none", given) == MASTER
