"""The revisions of a page of ours that others' deletions put into the wiki's archive.

Nobody without an account reads there, but whoever may see deleted pages does, and may
bring them back. Which of them were ours is told by how they follow on one another.
"""

from collections.abc import Iterable

from knowledge_base import steps
from knowledge_base.history import history_of
from knowledge_base.pages import PageState
from wikibot.hands.errand import Errand
from wikibot.hands.hiding import are_hidden, still_there
from wikibot.hands.outcomes import Failure
from wikibot.hands.wiki import Archived, WithdrawalWiki
from wikibot.pages.changes import Act


def hide_archived(
    errand: Errand, wiki: WithdrawalWiki, page: PageState, standing: Iterable[int]
) -> tuple[Archived, ...] | None:
    """Hides those of ours; returns them all. None where a step did not succeed.

    `standing`: the revisions that are still the page's.
    """
    found = wiki.archived((page.title, *page.past_titles))
    if isinstance(found, Failure):
        still_there(errand, page, found)
        return None
    ours = following(found, known={*_ours(errand, page), *standing})
    fresh = [one for one in ours if not one.is_hidden]
    for title in sorted({one.title for one in fresh}):
        at = [one.at for one in fresh if one.title == title]
        left = wiki.hide_archived(title, at, reason=errand.summary(Act.LESS))
        if not are_hidden(errand, page, left):
            return None
    errand.tally.hidden_of_others += sum(one.is_peoples for one in fresh)
    return ours


def following(
    found: Iterable[Archived], *, known: Iterable[int]
) -> tuple[Archived, ...]:
    """Those that come before or after known revisions, in one page's line."""
    left, ours = list(found), set(known)
    line: list[Archived] = []
    while True:
        more = [one for one in left if one.id in ours or one.parent in ours]
        if not more:
            return tuple(line)
        line += more
        left = [one for one in left if one not in more]
        ours |= {id for one in more for id in (one.id, one.parent) if id}


def _ours(errand: Errand, page: PageState) -> set[int]:
    """The revisions of ours that the history names."""
    with errand.store.reading() as db:
        taken = [entry.step for entry in history_of(db, page.record)]
    saved = {
        step.revision
        for step in taken
        if isinstance(step, steps.Saved | steps.StubSaved | steps.Narrowed)
        and step.destination == page.destination
    }
    return {*saved, page.base_revision or 0} - {0}
