"""Which saves take words off a page that may not be read any more.

A community that replaces its own words and says yes again has taken the older ones
back, although the page goes on and says something new in their place. What the source
merely corrected, and what people wrote into our part, is an ordinary older revision.
"""

from collections.abc import Iterable
from dataclasses import replace

from knowledge_base import steps
from knowledge_base.history import Entry, history_of
from knowledge_base.steps import Step
from wikibot.hands.drafts import Draft
from wikibot.hands.errand import Errand
from wikibot.hands.narrowing import shown_too_much
from wikibot.hands.writing import is_new


def marked(errand: Errand, due: list[Draft]) -> list[Draft]:
    """The same; each that takes away what may not be read any more says so."""
    standing = [one.record for one in due if not is_new(one.page)]
    less = _taken_away(errand, standing) if standing else frozenset()
    return [replace(one, takes_away=one.record in less) for one in due]


def _taken_away(errand: Errand, records: Iterable[str]) -> frozenset[str]:
    """The records whose page shows words that have to go, whatever comes for them."""
    found = shown_too_much(errand, records)
    with errand.store.reading() as db:
        return frozenset(
            one.journey.record
            for one in found
            if not _is_peoples(
                _since_saved(history_of(db, one.journey.record), errand.destination)
            )
        )


def _since_saved(history: tuple[Entry, ...], destination: str) -> tuple[Step, ...]:
    """What happened with the record since its page was saved last."""
    taken = [entry.step for entry in history]
    saved = [
        place
        for place, step in enumerate(taken)
        if isinstance(step, steps.Saved) and step.destination == destination
    ]
    return tuple(taken[saved[-1] + 1 :] if saved else taken)


def _is_peoples(since: tuple[Step, ...]) -> bool:
    """Whether what differs is what people wrote there, and no words were replaced."""
    by_people = any(
        isinstance(step, steps.Changed) and step.by == "wiki" and step.units
        for step in since
    )
    return by_people and not any(isinstance(step, steps.WordsGiven) for step in since)
