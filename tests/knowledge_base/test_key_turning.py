"""Keys are listed, turned and handed over, whenever somebody is cut off in it."""

import base64
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, event, func, select, update
from sqlalchemy.engine import Engine

from knowledge_base import key_turning, steps, tables
from knowledge_base.chain import verify
from knowledge_base.history import history_of
from knowledge_base.key_copies import FileIsThere, copy_keys
from knowledge_base.key_turning import Turned, turn_keys
from knowledge_base.keys import HOUSE
from knowledge_base.labelling import LabelWords, apply_label
from knowledge_base.records import get_record
from knowledge_base.rights import Forbidden
from knowledge_base.sealing_keys import (
    NoSuchKey,
    SealingKey,
    facts_under,
    sealing_keys,
)
from knowledge_base.steps import Actor, Voice
from tests.knowledge_base.conftest import World, make_sealed_world

MASTER = bytes(range(32))
WORDS = "Said at the lake (invented)"


@pytest.fixture
def sealed(any_database_url: str) -> Iterator[World]:
    """The small world with keys, once on each database."""
    made = make_sealed_world(any_database_url, MASTER)
    yield made
    made.store.close()


@pytest.fixture
def in_a_file(sqlite_url: str) -> Iterator[World]:
    """The same on SQLite alone."""
    made = make_sealed_world(sqlite_url, MASTER)
    yield made
    made.store.close()


def told_to(world: World) -> str:
    """A record that concerns the people, with words of its own under their key."""
    record = world.item(title=WORDS)
    world.concern(record, "named", world.people)
    world.refuse(record, world.steward, WORDS)
    return record


def listed(world: World, party: str) -> list[SealingKey]:
    with world.store.reading() as db:
        return [one for one in sealing_keys(db) if one.party == party]


def turned(world: World, party: str | None) -> Turned:
    return turn_keys(world.store, party, by=world.operator, now=world.later())


def read(world: World, record: str) -> tuple[str, bool]:
    """What the record says, and whether its notes can be read as well."""
    with world.store.reading() as db:
        found = get_record(db, record)
        texts = [entry.text for entry in history_of(db, record)]
        assert found.known.unreadable is None
        assert verify(db).holds
        assert verify(db).unreadable == 0
        return found.first("title"), WORDS in texts


def test_a_turned_key_seals_all_and_the_old_one_is_gone(sealed: World) -> None:
    record, (before,) = told_to(sealed), listed(sealed, sealed.people)
    assert before.texts
    assert before.opens
    found = turned(sealed, sealed.people)
    (after,) = listed(sealed, sealed.people)
    assert found == replace(found, went_on=False, removed=1, left=0)
    assert found.sealed == after.texts + after.records
    assert (after.texts, after.records) == (before.texts, before.records)
    assert after.turns == 1
    assert after.id != before.id
    assert read(sealed, record) == (WORDS, True)
    with sealed.store.reading() as db:  # by which stewards find it at their desk
        assert after.id in set(db.scalars(select(tables.desk_readers.c.key_id)))


def test_what_is_known_of_records_is_counted_under_the_key_that_seals_it(
    sealed: World,
) -> None:
    for named in (sealed.people, "", sealed.people):
        record = sealed.item(title='"sealed":"sealed1.')
        if named:
            sealed.concern(record, "named", named)
    of = select(func.count()).select_from(tables.records)
    with sealed.store.reading() as db:
        found = {one.party: one.records for one in sealing_keys(db)}
        each = {
            one.party: db.scalar(of.where(facts_under(one.id)))
            for one in sealing_keys(db)
        }
    assert found == each
    # With what is known of the community itself.
    assert (found[sealed.people], found[HOUSE]) == (3, 1)


def test_every_partys_key_is_turned_where_none_is_named(in_a_file: World) -> None:
    record = told_to(in_a_file)
    before = {*(one.id for one in _all(in_a_file))}
    turned(in_a_file, None)
    assert not before & {one.id for one in _all(in_a_file)}
    assert read(in_a_file, record) == (WORDS, True)


def _all(world: World) -> tuple[SealingKey, ...]:
    with world.store.reading() as db:
        return sealing_keys(db)


def test_a_turn_that_dies_at_any_commit_goes_on(
    sealed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_turning, "MANY", 2)
    record = told_to(sealed)
    moments, went_on = 0, 0
    while True:
        (before,) = listed(sealed, sealed.people)
        if not _dies_at(sealed, moments := moments + 1):
            break
        assert read(sealed, record) == (WORDS, True)
        went_on += turned(sealed, sealed.people).went_on
        (after,) = listed(sealed, sealed.people)
        assert (after.texts, after.turns > before.turns) == (before.texts, True)
    assert read(sealed, record) == (WORDS, True)
    assert went_on > 2


class PowerCut(Exception):
    """Nothing of what was not committed is written."""


def _dies_at(world: World, moment: int) -> bool:
    """Whether the turn was cut off before its commit of that number."""
    passed = 0

    def cut(db: Connection) -> None:
        nonlocal passed
        passed += db.get_execution_options().get("withcare_writes", False)
        if passed == moment:
            raise PowerCut

    event.listen(Engine, "commit", cut)
    try:
        turned(world, world.people)
    except PowerCut:
        return True
    finally:
        event.remove(Engine, "commit", cut)
    return False


