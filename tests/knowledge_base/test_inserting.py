"""Many rows by one statement are what they would be one by one."""

from itertools import islice

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from knowledge_base.columns import UnstorableText
from knowledge_base.identity import neighbouring_ids
from knowledge_base.inserting import insert_many
from knowledge_base.tables import contents, data_keys, journeys, suggestions
from tests.knowledge_base.conftest import World


def test_rows_are_read_back_as_those_written_one_by_one(any_world: World) -> None:
    record = any_world.item()
    row = {
        "record_id": record,
        "destination": "own-wiki",
        "page_id": 7,
        "unit": "ŋ",
        "shows_more": True,
        "state": "open",
    }
    with any_world.store.writing() as db:
        db.execute(insert(suggestions).values(id="one", revision=1, **row))
        insert_many(
            db,
            suggestions,
            [row | {"id": "two", "revision": 2}, {"id": "three", "revision": 3} | row],
        )
    with any_world.store.reading() as db:
        found = [dict(one) for one in db.execute(select(suggestions)).mappings()]
    assert len(found) == 3
    assert all(one | row == one for one in found)


def test_text_that_cannot_be_stored_is_refused(world: World) -> None:
    odd = {"commitment": "a", "salt": "s", "text": "\x00", "erased_at": None}
    with pytest.raises(UnstorableText), world.store.writing() as db:
        insert_many(db, contents, [odd])


def test_a_rule_that_is_broken_is_named_and_no_word_is(any_world: World) -> None:
    row = {"commitment": "c", "salt": "s", "text": "canary", "erased_at": None}
    with pytest.raises(IntegrityError) as told, any_world.store.writing() as db:
        insert_many(db, contents, [row | {"commitment": "d"}, row, row])
    assert "canary" not in str(told.value)
    assert "canary" not in str(told.value.orig)
    with any_world.store.reading() as db:
        among = contents.c.commitment.in_(("c", "d"))
        assert db.scalars(select(contents.c.commitment).where(among)).all() == []


def test_bytes_tabs_ends_of_lines_and_nothing_stay_what_they_are(
    any_world: World,
) -> None:
    made = any_world.later()
    odd = [bytes(range(150)), b"\\N", None, b""]
    texts = ["a\tb", "c\nd\re", "\\N", ""]
    with any_world.store.writing() as db:
        insert_many(
            db,
            data_keys,
            [
                {
                    "id": f"key-{number}",
                    "party": texts[number],
                    "wrapped": odd[number],
                    "made_at": made,
                    "retired_at": None,
                }
                for number in range(4)
            ],
        )
    with any_world.store.reading() as db:
        columns = (data_keys.c.party, data_keys.c.wrapped)
        kept = select(*columns).where(data_keys.c.id.like("key-%"))
        found = db.execute(kept.order_by(data_keys.c.id)).all()
    assert [tuple(one) for one in found] == list(zip(texts, odd, strict=True))


def test_no_rows_are_no_statement(world: World) -> None:
    with world.store.reading() as db:
        insert_many(db, contents, [])


def test_moments_one_after_the_other_are_each_kept(any_world: World) -> None:
    record = any_world.item()
    first, second = any_world.later(), any_world.later()
    row = {"record_id": record, "state": "received", "was_saved": False}
    row |= {"approval": None, "intent": None}
    moments = [first, first, second, first]
    with any_world.store.writing() as db:
        insert_many(
            db,
            journeys,
            [
                {**row, "destination": f"wiki-{number}", "since": moment}
                for number, moment in enumerate(moments)
            ],
        )
    with any_world.store.reading() as db:
        among = journeys.c.destination.like("wiki-%")
        kept = select(journeys.c.since).where(among).order_by(journeys.c.destination)
        assert list(db.scalars(kept)) == moments


def test_what_comes_in_together_stands_together_and_is_told_apart() -> None:
    some = list(islice(neighbouring_ids(), 500))
    [beginning] = {id[:8] for id in some}
    assert len({id[8:] for id in some}) == 500
    assert {len(id) for id in some} == {32}
    assert not next(neighbouring_ids()).startswith(beginning)
