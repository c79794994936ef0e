"""A community's private list: it asks that community, and tells nobody else a word."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from knowledge_base import steps, tables
from knowledge_base.accounts import find_account
from knowledge_base.answers import ask
from knowledge_base.backups import Since, back_up, restore
from knowledge_base.chain import verify
from knowledge_base.columns import canonical
from knowledge_base.communities import add_community
from knowledge_base.gate import decision_of
from knowledge_base.history import history_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.key_turning import turn_keys
from knowledge_base.kinds import shipped_kinds
from knowledge_base.lists_in_force import lists_in_force
from knowledge_base.looked_through import is_all_looked_through
from knowledge_base.looking_through import look_through
from knowledge_base.made_ready import make_ready
from knowledge_base.notes import Note
from knowledge_base.receiving import screening
from knowledge_base.records import get_record
from knowledge_base.rights import Forbidden
from knowledge_base.steps import SOFTWARE, Actor
from knowledge_base.views import desk_view
from knowledge_base.word_lists import asked_by_list, give_list, own_list
from knowledge_base.work import work
from knowledge_base.workflow import ListMoved, Stale, note
from policies.visibility import Visibility
from tests.knowledge_base.conftest import WIKI, World, seat_steward
from tests.knowledge_base.test_keys import MASTER, everything, reopened, sealed_at

WORD = "quilloxin"


@pytest.fixture
def sealed(any_database_url: str) -> Iterator[World]:
    """The small world with keys, once on each database."""
    with sealed_at(any_database_url) as made:
        yield made


def give(world: World, *words: str, by: Actor | None = None) -> None:
    with world.store.reading() as db:
        stands = own_list(db, world.people).step
    by, now = by or world.steward, world.later()
    give_list(world.store, world.people, words, replaces=stands, by=by, now=now)


def looked_through(world: World) -> int:
    """The worker looks through everything; returns how many records it looked at."""
    turns = work(world.store, worker="one", clock=lambda: world.later(), only="lists")
    return sum(turn.done for turn in turns)


def asks(world: World, record: str) -> list[tuple[str, str]]:
    with world.store.reading() as db:
        found = decision_of(db, world.store, record, WIKI, on=world.now.date())
    return [(one.rule, one.to) for one in found.questions]


def is_asked(world: World, record: str, rule: str = "listed-words") -> bool:
    return (rule, world.people) in asks(world, record)


def nobody(world: World, record: str) -> str:
    world.concern(record, "nobody")
    return record


def published(world: World, **fields: str) -> str:
    record = nobody(world, world.item(**fields))
    world.approve(record, world.archivist)
    world.publish(record)
    return record


def not_ours(world: World, record: str, by: Actor | None = None) -> None:
    said = steps.NotOurs(party=world.people)
    world.take(record, said, by=by or world.steward)


def says_otherwise(world: World, record: str, **fields: str) -> None:
    """The source says something else now, and it is looked at in the same breath."""
    with world.store.reading() as db:
        before, in_force = get_record(db, record), lists_in_force(db)
    content = {**before.content, **{name: (text,) for name, text in fields.items()}}
    kind = shipped_kinds()[before.kind]
    ready = make_ready(kind, content)
    changed = steps.ContentChanged(
        content_hash=ready.content_hash, fields=tuple(fields), concerns=False
    )
    screened = screening(world.store, kind, ready, in_force)
    seen = world.length(record)
    notes = [
        Note(record=record, seen=seen, step=changed, by=SOFTWARE, text=ready.text),
        Note(record=record, seen=seen, step=screened, by=SOFTWARE),
    ]
    note(world.store, notes, now=world.later())


def other_people(world: World) -> tuple[str, Actor]:
    name = {"name": ("Larkmender (an invented people)",)}
    id = add_community(world.store, name, by=world.operator, now=world.later())
    return id, seat_steward(world, id, "mirabet")


# --- what it asks


def test_a_listed_word_asks_its_community_and_shows_nothing(sealed: World) -> None:
    give(sealed, WORD)
    record = sealed.item(title=f"The {WORD.upper()}")
    with sealed.store.reading() as db:
        found = decision_of(db, sealed.store, record, WIKI, on=sealed.now.date())
        assert asked_by_list(db, sealed.people) == 1
    assert found.visibility is Visibility.NONE
    assert is_asked(sealed, record)
    assert not is_asked(sealed, sealed.item(title="A boat"))


def test_nobody_is_concerned_and_anothers_yes_do_not_answer_for_it(
    sealed: World,
) -> None:
    give(sealed, WORD)
    record = sealed.item(title=WORD)
    nobody(sealed, record)
    assert is_asked(sealed, record)
    other, steward = other_people(sealed)
    sealed.concern(record, "named", other)
    sealed.approve(record, steward)
    assert is_asked(sealed, record)
    assert sealed.state(record) is State.IN_REVIEW
    with pytest.raises(Forbidden):
        not_ours(sealed, record, by=steward)


def test_whoever_is_named_has_its_say_and_is_not_asked_twice(sealed: World) -> None:
    give(sealed, WORD)
    record = sealed.item(title=WORD)
    sealed.concern(record, "named", sealed.people)
    assert asks(sealed, record) == [("concern-named", sealed.people)]


def test_what_is_not_theirs_asks_no_more_until_it_says_something_else(
    sealed: World,
) -> None:
    give(sealed, WORD, "other")
    record = nobody(sealed, sealed.item(title=f"A {WORD}"))
    not_ours(sealed, record)
    assert asks(sealed, record) == []
    give(sealed, "another", WORD)  # it keeps its number
    looked_through(sealed)
    assert asks(sealed, record) == []
    says_otherwise(sealed, record, title=f"Another {WORD}")
    assert is_asked(sealed, record)


def test_a_word_that_is_written_so_that_it_finds_more_is_another(
    sealed: World,
) -> None:
    give(sealed, "o ahu")
    record = nobody(sealed, sealed.item(title="O Ahu and Oahu"))
    not_ours(sealed, record)
    give(sealed, "o'ahu")
    looked_through(sealed)
    assert is_asked(sealed, record)
    with sealed.store.reading() as db:
        assert dict(own_list(db, sealed.people).words or {}) == {2: "o'ahu"}


def test_another_word_in_what_was_not_theirs_asks(sealed: World) -> None:
    give(sealed, WORD)
    record = nobody(sealed, sealed.item(title=f"A {WORD} boat"))
    not_ours(sealed, record)
    give(sealed, WORD, "boat")
    looked_through(sealed)
    assert is_asked(sealed, record)


def test_a_community_answers_for_its_own_list_alone(sealed: World) -> None:
    record = sealed.item(title=WORD)
    with pytest.raises(Forbidden):
        not_ours(sealed, record)


def test_a_yes_of_the_community_lifts_it(sealed: World) -> None:
    give(sealed, WORD)
    record = nobody(sealed, sealed.item(title=WORD))
    sealed.approve(record, sealed.steward)
    assert asks(sealed, record) == []


# --- the worker, and what may happen before it was there


def test_what_stands_is_looked_through_and_closed_by_the_worker(sealed: World) -> None:
    shown, other = published(sealed, title=WORD), published(sealed, title="A boat")
    give(sealed, WORD)
    assert sealed.state(shown) is State.PUBLISHED
    assert looked_through(sealed) >= 2
    assert sealed.state(shown) is State.CLOSING
    assert sealed.state(other) is State.PUBLISHED
    length = sealed.length(other)
    assert looked_through(sealed) == 0
    assert sealed.length(other) == length


def test_nothing_is_approved_or_saved_before_it_was_looked_at(sealed: World) -> None:
    waits, shown = nobody(sealed, sealed.item()), published(sealed)
    give(sealed, WORD)
    with pytest.raises(NotPossible):
        sealed.approve(waits, sealed.archivist)
    with pytest.raises(NotPossible):
        sealed.publish(shown)
    new = nobody(sealed, sealed.item())  # what comes in is looked at at once
    sealed.approve(new, sealed.archivist)
    looked_through(sealed)
    sealed.approve(waits, sealed.archivist)
    assert {sealed.state(one) for one in (waits, new)} == {State.APPROVED}


def test_a_worker_that_died_goes_on_and_ends_the_same(sealed: World) -> None:
    records = sorted(published(sealed, title=f"{WORD} {i}") for i in range(3))
    give(sealed, WORD)
    while True:
        _, reached = look_through(sealed.store, now=sealed.later(), limit=1)
        if sealed.state(records[0]) is State.CLOSING:
            break
    with sealed.store.reading() as db:
        assert not is_all_looked_through(db)
    assert sealed.state(records[2]) is State.PUBLISHED
    looked_through(sealed)
    assert {sealed.state(one) for one in records} == {State.CLOSING}
    with sealed.store.reading() as db:
        assert is_all_looked_through(db)
        screened = [x for x in history_of(db, records[0]) if x.step.kind == "screened"]
    assert len(screened) == 2


def test_one_that_died_between_finding_and_closing_closes_after_all(
    sealed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = published(sealed, title=WORD)
    give(sealed, WORD)

    def dies(*args: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("knowledge_base.looking_through.tighten_these", dies)
        with pytest.raises(KeyboardInterrupt):
            look_through(sealed.store, now=sealed.later())
    assert sealed.state(record) is State.PUBLISHED
    looked_through(sealed)
    assert sealed.state(record) is State.CLOSING


def test_a_word_that_is_taken_out_asks_no_more(sealed: World) -> None:
    give(sealed, WORD, "boat")
    record = nobody(sealed, sealed.item(title=WORD))
    give(sealed, "boat")
    assert is_asked(sealed, record)
    looked_through(sealed)
    assert asks(sealed, record) == []


def test_what_was_looked_at_with_a_list_of_before_does_not_come_in(
    sealed: World,
) -> None:
    with sealed.store.reading() as db:
        before = lists_in_force(db)
    give(sealed, WORD)
    record = sealed.item()
    kind = shipped_kinds()["item"]
    late = screening(sealed.store, kind, make_ready(kind, {"title": (WORD,)}), before)
    with pytest.raises(ListMoved):
        sealed.take(record, late)


def test_what_was_found_by_an_older_rulebook_is_not_said_to_be_by_this_one(
    sealed: World,
) -> None:
    record = sealed.item(title=f"A {WORD}", description="with a skull")
    older = steps.Screened(rulebook="older", findings=())
    sealed.take(record, older, by=SOFTWARE)
    give(sealed, WORD)
    looked_through(sealed)
    with sealed.store.reading() as db:
        last = history_of(db, record)[-1].step
        assert isinstance(last, steps.Screened)
        assert last.rulebook == sealed.store.rulebook.version
        assert {one.rule for one in last.findings} >= {
            "listed-words",
            "hint-words-remains",
        }


def test_without_a_list_the_worker_does_nothing(sealed: World) -> None:
    sealed.item()
    assert looked_through(sealed) == 0


# --- who gives it, and who reads it


def test_two_who_give_a_list_at_once_do_not_undo_each_other(sealed: World) -> None:
    give(sealed, WORD)
    with pytest.raises(Stale):
        give_list(
            sealed.store,
            sealed.people,
            ("boat",),
            replaces=0,
            by=sealed.steward,
            now=sealed.later(),
        )
    with sealed.store.reading() as db:
        assert dict(own_list(db, sealed.people).words or {}) == {1: WORD}


def test_it_is_given_by_its_own_steward_for_everything_alone(sealed: World) -> None:
    one_matter = seat_steward(
        sealed,
        sealed.people,
        "orrin",
        written_by=sealed.steward,
        matters=("0" * 32,),
        one_is_enough=False,
    )
    confirmed = steps.StewardConfirmed(account=one_matter.account or "")
    sealed.take(sealed.people, confirmed, by=sealed.steward)
    _, stranger = other_people(sealed)
    archivist, operator = sealed.archivist, sealed.operator
    as_party = replace(stranger, party=sealed.people)
    for by in (one_matter, stranger, as_party, archivist, operator, SOFTWARE):
        with pytest.raises(Forbidden):
            give(sealed, WORD, by=by)


def test_no_history_tells_a_word_of_it(sealed: World) -> None:
    give(sealed, WORD)
    with sealed.store.reading() as db:
        history = history_of(db, sealed.people)
    given = [x for x in history if x.step.kind == steps.WordsListed.kind]
    assert given
    assert all(one.text is None for one in given)
    assert WORD not in repr(history)


def test_no_row_of_the_store_says_a_word_or_which_it_was(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, "boat", WORD)
    record = sealed.item(title="A thing", description=f"with a {WORD} in it")
    give(sealed, WORD)  # what stood before is as secret
    looked_through(sealed)
    assert is_asked(sealed, record)
    stored = everything(any_database_url)
    assert WORD not in stored
    assert f"list:{sealed.people}" not in stored


def test_what_is_stored_of_a_finding_has_no_field_and_no_place(sealed: World) -> None:
    give(sealed, WORD)
    record = sealed.item(description=f"with a {WORD} in it")
    facts = select(tables.records.c.facts).where(tables.records.c.id == record)
    with sealed.store.reading() as db:
        found = [x for x in db.execute(facts).scalar_one()["findings"] if x["party"]]
    assert [(x["field"], x["start"], x["end"]) for x in found] == [("", 0, 0)]


def test_an_archivist_is_not_told_which_word_it_was(sealed: World) -> None:
    give(sealed, "boat", WORD)
    record = sealed.item(title=WORD)
    on = sealed.now.date()
    with sealed.store.reading() as db:
        ilse = find_account(db, id=sealed.archivist.account or "")
        tamsel = find_account(db, id=sealed.steward.account or "")
        assert ilse is not None
        assert tamsel is not None
        theirs = desk_view(db, sealed.store, record, ilse, on=on)
        hers = desk_view(db, sealed.store, record, tamsel, on=on)
    assert not theirs.is_covered
    assert f"list:{sealed.people}" not in repr((theirs.known, theirs.facts))
    assert hers.known.numbers_of(sealed.people) == (2,)


def test_what_an_archivist_sees_of_it_still_asks(sealed: World) -> None:
    give(sealed, WORD)
    listed, spared = (sealed.item(title=f"{WORD} {i}") for i in range(2))
    not_ours(sealed, spared)
    with sealed.store.reading() as db:
        known = [get_record(db, one).known.as_seen_by(()) for one in (listed, spared)]
    assert [one.listed_by for one in known] == [{sealed.people}, frozenset()]


def test_a_common_word_opens_nothing_that_others_keep(sealed: World) -> None:
    """Else a community would read by its list whatever concerns another."""
    other, steward = other_people(sealed)
    record = sealed.item(title="A boat")
    sealed.concern(record, "named", other)
    give(sealed, "boat")
    looked_through(sealed)
    assert is_asked(sealed, record)
    with sealed.store.reading() as db:
        tamsel = find_account(db, id=sealed.steward.account or "")
        assert tamsel is not None
        on = sealed.now.date()
        assert desk_view(db, sealed.store, record, tamsel, on=on).is_covered
        assert asked_by_list(db, sealed.people) == 0
    with pytest.raises(Forbidden):
        sealed.approve(record, sealed.steward)
    ask(
        sealed.store,
        record,
        sealed.people,
        seen=sealed.length(record),
        by=steward,
        now=sealed.later(),
        note_text="",
    )
    with sealed.store.reading() as db:
        assert not desk_view(db, sealed.store, record, tamsel, on=on).is_covered


def is_open_to_its_steward(world: World, record: str) -> bool:
    with world.store.reading() as db:
        tamsel = find_account(db, id=world.steward.account or "")
        assert tamsel is not None
        found = desk_view(db, world.store, record, tamsel, on=world.now.date())
        return not found.is_covered


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("people", "Larkmender"),
        ("culture", "Larkmender"),
        ("description", "used at the sacred place"),
        ("description", "from a burial"),
        ("description", "with a skull"),
        ("description", "restricted access"),
        ("description", "worn at the ceremony"),
    ],
)
def test_a_common_word_opens_nothing_that_nobody_has_looked_at(
    sealed: World, field: str, says: str
) -> None:
    """Whom it concerns an archivist has yet to find out; it may be another people."""
    give(sealed, "boat")
    record = sealed.item(title="A boat", **{field: says})
    assert is_asked(sealed, record)
    assert not is_open_to_its_steward(sealed, record)
    with sealed.store.reading() as db:
        assert asked_by_list(db, sealed.people) == 0
    with pytest.raises(Forbidden):
        sealed.approve(record, sealed.steward)
    nobody(sealed, record)
    assert is_open_to_its_steward(sealed, record)


def test_what_nobody_has_looked_at_is_passed_on_by_the_archivist(sealed: World) -> None:
    give(sealed, "boat")
    record = sealed.item(title="A boat", people="Larkmender")
    ask(
        sealed.store,
        record,
        sealed.people,
        seen=sealed.length(record),
        by=sealed.archivist,
        now=sealed.later(),
        note_text="",
    )
    assert is_open_to_its_steward(sealed, record)


def test_what_its_source_restricts_is_passed_on_by_the_archivist(sealed: World) -> None:
    give(sealed, "boat")
    record = sealed.item(title="A boat", restriction="by the donor")
    with sealed.store.reading() as db:
        tamsel = find_account(db, id=sealed.steward.account or "")
        assert tamsel is not None
        on = sealed.now.date()
        assert desk_view(db, sealed.store, record, tamsel, on=on).is_covered


def test_a_turned_key_and_a_restored_backup_bring_the_list_along(
    sealed: World, any_database_url: str, tmp_path: Path
) -> None:
    give(sealed, WORD)
    turn_keys(sealed.store, sealed.people, by=sealed.operator, now=sealed.later())
    made = back_up(sealed.store, tmp_path / "all.zip", now=sealed.later())
    url = f"sqlite:///{tmp_path / 'again.sqlite'}"
    since = Since(newest=made.head)
    restore(url, tmp_path / "all.zip", since=since, now=sealed.later())
    reopened(sealed, url)
    assert is_asked(sealed, sealed.item(title=WORD))
    with sealed.store.reading() as db:
        assert dict(own_list(db, sealed.people).words or {}) == {1: WORD}
        assert verify(db).holds


# --- where nobody can open it


def lose_key(world: World, url: str) -> dict[str, bytes]:
    """The community's own key is gone; returns it, for whoever finds it again."""
    table = tables.data_keys
    mine = table.c.party == world.people
    with world.store.writing() as db:
        kept = {x.id: x.wrapped for x in db.execute(select(table).where(mine))}
        db.execute(update(table).where(mine).values(wrapped=None))
    reopened(world, url)
    return kept


