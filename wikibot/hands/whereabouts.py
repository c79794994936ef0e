"""Where a page of ours is now, and what others have made where it once was.

People move pages while nobody looks. A page is known by its id, and its titles are
read from the wiki before anything of it is taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge_base.pages import PageState, keep_past_titles, page_of
from wikibot.hands.errand import Errand
from wikibot.hands.evidence import Others
from wikibot.hands.hiding import still_there
from wikibot.hands.moving import follow_move
from wikibot.hands.outcomes import Failure
from wikibot.hands.wiki import LogEntry, WithdrawalWiki
from wikibot.pages.changes import Act


def follow(errand: Errand, wiki: WithdrawalWiki, page: PageState) -> PageState | None:
    """The page under the title that it has now, with all that it ever had.

    None: the wiki did not answer, and a person is told where one is needed.
    """
    assert page.page_id is not None
    read = wiki.read((page.page_id,))
    if isinstance(read, Failure):
        still_there(errand, page, read)
        return None
    current = read.get(page.page_id)
    if current is not None and current.title != page.title:
        follow_move(errand, page, current.title)
        page = _known(errand, page)
    passed = _passed(wiki, page)
    if isinstance(passed, Failure):
        still_there(errand, page, passed)
        return None
    if passed:
        with errand.store.writing() as db:
            keep_past_titles(db, page.record, page.destination, passed)
        page = _known(errand, page)
    return page


def _passed(wiki: WithdrawalWiki, page: PageState) -> frozenset[str] | Failure:
    """The titles that it had between those we know: each move names the next."""
    known = {page.title, *page.past_titles}
    found: set[str] = set()
    waiting = sorted(known)
    while waiting:
        entries = wiki.log_entries(waiting)
        if isinstance(entries, Failure):
            return entries
        waiting = sorted(_next(page, entries) - known - found)
        found |= set(waiting)
    return frozenset(found)


def _next(page: PageState, entries: Iterable[LogEntry]) -> set[str]:
    return {one.moved_to for one in entries if one.page_id == page.page_id} - {""}


def _known(errand: Errand, page: PageState) -> PageState:
    with errand.store.reading() as db:
        found = page_of(db, page.record, page.destination)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Cleared:
    """The titles of a gone page's talk, and what is others' at any of its titles."""

    talk: tuple[str, ...]
    others: Others


def clear_titles(
    errand: Errand, wiki: WithdrawalWiki, page: PageState
) -> Cleared | Failure:
    """Deletes redirects that led to the page; what others made there is theirs."""
    titles = (page.title, *page.past_titles)
    theirs = _cleared(errand, wiki, page, titles)
    if isinstance(theirs, Failure):
        return theirs
    # The talk page of an article that others made at an old title is theirs as well.
    talk = wiki.talk_of([one for one in titles if one not in theirs])
    if isinstance(talk, Failure):
        return talk
    their_talk = _cleared(errand, wiki, page, talk)
    if isinstance(their_talk, Failure):
        return their_talk
    return Cleared(talk, Others({**theirs, **their_talk}))


def _cleared(
    errand: Errand, wiki: WithdrawalWiki, page: PageState, titles: Sequence[str]
) -> Mapping[str, int] | Failure:
    found = wiki.standing_at(titles)
    if isinstance(found, Failure):
        return found
    theirs: dict[str, int] = {}
    for title, at in found.items():
        if at.page_id == page.page_id:
            continue
        if at.leads_to not in (page.title, *page.past_titles):
            theirs[title] = at.page_id
            continue
        failed = wiki.delete(at.page_id, reason=errand.summary(Act.LESS))
        if failed is not None:
            return failed
    return theirs
