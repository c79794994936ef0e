"""The journeys at the errand's place by portions: of however many, few are held."""

from collections.abc import Iterator

from knowledge_base.history import Journey, first_journeys
from knowledge_base.journeys import State
from wikibot.hands.errand import Errand

PORTION = 250


def journeys_there(errand: Errand, state: State) -> Iterator[tuple[Journey, ...]]:
    """Those in that state, by record id; what leaves it meanwhile may come or not.

    Each portion is read by itself: nothing is held open in between.
    """
    after = ""
    while True:
        with errand.store.reading() as db:
            some = first_journeys(
                db, errand.destination, state, limit=PORTION, after=after
            )
        if not some:
            return
        yield some
        after = some[-1].record