def find_key(world: World, url: str, kept: dict[str, bytes]) -> None:
    table = tables.data_keys
    with world.store.writing() as db:
        for id, wrapped in kept.items():
            db.execute(update(table).where(table.c.id == id).values(wrapped=wrapped))
    reopened(world, url, MASTER)


def test_a_list_that_does_not_open_asks_about_all_that_comes_in(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, WORD)
    before = nobody(sealed, sealed.item())
    lose_key(sealed, any_database_url)
    after = nobody(sealed, sealed.item(title="A boat"))
    assert is_asked(sealed, after, "list-unreadable")
    says_otherwise(sealed, before, title="A house")
    assert is_asked(sealed, before, "list-unreadable")
    with pytest.raises(NotPossible):
        sealed.take(after, sealed.approval(after), by=sealed.archivist)


def test_a_key_that_is_found_again_mends_it(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, WORD)
    kept = lose_key(sealed, any_database_url)
    clean, listed = nobody(sealed, sealed.item()), sealed.item(title=WORD)
    looked_through(sealed)
    assert is_asked(sealed, clean, "list-unreadable")
    find_key(sealed, any_database_url, kept)
    looked_through(sealed)
    assert asks(sealed, clean) == []
    assert is_asked(sealed, listed)
    assert looked_through(sealed) == 0


