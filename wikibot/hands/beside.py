"""What stands beside a page that is taken off: its talk page and its subpages.

People wrote there. What says again what the page said goes the page's way; what does
not is never hidden. See `docs/decisions/010-what-stands-beside-a-page.md`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge_base import steps
from knowledge_base.history import history_of
from knowledge_base.kinds import shipped_kinds
from knowledge_base.pages import PageState, keep_past_titles, page_of, pages_by_id
from knowledge_base.records import get_record
from wikibot.hands.errand import Errand
from wikibot.hands.evidence import words_of
from wikibot.hands.hiding import still_there, stub_and_hide
from wikibot.hands.outcomes import Failure, Missing
from wikibot.hands.wiki import Near, WithdrawalWiki, Written
from wikibot.pages.changes import Act
from wikibot.pages.text import Unreadable, read_units
from wikibot.pages.units import Role, Units, unit

MOST_PAGES = 50
MOST_VERSIONS = 500


@dataclass(frozen=True, slots=True)
class TakenOff:
    """What went with a page: it is looked for afterwards under all these titles."""

    page: PageState
    page_ids: frozenset[int]
    had_peoples_words: bool


def take_off_beside(
    errand: Errand, wiki: WithdrawalWiki, page: PageState
) -> TakenOff | None:
    """Takes off what may not stand beside it; None where a step did not succeed."""
    found = _near(errand, wiki, page)
    if isinstance(found, Failure):
        still_there(errand, page, found)
        return None
    if not found:
        return TakenOff(page, frozenset(), had_peoples_words=False)
    if len(found) > MOST_PAGES:
        errand.tally.call(page.record, "stands-beside-it")
        return TakenOff(page, frozenset(), had_peoples_words=False)
    taken = _sorted(errand, wiki, page, found)
    if isinstance(taken, Failure):
        still_there(errand, page, taken)
        return None
    # Before they are gone: a run that is killed now still knows what to look for.
    known = _with_titles(errand, page, [one.title for one in taken.all])
    had_words = _take_off(errand, wiki, known, taken)
    if had_words is None:
        return None
    ids = frozenset(one.page_id for one in taken.all)
    return TakenOff(known, ids, had_peoples_words=had_words)


def _near(
    errand: Errand, wiki: WithdrawalWiki, page: PageState
) -> tuple[Near, ...] | Failure:
    """All there is, but for our own records' pages and what is beside others' pages."""
    titles = (page.title, *page.past_titles)
    standing = wiki.standing_at(titles)
    if isinstance(standing, Failure):
        return standing
    free = [
        title
        for title in titles
        if title not in standing
        or standing[title].page_id == page.page_id
        or standing[title].leads_to in titles
    ]
    found = wiki.near(free, most=MOST_PAGES)
    if isinstance(found, Failure):
        return found
    with errand.store.reading() as db:
        ids = tuple(one.page_id for one in found)
        ours = pages_by_id(db, page.destination, ids)
    return tuple(one for one in found if one.page_id not in ours)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Hidden and deleted; only deleted, so that it can be given back; no words at all.

    `signposts` are redirects that a move left behind.
    """

    hidden: tuple[Near, ...]
    set_aside: tuple[Near, ...]
    signposts: tuple[Near, ...]

    @property
    def all(self) -> tuple[Near, ...]:
        return (*self.hidden, *self.set_aside, *self.signposts)


def _sorted(
    errand: Errand, wiki: WithdrawalWiki, page: PageState, found: Sequence[Near]
) -> _Taken | Failure:
    """Which go, and how; a person is called for what stays and what is set aside."""
    said, first = _said(errand, wiki, page), _first(errand, page)
    signposts = _signposts(wiki, page, found)
    if isinstance(said, Failure):
        return said
    if isinstance(signposts, Failure):
        return signposts
    hidden, set_aside = [], []
    for one in (near for near in found if near not in signposts):
        texts = wiki.written(one.page_id, most=MOST_VERSIONS)
        if isinstance(texts, Missing):
            continue
        if isinstance(texts, Failure):
            return texts
        is_older = min(text.id for text in texts) < first
        if is_older or len(texts) > MOST_VERSIONS:
            errand.tally.call(page.record, "stands-beside-it")
        elif _repeats(texts, said):
            hidden.append(one)
        elif one.is_talk:
            set_aside.append(one)
            errand.tally.call(page.record, "words-set-aside")
        else:
            errand.tally.call(page.record, "stands-beside-it")
    return _Taken(tuple(hidden), tuple(set_aside), signposts)


