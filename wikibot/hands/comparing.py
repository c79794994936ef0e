"""Compares a restored store with a wiki that went on without it.

A save of ours that the store does not know may have shown less than the store would
show now: a label put on since, a season that ended. No approval of that time counts
before a person has looked. What stands there and was never allowed, as far as the
store knows, is taken back as any save that arrived late.
"""

from collections.abc import Iterable
from datetime import timedelta

from knowledge_base import steps
from knowledge_base.history import Journey, journeys_for
from knowledge_base.journeys import NotPossible, State
from knowledge_base.pages import pages_by_id
from knowledge_base.recovery import end_recovery, recovering_since
from wikibot.hands.errand import Errand
from wikibot.hands.late import learn_of_late_saves, unexplained
from wikibot.hands.outcomes import Failure
from wikibot.hands.portions import journeys_there
from wikibot.hands.wiki import Wiki

MARGIN = timedelta(days=1)  # between the clocks of the two machines
BECAUSE = "restored"


def compare(errand: Errand, wiki: Wiki) -> bool:
    """Whether store and wiki agree from here on; False: the wiki did not answer."""
    with errand.store.reading() as db:
        made_at = recovering_since(db, errand.destination)
    if made_at is None:
        return True
    ours = wiki.changes_of_ours(made_at - MARGIN)
    if isinstance(ours, Failure):
        errand.fail("*", ours)
        return False
    # Before any of them is learned of: afterwards nothing about them is news.
    unknown = unexplained(errand, ours)
    if not learn_of_late_saves(errand, wiki, (one for one in ours if one.is_save)):
        return False
    _ask_again(errand, unknown)
    with errand.store.writing() as db:
        end_recovery(db, errand.destination)
    return True


def _ask_again(errand: Errand, unknown: tuple[int, ...]) -> None:
    """What was agreed to and not saved, or saved otherwise since, lapses."""
    with errand.store.reading() as db:
        known = pages_by_id(db, errand.destination, unknown)
        records = {page.record for page in known.values()}
        standing = journeys_for(db, tuple(sorted(records)), (State.PUBLISHED,))
    here = [one for one in standing if one.destination == errand.destination]
    _lapse(errand, here)
    for approved in journeys_there(errand, State.APPROVED):
        _lapse(errand, approved)


def _lapse(errand: Errand, journeys: Iterable[Journey]) -> None:
    step = steps.Lapsed(destination=errand.destination, because=BECAUSE)
    for journey in journeys:
        try:
            errand.record_fact(journey.record, step)
        except NotPossible:
            continue  # somebody said no meanwhile, which is more than this
        errand.tally.lapsed += 1
        errand.tally.call(journey.record, "lapsed")
