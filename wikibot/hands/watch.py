"""Looks at what people did to our pages since the last time, and asks about it.

Only pages that the wiki says were touched are read. An edit beside our units is left
alone and remembered; one in our units becomes a question.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from knowledge_base import steps
from knowledge_base.history import journey_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.pages import (
    PageState,
    keep_base,
    pages_by_id,
    rest_page,
    turn_page,
)
from knowledge_base.records import get_record
from knowledge_base.watching import (
    Watermark,
    find_watermark,
    ids_titled,
    keep_watermark,
    live_page_ids,
    pages_that_had,
)
from wikibot.hands.closings import last_reason
from wikibot.hands.errand import Errand
from wikibot.hands.errors import WrongWiki
from wikibot.hands.late import learn_of_late_saves, unexplained
from wikibot.hands.moving import follow_move
from wikibot.hands.noticing import note_gone, note_left, notice, notice_unreadable
from wikibot.hands.optout import is_left_alone
from wikibot.hands.outcomes import Failure
from wikibot.hands.wiki import Change, PageText, Poll, Wiki
from wikibot.pages.changes import classify
from wikibot.pages.text import Unreadable, is_stub, read_units

TAKEN_BACK = (State.WITHDRAWING, State.WITHDRAWN, State.CLOSED, State.REFUSED)
OVERLAP = timedelta(seconds=10)
OLDEST = timedelta(days=30)  # recent changes are pruned, by default after 90 days


def poll(errand: Errand, wiki: Wiki) -> Poll | None:
    """The one request of an idle run; None: no answer. Raises `WrongWiki`."""
    with errand.store.reading() as db:
        mark = find_watermark(db, errand.destination)
    since = None if mark is None else datetime.fromisoformat(mark.at)
    return greet(errand, wiki, since)


def greet(errand: Errand, wiki: Wiki, since: datetime | None = None) -> Poll | None:
    """A poll that makes sure that this is the wiki which the settings name."""
    found = wiki.poll(since)
    if isinstance(found, Failure):
        errand.fail("*", found)
        return None
    if found.host != errand.place.host:
        raise WrongWiki(errand.place.host, found.host)
    return found


def watch(errand: Errand, wiki: Wiki, found: Poll) -> None:
    """Looks at the pages that the poll names, and moves the watermark after that."""
    with errand.store.reading() as db:
        mark = find_watermark(db, errand.destination)
    changes = _fresh(errand, wiki, found, mark)
    # Ours first: what arrived late is known before anybody's change of it is weighed.
    if changes is None or not learn_of_late_saves(errand, wiki, changes):
        return  # the watermark stays: the same pages are looked at again
    if not look_at(errand, wiki, _touched(errand, found, mark, changes)):
        return
    if not _look_for_stubs(errand, wiki, changes):
        return
    _look_for_new_ones(errand, changes)
    keys = tuple(change.key for change in found.changes)
    at = (found.at - OVERLAP).isoformat()
    with errand.store.writing() as db:
        keep_watermark(db, errand.destination, Watermark(at, keys))


def _fresh(
    errand: Errand, wiki: Wiki, found: Poll, mark: Watermark | None
) -> Sequence[Change] | None:
    """What happened and was not seen yet; None where the wiki did not answer."""
    if mark is None:
        return ()  # before the first look we saved nothing
    fresh = [change for change in found.changes if change.key not in mark.seen]
    if not _is_short(found, mark):
        return fresh
    own = wiki.changes_of_ours(datetime.fromisoformat(mark.at))
    if isinstance(own, Failure):
        errand.fail("*", own)
        return None
    return [*own, *fresh]


def _touched(
    errand: Errand, found: Poll, mark: Watermark | None, changes: Sequence[Change]
) -> tuple[int, ...]:
    """The ids of our pages to be looked at; all, where the wiki's memory is short."""
    if mark is None or _is_short(found, mark):
        with errand.store.reading() as db:
            return tuple(live_page_ids(db, errand.destination))
    late = unexplained(errand, (one for one in changes if one.is_save))
    theirs = (one for one in changes if not one.is_ours)
    return tuple(sorted({*_page_ids(errand, theirs), *late}))


def _look_for_stubs(errand: Errand, wiki: Wiki, changes: Iterable[Change]) -> bool:
    """A stub may arrive late too, over a page that came back: a person is asked.

    Whatever else the account that takes back did and could not note any more, it
    finds again by itself.
    """
    own = (change for change in changes if change.takes_back)
    with errand.store.reading() as db:
        ours = pages_by_id(db, errand.destination, unexplained(errand, own))
    read = wiki.read(tuple(ours)) if ours else {}
    if isinstance(read, Failure):
        errand.fail("*", read)
        return False
    for page_id, current in read.items():
        if ours[page_id].status == "live" and is_stub(current.text):
            notice_unreadable(errand, ours[page_id], current)
    return True


