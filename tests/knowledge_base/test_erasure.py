"""What an erasure leaves: that something happened, and nothing to guess words from."""

import pytest
from sqlalchemy import select, update

from knowledge_base import steps
from knowledge_base.answers import give_words
from knowledge_base.chain import verify
from knowledge_base.identity import mark_of
from knowledge_base.journeys import State
from knowledge_base.labelling import LabelWords, apply_label
from knowledge_base.pages import choose_title
from knowledge_base.records import get_record
from knowledge_base.tables import metadata, own_words, pages
from policies.view import OwnWords
from tests.knowledge_base.conftest import WIKI, World

FOUND = "CANARY-found"
SAID = "CANARY-said"


def everything(world: World) -> str:
    """All that stands in the database, as one text."""
    with world.store.reading() as db:
        return "\n".join(
            repr(tuple(row))
            for table in metadata.sorted_tables
            for row in db.execute(select(table))
        )


def of_the_people(world: World) -> str:
    """A record with something found in it, labelled, approved and taken back."""
    record = world.item(description=f"A boat called {FOUND} (invented)")
    found = steps.SeenFinding(
        rule="x", field="description", start=14, end=26, evidence=FOUND
    )
    world.take(record, steps.Screened(rulebook="r", findings=(found,)))
    apply_label(
        world.store,
        record,
        ("tk", "community_voice"),
        LabelWords(text=SAID),
        seen=world.length(record),
        by=world.steward,
        now=world.later(),
    )
    return record


def content_hash(world: World, record: str) -> str:
    with world.store.reading() as db:
        return get_record(db, record).content_hash or ""


def test_what_was_found_and_every_hash_of_words_is_gone(any_world: World) -> None:
    world = any_world
    record = of_the_people(world)
    marks = (content_hash(world, record), FOUND, SAID)
    found = everything(world)
    assert all(one in found for one in marks)
    assert mark_of(SAID) not in found
    world.take(record, steps.Erased(), by=world.steward)
    left = everything(world)
    assert [one for one in marks if one in left] == []
    with world.store.reading() as db:
        assert verify(db).holds


@pytest.mark.parametrize("said_no", ["refused", "withdrawn"])
def test_nothing_of_an_approval_is_left_once_it_is_erased(
    world: World, said_no: str
) -> None:
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    mark = content_hash(world, record)
    refused = steps.Refused(destination=WIKI, party="archivist")
    asked = steps.WithdrawalAsked(party="archivist")
    done = steps.Withdrawn(destination=WIKI, probes=0, still_visible=0)
    world.take(record, refused if said_no == "refused" else asked, by=world.archivist)
    if said_no == "withdrawn":
        world.take(record, done)
    world.take(record, steps.Erased(), by=world.archivist)
    assert world.state(record) is State.ERASED
    assert mark not in everything(world)


def test_no_body_of_a_step_holds_a_plain_hash_or_what_was_found(world: World) -> None:
    record = of_the_people(world)
    mark = content_hash(world, record)
    with world.store.reading() as db:
        bodies = str(db.scalars(select(metadata.tables["steps"].c.body)).all())
    for one in (mark, mark_of(SAID), FOUND):
        assert one not in bodies


def test_what_was_found_is_known_until_it_is_erased(world: World) -> None:
    record = of_the_people(world)
    with world.store.reading() as db:
        findings = get_record(db, record).known.findings or ()
    assert [one.evidence for one in findings] == [FOUND]


def test_own_words_and_what_the_page_said_go_with_the_record(world: World) -> None:
    record = of_the_people(world)
    words = OwnWords(
        party=world.people,
        signed="Tamsel (invented)",
        field="title",
        text=SAID,
        language="en",
        instead=True,
    )
    seen, now = world.length(record), world.later()
    give_words(world.store, record, words, seen=seen, by=world.steward, now=now)
    with world.store.writing() as db:
        choose_title(db, record, WIKI, f"{SAID} of a page")
        kept = update(pages).where(pages.c.record_id == record)
        db.execute(kept.values(base_units={"title": SAID}, base_sha1="CANARY-sha1"))
    with world.store.reading() as db:
        assert [one.text for one in get_record(db, record).own_words] == [SAID]
    world.take(record, steps.Erased(), by=world.steward)
    with world.store.reading() as db:
        assert get_record(db, record).own_words == ()
        assert db.execute(select(own_words)).all() == []
    assert "CANARY" not in everything(world)
