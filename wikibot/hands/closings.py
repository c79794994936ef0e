"""Why a page was closed last; from that follows what becomes of it."""

from knowledge_base import steps
from knowledge_base.history import history_of
from knowledge_base.pages import PageState
from wikibot.hands.errand import Errand


def last_reason(errand: Errand, page: PageState) -> str:
    """As its last closing says; "decision", which hides, where none does."""
    with errand.store.reading() as db:
        history = history_of(db, page.record)
    reasons = [
        entry.step.because
        for entry in history
        if isinstance(entry.step, steps.Closed)
        and entry.step.destination == page.destination
    ]
    return reasons[-1] if reasons else "decision"
