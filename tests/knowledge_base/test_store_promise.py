"""The one promise of the store, kept on SQLite, PostgreSQL and MariaDB alike."""

import threading
import traceback
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from knowledge_base import answers, flags, steps
from knowledge_base.approving import Complete
from knowledge_base.chain import verify
from knowledge_base.columns import UnstorableText
from knowledge_base.engines import engine_for
from knowledge_base.faults import StoreBusy
from knowledge_base.flags import FlagAgainst
from knowledge_base.history import history_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.limits import is_within
from knowledge_base.notes import Note
from knowledge_base.pages import (
    TitleTaken,
    choose_title,
    keep_title,
    page_of,
    turn_page,
)
from knowledge_base.records import NoSuchRecord, get_record
from knowledge_base.steps import SOFTWARE
from knowledge_base.store import Store, create
from knowledge_base.tables import chain_head, contents, metadata
from knowledge_base.tables import steps as stored_steps
from knowledge_base.versions import WrongVersion
from knowledge_base.workflow import Stale, note
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import START, WIKI, World, intended, saved


def test_a_record_travels_to_published_and_is_taken_back(any_world: World) -> None:
    world = any_world
    record = world.item()
    world.concern(record, "nobody")
    assert world.approve(record, world.archivist) == Complete()
    world.publish(record)
    assert world.state(record) is State.PUBLISHED
    world.withdraw(record, world.archivist)
    assert world.state(record) is State.WITHDRAWING


def test_what_was_written_is_read_back_to_the_letter(any_world: World) -> None:
    words = "Māori ≠ Maori · 面具 · \u202bعربي\u202c · m̀e\u0301 · 🛶 " + "x" * 70_000
    record = any_world.item(description=words)
    with any_world.store.reading() as db:
        assert get_record(db, record).first("description") == words


def test_an_error_of_the_database_quotes_nothing(any_world: World) -> None:
    any_world.item()
    canary = "canary-under-the-ice"
    row = {"commitment": "c", "salt": None, "text": canary, "erased_at": None}
    seen = ""
    for _ in range(2):
        try:
            with any_world.store.writing() as db:
                db.execute(insert(contents).values(**row))
        except DatabaseError as error:
            seen += "".join(traceback.format_exception(error))
    assert "IntegrityError" in seen or "OperationalError" in seen
    assert canary not in seen


def test_a_reader_sees_one_moment(any_world: World) -> None:
    """Else an audit beside a writer finds a head that does not fit its last step."""
    with any_world.store.reading() as db:
        before = db.execute(select(stored_steps.c.position)).all()
        any_world.item()
        assert db.execute(select(stored_steps.c.position)).all() == before
        assert verify(db).steps == len(before)


def test_times_come_back_aware_and_in_utc(any_world: World) -> None:
    record = any_world.item()
    there = timezone(timedelta(hours=13))
    moment = datetime(2026, 5, 1, 3, 0, 0, 123456, tzinfo=there)
    seen = any_world.length(record)
    screened = steps.Screened(rulebook="r", findings=())
    one = Note(record=record, seen=seen, step=screened, by=SOFTWARE)
    note(any_world.store, [one], now=moment)
    with any_world.store.reading() as db:
        last = history_of(db, record)[-1]
    assert last.at == moment
    assert last.at.utcoffset() == timedelta(0)


def test_names_are_compared_byte_by_byte(any_world: World) -> None:
    spelled = ("x Maori", "x Māori", "x maori", "x maori​", "x māori")
    records = [any_world.item() for _ in spelled]
    with any_world.store.writing() as db:
        for record, title in zip(records, spelled, strict=True):
            choose_title(db, record, WIKI, title)
    with any_world.store.reading() as db:
        pages = [page_of(db, record, WIKI) for record in records]
    assert [page.title for page in pages if page is not None] == list(spelled)


def test_an_unstorable_character_is_refused_and_nothing_is_written(
    any_world: World,
) -> None:
    record = any_world.item()
    before = any_world.length(record)
    with pytest.raises(UnstorableText):
        flags.flag(
            any_world.store,
            record,
            FlagAgainst(against="not-written-yet", note="a\x00b"),
            seen=before,
            by=any_world.archivist,
            now=any_world.later(),
        )
    assert any_world.length(record) == before


