"""Which save on the wiki is the one that was intended, found out without a wiki."""

from dataclasses import dataclass, field
from typing import cast

import pytest

from knowledge_base import steps
from knowledge_base.history import history_of, journey_of
from knowledge_base.journeys import State
from knowledge_base.pages import choose_title, keep_base, page_of
from knowledge_base.settings import Place
from tests.knowledge_base.conftest import WIKI, World
from tests.wikibot.hands.bench import ADDRESSES
from tests.wikibot.views import ITEM
from wikibot.hands.errand import Errand, Tally
from wikibot.hands.outcomes import Failure, Unreachable
from wikibot.hands.reconcile import open_intents, reconcile
from wikibot.hands.wiki import OwnSave, Wiki
from wikibot.pages.text import new_page
from wikibot.pages.units import Units, unit, units_hash

INTENDED: Units = (unit("title", "A boat"), unit("date", "1932"))
OTHERS: Units = (unit("title", "A boat"), unit("date", "1931"))
BASE = 70


@dataclass
class Remembering:
    """A wiki that knows only which saves of ours stand on it."""

    saves: tuple[OwnSave, ...] | Failure = ()
    asked: list[int | None] = field(default_factory=list)

    def own_saves(
        self, *, page_id: int | None, title: str
    ) -> tuple[OwnSave, ...] | Failure:
        self.asked.append(page_id)
        return self.saves


def errand(world: World) -> Errand:
    return Errand(
        store=world.store,
        place=Place(id=WIKI, label="Our wiki", host="127.0.0.1"),
        clock=world.later,
        addresses=ADDRESSES,
        tally=Tally(),
    )


def under_way(world: World) -> str:
    """A page that stands, and an edit of it of which nobody knows the outcome."""
    record = world.item()
    world.concern(record, "nobody")
    world.approve(record, world.archivist)
    world.publish(record)
    with world.store.writing() as db:
        choose_title(db, record, WIKI, "A boat")
        keep_base(
            db, record, WIKI, page_id=7, revision=BASE, sha1="", units={}, status="live"
        )
    world.take(
        record,
        steps.Intended(
            destination=WIKI,
            act="edit",
            units_hash=units_hash(INTENDED),
            base_revision=BASE,
        ),
    )
    return record


def settle(world: World, wiki: Remembering) -> bool:
    # Reconciling asks for nothing but our saves.
    return reconcile(errand(world), cast(Wiki, wiki))


def own(revision: int, units: Units) -> OwnSave:
    return OwnSave(7, "A boat", revision, new_page(units, ITEM))


def outcomes(world: World, record: str) -> list[str]:
    """The kinds of the steps since the intent."""
    with world.store.reading() as db:
        kinds = [one.step.kind for one in history_of(db, record)]
    last = max(i for i, kind in enumerate(kinds) if kind == steps.Intended.kind)
    return kinds[last + 1 :]


def test_the_save_that_shows_what_was_intended_has_arrived(world: World) -> None:
    record, wiki = under_way(world), Remembering((own(BASE + 1, INTENDED),))
    assert settle(world, wiki)
    assert outcomes(world, record) == ["saved"]
    assert world.state(record) is State.PUBLISHED
    with world.store.reading() as db:
        page = page_of(db, record, WIKI)
        assert journey_of(db, record, WIKI).intent is None
    assert page is not None
    assert page.base_revision == BASE + 1
    assert open_intents(errand(world)) == ()


@pytest.mark.parametrize(
    "save",
    [own(BASE + 1, OTHERS), own(BASE, INTENDED), own(BASE - 1, INTENDED)],
    ids=["other-units", "the-base-itself", "older-than-the-base"],
)
def test_no_other_save_is_taken_for_it(world: World, save: OwnSave) -> None:
    record = under_way(world)
    assert settle(world, Remembering((save,)))
    assert outcomes(world, record) == ["not-saved"]
    assert world.state(record) is State.APPROVED
    with world.store.reading() as db:
        assert journey_of(db, record, WIKI).intent is None


def test_where_the_wiki_does_not_answer_the_intent_stays_open(world: World) -> None:
    record = under_way(world)
    assert not settle(world, Remembering(Unreachable("away")))
    assert outcomes(world, record) == []
    assert world.state(record) is State.PUBLISHING
    assert [one.record for one in open_intents(errand(world))] == [record]


def test_finding_out_again_changes_nothing(world: World) -> None:
    record, wiki = under_way(world), Remembering((own(BASE + 1, INTENDED),))
    settle(world, wiki)
    length = world.length(record)
    assert settle(world, wiki)
    assert world.length(record) == length
    assert wiki.asked == [7]