def _look_for_new_ones(errand: Errand, changes: Iterable[Change]) -> None:
    """People made a page under a title that was taken back: it is theirs, and told.

    It may be an article of their own, or a copy of what stood there: a person looks.
    """
    came = {one.came_to: one for one in changes if one.came_to and not one.is_ours}
    if not came:
        return
    with errand.store.reading() as db:
        had = pages_that_had(db, errand.destination, came)
        withdrawn = [
            page.record
            for page in had
            if journey_of(db, page.record, page.destination).state in TAKEN_BACK
        ]
    for record in withdrawn:
        errand.tally.call(record, "made-anew")


def _is_short(found: Poll, mark: Watermark) -> bool:
    """Whether the wiki does not remember all that happened since."""
    is_old = found.at - datetime.fromisoformat(mark.at) > OLDEST
    return is_old or not found.is_complete


def _page_ids(errand: Errand, changes: Iterable[Change]) -> tuple[int, ...]:
    """Page ids; a log entry may name a page by the title it had."""
    named = tuple(changes)
    ids = {change.page_id for change in named if change.page_id}
    titles = {change.title for change in named if change.is_log and change.title}
    with errand.store.reading() as db:
        ours = set(pages_by_id(db, errand.destination, tuple(sorted(ids))))
        ours |= set(ids_titled(db, errand.destination, tuple(sorted(titles))))
    return tuple(sorted(ours))


def look_at(errand: Errand, wiki: Wiki, page_ids: Sequence[int]) -> bool:
    """Reads these pages of ours together; False where the wiki did not answer."""
    if not page_ids:
        return True
    read = wiki.read(page_ids)
    if isinstance(read, Failure):
        errand.fail("*", read)
        return False
    with errand.store.reading() as db:
        known = pages_by_id(db, errand.destination, tuple(page_ids))
    for page_id, page in known.items():
        _look(errand, page, read.get(page_id))
    return True


def _look(errand: Errand, page: PageState, current: PageText | None) -> None:
    if current is None:
        note_gone(errand, page)
        return
    if current.title != page.title:
        follow_move(errand, page, current.title)
    if page.status == "gone" and not _is_back(errand, page):
        return
    if page.status == "stub":
        _look_at_resting(errand, page, current)
        return
    if current.revision == page.base_revision:
        return
    if is_left_alone(current.text, errand.place.account):
        note_left(errand, page)
        return
    units = read_units(current.text, _kind_of(errand, page))
    if isinstance(units, Unreadable):
        notice_unreadable(errand, page, current)
        return
    edits = classify(page.base_units, units)
    if edits:
        notice(errand, page, current, edits, units)
    else:
        _remember(errand, page, current)


def _is_back(errand: Errand, page: PageState) -> bool:
    """People restored a page: it is ours again, unless it was taken back."""
    with errand.store.reading() as db:
        state = journey_of(db, page.record, page.destination).state
    if state not in (State.CHANGED, State.APPROVED, State.PUBLISHED):
        errand.tally.call(page.record, "restored-on-wiki")
        return False
    with errand.store.writing() as db:
        turn_page(db, page.record, page.destination, status="live")
    return True


def _look_at_resting(errand: Errand, page: PageState, current: PageText) -> None:
    """Where a person put back what rests, it is laid to rest again, and asked about.

    A closing is never a matter of who is more patient: it stands until those whose
    word it was say otherwise.
    """
    if isinstance(read_units(current.text, _kind_of(errand, page)), Unreadable):
        return  # nothing of ours is shown
    step = steps.Closed(destination=page.destination, because=last_reason(errand, page))
    record, place = page.record, page.destination
    try:
        # Words that she wrote with it are what the page goes back to.
        errand.record_fact(
            record,
            step,
            also=lambda db: rest_page(db, record, place, before=current.revision),
        )
    except NotPossible:
        return  # it was opened again, or is being taken back
    errand.tally.noticed += 1
    errand.tally.call(page.record, "shown-while-closed")


def _remember(errand: Errand, page: PageState, current: PageText) -> None:
    """An edit beside our units: nothing to ask, but the page is not ours alone now."""
    with errand.store.writing() as db:
        keep_base(
            db,
            page.record,
            page.destination,
            page_id=current.page_id,
            revision=current.revision,
            sha1=current.sha1,
            units=page.base_units,
            status=page.status,
        )


def _kind_of(errand: Errand, page: PageState) -> Kind:
    with errand.store.reading() as db:
        return shipped_kinds()[get_record(db, page.record).kind]