def test_a_stale_step_is_told_so_and_none_of_its_batch_is_written(
    any_world: World,
) -> None:
    fresh, stale = any_world.item(), any_world.item()
    screened = steps.Screened(rulebook="r", findings=())
    notes = [
        Note(record=fresh, seen=any_world.length(fresh), step=screened, by=SOFTWARE),
        Note(record=stale, seen=1, step=screened, by=SOFTWARE),
    ]
    before = any_world.length(fresh)
    with pytest.raises(Stale) as told:
        note(any_world.store, notes, now=any_world.later())
    assert told.value.length == 2
    assert any_world.length(fresh) == before


def test_of_two_people_at_one_record_at_one_moment_one_wins(any_world: World) -> None:
    record = any_world.item()
    seen = any_world.length(record)
    now = any_world.later()
    barrier, told = threading.Barrier(2), []

    def answer() -> None:
        barrier.wait()
        try:
            answers.not_now(
                any_world.store, record, seen=seen, by=any_world.archivist, now=now
            )
        except Stale as stale:
            told.append(stale)

    people = [threading.Thread(target=answer) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(told) == 1
    assert any_world.length(record) == seen + 1


def test_many_writers_leave_one_whole_chain(any_world: World) -> None:
    records = [any_world.item() for _ in range(4)]
    now = any_world.later()

    def write(record: str) -> None:
        for _ in range(5):
            seen = any_world.length(record)
            screened = steps.Screened(rulebook="r", findings=())
            one = Note(record=record, seen=seen, step=screened, by=SOFTWARE)
            note(any_world.store, [one], now=now)

    writers = [threading.Thread(target=write, args=(one,)) for one in records]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with any_world.store.reading() as db:
        assert verify(db).holds
    assert [any_world.length(one) for one in records] == [7] * 4


def test_the_chain_finds_what_was_edited_cut_or_moved(any_world: World) -> None:
    any_world.item()
    with any_world.store.reading() as db:
        kept = verify(db)
    any_world.item()
    with any_world.store.reading() as db:
        assert verify(db, since=(kept.steps, kept.head)).holds
    with any_world.store.writing() as db:
        db.execute(
            update(stored_steps)
            .where(stored_steps.c.position == kept.steps)
            .values(actor="somebody-else")
        )
    with any_world.store.reading() as db:
        broken = verify(db).broken
    assert broken == (f"step {kept.steps} was edited",)


def test_a_cut_tail_is_found_by_whoever_kept_a_head(any_world: World) -> None:
    any_world.item()
    with any_world.store.reading() as db:
        kept = verify(db)
    with any_world.store.writing() as db:
        db.execute(stored_steps.delete().where(stored_steps.c.position == kept.steps))
        last = db.execute(
            select(stored_steps.c.position, stored_steps.c.hash)
            .order_by(stored_steps.c.position.desc())
            .limit(1)
        ).one()
        head = {"p": last.position, "h": last.hash}
        db.execute(text("UPDATE chain_head SET position = :p, hash = :h"), head)
    with any_world.store.reading() as db:
        assert verify(db).holds
        assert not verify(db, since=(kept.steps, kept.head)).holds


def test_erased_words_are_gone_and_the_chain_holds(any_world: World) -> None:
    record = any_world.item(description="CANARY words (invented)")
    any_world.take(record, steps.Erased(), by=any_world.archivist)
    with any_world.store.reading() as db:
        audit = verify(db)
        texts = [one for one in db.scalars(select(contents.c.text)) if one]
        content = get_record(db, record).content
    assert (audit.holds, audit.erased) == (True, 1)
    assert not any("CANARY" in one for one in texts)
    assert content == {}


@pytest.mark.parametrize("status", ["proposed", "gone"])
def test_an_erased_record_leaves_no_title_behind(world: World, status: str) -> None:
    records = [world.item(), world.item()]
    for record in records:
        with world.store.writing() as db:
            choose_title(db, record, WIKI, f"CANARY {record} (invented)")
            keep_title(db, record, WIKI, f"CANARY {record}", past="CANARY before")
            turn_page(db, record, WIKI, status=status)
        world.take(record, steps.Erased(), by=world.archivist)
    with world.store.reading() as db:
        left = [page_of(db, record, WIKI) for record in records]
    assert not any("CANARY" in str(page) for page in left)
    assert [page.base_units for page in left if page is not None] == [{}, {}]


def test_a_record_nobody_knows_cannot_be_erased(world: World) -> None:
    with pytest.raises(NoSuchRecord):
        world.take("0" * 32, steps.Erased(), by=world.archivist)


def test_two_records_never_share_a_title(any_world: World) -> None:
    first, second = any_world.item(), any_world.item()
    with any_world.store.writing() as db:
        choose_title(db, first, WIKI, "A boat")
    with pytest.raises(TitleTaken), any_world.store.writing() as db:
        choose_title(db, second, WIKI, "a_boat")
    with any_world.store.reading() as db:
        assert page_of(db, second, WIKI) is None


def test_the_database_refuses_an_institutions_decision_without_a_reason(
    any_world: World,
) -> None:
    _refused_by_the_database(
        any_world,
        "an_institutions_decision_has_a_person_and_a_reason",
        voice="institution",
        actor="x",
        reason=None,
    )


def test_the_database_refuses_a_communitys_answer_without_a_person(
    any_world: World,
) -> None:
    _refused_by_the_database(
        any_world,
        "a_communitys_answer_has_a_person",
        voice="community",
        actor=None,
        reason=None,
    )


def test_the_database_refuses_an_approval_by_software(any_world: World) -> None:
    _refused_by_the_database(
        any_world,
        "an_approval_is_the_word_of_a_person",
        voice="software",
        actor=None,
        reason=None,
        kind="approved",
    )


def _refused_by_the_database(world: World, name: str, **values: str | None) -> None:
    row = {
        "position": 999,
        "record_id": "r",
        "ordinal": 1,
        "kind": "refused",
        "version": 1,
        "at": START,
        "by_command": False,
        "body": {},
        "previous": "p",
        "hash": "h",
    } | values
    with pytest.raises(DatabaseError, match=name), world.store.writing() as db:
        db.execute(insert(stored_steps).values(**row))


def test_a_store_of_another_version_is_refused_with_the_remedy(
    any_database_url: str,
) -> None:
    with pytest.raises(WrongVersion, match="kb init"):
        Store.open(
            any_database_url, rulebook=Rulebook.shipped(), destinations=(), keys=None
        )


def test_making_the_store_again_changes_nothing(
    any_world: World, any_database_url: str
) -> None:
    record = any_world.item()
    create(any_database_url, now=START)
    assert any_world.length(record) == 2
    with any_world.store.reading() as db:
        assert verify(db).holds


def test_the_migrations_make_the_tables_that_the_code_expects(
    any_database_url: str,
) -> None:
    create(any_database_url, now=START)
    engine = engine_for(any_database_url)
    with engine.connect() as db:
        looking = inspect(db)
        found = {
            name: {column["name"] for column in looking.get_columns(name)}
            for name in metadata.tables
        }
    engine.dispose()
    wanted = {name: set(t.columns.keys()) for name, t in metadata.tables.items()}
    assert found == wanted


def test_a_limit_counts_over_connections_and_begins_anew(any_world: World) -> None:
    hour, now = timedelta(hours=1), any_world.now
    tries = [
        is_within(any_world.store, "k", most=2, per=hour, now=now) for _ in range(3)
    ]
    assert tries == [True, True, False]
    assert is_within(any_world.store, "k", most=2, per=hour, now=now + hour)


def test_nothing_open_may_be_intended(any_world: World) -> None:
    record = any_world.item()
    with pytest.raises(NotPossible):
        any_world.take(record, intended())
    # What arrives all the same is learned of, and publishes nothing.
    any_world.take(record, saved())
    assert any_world.state(record) is State.IN_REVIEW


def test_a_writer_with_little_patience_is_told_that_the_store_is_busy(
    any_world: World, any_database_url: str
) -> None:
    record = any_world.item()
    hurried = Store.open(
        any_database_url,
        rulebook=any_world.store.rulebook,
        destinations=any_world.store.destinations,
        patience=timedelta(milliseconds=1),
        keys=None,
    )
    one = Note(
        record=record,
        seen=any_world.length(record),
        step=steps.Screened(rulebook="x", findings=()),
        by=SOFTWARE,
    )
    before = any_world.length(record)

    with any_world.store.writing() as db:
        db.execute(select(chain_head).with_for_update())
        with pytest.raises(StoreBusy):
            note(hurried, [one], now=any_world.now)

    assert any_world.length(record) == before
    note(hurried, [one], now=any_world.now)
    hurried.close()