def test_a_list_that_is_given_anew_mends_it(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, "boat")
    lose_key(sealed, any_database_url)
    clean = nobody(sealed, sealed.item(title="A house"))
    with sealed.store.reading() as db:
        assert own_list(db, sealed.people).words is None
    give(sealed, WORD)
    looked_through(sealed)
    assert asks(sealed, clean) == []
    with sealed.store.reading() as db:
        # Number 1 was another word, of which nobody knows any more.
        assert dict(own_list(db, sealed.people).words or {}) == {2: WORD}


def test_what_a_list_had_found_stays_found_when_it_does_not_open(
    sealed: World, any_database_url: str
) -> None:
    give(sealed, WORD)
    looked_through(sealed)
    listed, clean = sealed.item(title=WORD), nobody(sealed, sealed.item())
    lose_key(sealed, any_database_url)
    other, steward = other_people(sealed)
    now = sealed.later()
    give_list(sealed.store, other, ("house",), replaces=0, by=steward, now=now)
    looked_through(sealed)
    assert is_asked(sealed, listed)
    assert asks(sealed, clean) == []


def test_nothing_that_travels_prints_a_word(sealed: World) -> None:
    give(sealed, WORD)
    with sealed.store.reading() as db:
        printed = repr((own_list(db, sealed.people), lists_in_force(db)))
    assert WORD not in printed


def test_the_text_is_the_words_by_number_and_nothing_else(sealed: World) -> None:
    give(sealed, WORD)
    with sealed.store.reading() as db:
        body = db.scalar(
            select(tables.steps.c.body).where(tables.steps.c.kind == "words-listed")
        )
    assert canonical(body) == canonical({"next_number": 2})