def test_a_key_stays_while_a_text_stands_under_it_that_nobody_can_open(
    in_a_file: World,
) -> None:
    told_to(in_a_file)
    table = tables.contents
    (before,) = listed(in_a_file, in_a_file.people)
    with in_a_file.store.writing() as db:
        of_theirs = table.c.text.startswith(f"sealed1.{before.id}.")
        one = db.scalar(select(func.min(table.c.commitment)).where(of_theirs))
        spoiled = f"sealed1.{before.id}.AAAA"
        changed = update(table).where(table.c.commitment == one)
        db.execute(changed.values(text=spoiled))
    assert turned(in_a_file, in_a_file.people).left == 1
    assert before.id in {one.id for one in listed(in_a_file, in_a_file.people)}
    assert not turned(in_a_file, in_a_file.people).went_on


def test_a_community_sees_in_its_history_that_its_key_was_turned_and_copied(
    in_a_file: World, tmp_path: Path
) -> None:
    told_to(in_a_file)
    turned(in_a_file, in_a_file.people)
    copied(in_a_file, in_a_file.people, tmp_path / "theirs")
    turned(in_a_file, HOUSE)
    with in_a_file.store.reading() as db:
        theirs = [entry.step for entry in history_of(db, in_a_file.people)]
        own = history_of(db, in_a_file.operator.account or "")
    assert theirs[-2:] == [
        steps.SealingKeyTurned(party=in_a_file.people),
        steps.SealingKeyCopied(party=in_a_file.people),
    ]
    assert own[-1].step == steps.SealingKeyTurned(party=HOUSE)


def copied(world: World, party: str, to: Path) -> int:
    return copy_keys(world.store, party, to, by=world.operator, now=world.later())


def told_with_a_label(world: World) -> None:
    """A record of which the screening found something, with the people's label."""
    record = world.item(description="sacred")
    world.concern(record, "named", world.people)
    apply_label(
        world.store,
        record,
        ("tk", "attribution"),
        LabelWords(text=f"{WORDS}, with care", attribution="Those of the lake"),
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )


def test_a_copied_key_reads_what_it_sealed_without_the_master_key(
    sealed: World, tmp_path: Path
) -> None:
    told_to(sealed)
    told_with_a_label(sealed)
    path = tmp_path / "theirs"
    assert copied(sealed, sealed.people, path) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    by_hand = _Reading(path)
    assert WORDS in "".join(by_hand.texts(sealed))
    (known,) = [one for one in by_hand.known(sealed) if one["labels"]]
    assert known["labels"] == [["Those of the lake", f"{WORDS}, with care"]]
    assert known["licences"] == {"metadata": "cc0-1.0"}
    assert known["findings"] == ["seed:sacred-01"]


class _Reading:
    """Reads with the file of a copied key, as that file itself says that it is done."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text("utf-8").splitlines()
        kept = [line.split() for line in lines if not line.startswith("#")]
        self._keys = {id: AESGCM(bytes.fromhex(key)) for id, _, key in kept}

    def texts(self, world: World) -> Iterator[str]:
        with world.store.reading() as db:
            rows = db.execute(select(tables.contents)).all()
        for row in rows:
            yield from self._opened(row.text, f"contents|{row.commitment}|text")

    def known(self, world: World) -> Iterator[dict[str, Any]]:
        with world.store.reading() as db:
            rows = db.execute(select(tables.records)).all()
        for row in rows:
            for said in self._opened(row.facts["sealed"], f"records|{row.id}|facts"):
                yield json.loads(said)

    def _opened(self, sealed: str, place: str) -> Iterator[str]:
        """Nothing where another key sealed it."""
        _, id, written = sealed.split(".")
        if id in self._keys:
            raw = base64.b64decode(written)
            nonce, rest = raw[:12], raw[12:]
            yield self._keys[id].decrypt(nonce, rest, place.encode()).decode()


def test_a_copy_is_written_over_nothing_and_of_nobody(
    in_a_file: World, tmp_path: Path
) -> None:
    told_to(in_a_file)
    there = tmp_path / "there"
    there.write_text("a letter", "utf-8")
    with pytest.raises(FileIsThere, match="another name"):
        copied(in_a_file, in_a_file.people, there)
    assert there.read_text("utf-8") == "a letter"
    with pytest.raises(NoSuchKey, match="keys list"):
        copied(in_a_file, "nobody", tmp_path / "nobody")
    assert not (tmp_path / "nobody").exists()


def test_keys_are_an_operators_alone(in_a_file: World, tmp_path: Path) -> None:
    told_to(in_a_file)
    account = in_a_file.archivist.account
    in_a_file.operator = Actor(Voice.OPERATOR, account=account)
    with pytest.raises(Forbidden):
        copied(in_a_file, in_a_file.people, tmp_path / "theirs")
    assert not (tmp_path / "theirs").exists()
    with pytest.raises(Forbidden):
        turned(in_a_file, in_a_file.people)
    assert len(listed(in_a_file, in_a_file.people)) == 1