def _signposts(
    wiki: WithdrawalWiki, page: PageState, found: Sequence[Near]
) -> tuple[Near, ...] | Failure:
    """Redirects from one of these titles to another, with no other version."""
    standing = wiki.standing_at([one.title for one in found])
    if isinstance(standing, Failure):
        return standing
    titles = {page.title, *page.past_titles, *(one.title for one in found)}
    led: list[Near] = []
    for one in found:
        if one.title not in standing or standing[one.title].leads_to not in titles:
            continue
        versions = wiki.revisions(one.page_id)
        if isinstance(versions, Failure):
            return versions
        if len(versions) == 1:
            led.append(one)
    return tuple(led)


def _repeats(texts: Iterable[Written], said: frozenset[str]) -> bool:
    """Whether any version or summary says one of these, as a word of its own."""
    if not said:
        return False
    any_of = "|".join(re.escape(word) for word in sorted(said, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{any_of})(?!\w)", re.IGNORECASE)
    return any(pattern.search(f"{one.text}\n{one.summary}") for one in texts)


def _said(
    errand: Errand, wiki: WithdrawalWiki, page: PageState
) -> frozenset[str] | Failure:
    """What our part of the page says now and said in its older versions."""
    assert page.page_id is not None
    with errand.store.reading() as db:
        kind = shipped_kinds()[get_record(db, page.record).kind]
    texts = wiki.written(page.page_id, most=MOST_VERSIONS)
    if isinstance(texts, Failure) and not isinstance(texts, Missing):
        return texts
    read = (
        () if isinstance(texts, Missing) else (read_units(x.text, kind) for x in texts)
    )
    known = frozenset().union(
        *(_words(units) for units in read if not isinstance(units, Unreadable))
    )
    base = tuple(unit(name, text) for name, text in page.base_units.items())
    # What the title says stands in the name of whatever is beside it, and in the
    # summary of every move: it is no sign that somebody repeats the page.
    titles = (page.title, *page.past_titles)
    words = known | _words(base)
    return frozenset(x for x in words if not any(x in title for title in titles))


def says_again(
    errand: Errand, wiki: WithdrawalWiki, page: PageState, page_ids: Sequence[int]
) -> bool | Failure:
    """Whether any of these pages, which are others', says what our part said."""
    with errand.store.reading() as db:
        records = pages_by_id(db, page.destination, tuple(page_ids))
    said = _said(errand, wiki, page)
    if isinstance(said, Failure):
        return said
    for page_id in page_ids:
        texts = wiki.written(page_id, most=MOST_VERSIONS)
        if isinstance(texts, Failure) and not isinstance(texts, Missing):
            return texts
        if page_id in records or isinstance(texts, Missing):
            continue
        if _repeats(texts, said):
            return True
    return False


def _words(units: Units) -> frozenset[str]:
    """Words of content; a licence is no word of the record."""
    return words_of(
        *(
            one.text
            for one in units
            if one.role is Role.CONTENT and not one.name.startswith("licence")
        )
    )


def _first(errand: Errand, page: PageState) -> int:
    """Our first version: a wiki numbers its versions in the order they came."""
    with errand.store.reading() as db:
        taken = [entry.step for entry in history_of(db, page.record)]
    saved = [
        step.revision
        for step in taken
        if isinstance(step, steps.Saved) and step.destination == page.destination
    ]
    return min(saved, default=page.base_revision or 0)


def _with_titles(errand: Errand, page: PageState, titles: list[str]) -> PageState:
    with errand.store.writing() as db:
        keep_past_titles(db, page.record, page.destination, titles)
        found = page_of(db, page.record, page.destination)
    assert found is not None
    return found


def _take_off(
    errand: Errand, wiki: WithdrawalWiki, page: PageState, taken: _Taken
) -> bool | None:
    """Whether people's versions were hidden; None where a step did not succeed."""
    had_words = False
    for one in taken.hidden:
        as_page = replace(page, page_id=one.page_id, title=one.title, status="live")
        under = stub_and_hide(errand, wiki, as_page)
        if under is None:
            return None
        had_words = had_words or any(x.is_peoples for x in under.revisions)
    for one in taken.all:
        failed = wiki.delete(one.page_id, reason=errand.summary(Act.LESS))
        if failed is not None:
            still_there(errand, page, failed)
            return None
    return had_words
