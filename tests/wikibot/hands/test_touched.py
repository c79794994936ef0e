"""However many records something happened to, a run holds few of them at a time."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from knowledge_base import steps
from knowledge_base.history import Journey
from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.pages import PageState
from knowledge_base.settings import Place
from knowledge_base.tables import records
from tests.knowledge_base.conftest import WIKI, World
from tests.knowledge_base.exchange.conftest import importer, item, write_lines
from wikibot.hands.drafts import Draft
from wikibot.hands.errand import Errand, Tally
from wikibot.hands.portions import PORTION
from wikibot.hands.publish import MANY, publish
from wikibot.hands.touched import Touched
from wikibot.hands.wiki import Wiki
from wikibot.pages.render import Addresses

MANY_RECORDS = 2 * PORTION + 40
NO_WIKI = cast(Wiki, None)  # nothing is asked of it


@pytest.fixture
def errand(world: World) -> Errand:
    return Errand(
        store=world.store,
        place=Place(id=WIKI, label="Our wiki", host="127.0.0.1", most_edits_per_run=3),
        clock=lambda: world.now,
        addresses=Addresses(review_app="http://127.0.0.1:1"),
        tally=Tally(),
    )


def take_in(world: World, folder: Path) -> set[str]:
    """Very many records in one collection, and the ids of all."""
    path = folder / "many.jsonl"
    importer(world)(write_lines(path, (item(n) for n in range(MANY_RECORDS))))
    with world.store.reading() as db:
        return set(db.scalars(select(records.c.id).where(records.c.kind == "item")))


def whole(world: World) -> str:
    with world.store.reading() as db:
        query = select(records.c.id).where(records.c.kind == "collection")
        return str(db.execute(query).scalar_one())


def test_all_that_happened_comes_by_small_portions(
    world: World, errand: Errand, tmp_path: Path
) -> None:
    items = take_in(world, tmp_path)
    touched = Touched(errand)
    portions = list(touched.portions())
    assert max(map(len, portions)) <= PORTION
    assert items | {whole(world)} <= set(chain.from_iterable(portions))
    assert list(touched.portions()) == portions  # as often as is wanted


def test_once_it_is_kept_only_what_happens_next_comes(
    world: World, errand: Errand, tmp_path: Path
) -> None:
    items = take_in(world, tmp_path)
    before = Touched(errand)
    one = min(items)
    world.concern(one, "named", world.people)
    assert Counter(chain.from_iterable(before.portions()))[one] <= 2
    before.keep()
    assert list(Touched(errand).portions()) == [(one,)]


def test_what_is_in_a_collection_comes_with_it_once(
    world: World, errand: Errand, tmp_path: Path
) -> None:
    items = take_in(world, tmp_path)
    Touched(errand).keep()
    # So many steps that they do not come in one portion.
    notice = steps.NoticeApplied(type="bc-open-to-collaborate")
    world.take(whole(world), *[notice] * (PORTION + 1), by=world.archivist)
    portions = list(Touched(errand).portions())
    assert max(map(len, portions)) <= PORTION
    came = Counter(chain.from_iterable(portions))
    assert {id: came[id] for id in items} == dict.fromkeys(items, 1)


def approved(world: World) -> str:
    record = world.item()
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    return record


def test_on_another_day_all_that_stands_comes_again(
    world: World, errand: Errand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wikibot.hands.portions.PORTION", 1)
    resting, waiting = approved(world), world.item()
    standing = {approved(world) for _ in range(3)}
    world.publish(resting)
    world.take(resting, steps.Closed(destination=WIKI, because="flag"))
    assert world.state(resting) is State.CLOSING
    Touched(errand).keep()
    assert list(Touched(errand).portions()) == []
    world.now += timedelta(days=1)
    came = set(chain.from_iterable(Touched(errand).portions()))
    assert {resting, *standing} <= came
    assert waiting not in came


def drawn_up(errand: Errand, counts: list[str]) -> Iterator[Draft]:
    """New pages without an end; each is counted."""
    for number in range(10 * MANY):
        record = str(number)
        counts.append(record)
        yield Draft(
            journey=Journey(
                record=record,
                destination=WIKI,
                state=State.APPROVED,
                was_saved=False,
                approval={"units": {}},
                intent=None,
                since=errand.clock(),
            ),
            kind=shipped_kinds()["item"],
            page=PageState(
                record=record,
                destination=WIKI,
                title=f"Boat {number} (invented)",
                page_id=None,
                base_revision=None,
                base_sha1=None,
                base_units={},
                past_titles=(),
                status="proposed",
            ),
            units=(),
            seen=1,
        )


def test_no_more_pages_are_drawn_up_than_are_saved_next(errand: Errand) -> None:
    counts: list[str] = []
    errand.tally.saved = errand.place.most_edits_per_run
    publish(errand, NO_WIKI, drawn_up(errand, counts), lambda: True, _beneath)
    assert len(counts) == MANY
    assert errand.tally.people == [("*", "most-edits-per-run")]


def _beneath(revision: int) -> None:
    raise AssertionError(revision)
