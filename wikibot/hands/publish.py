"""Saves what was approved: the intent first, then one edit, then what became of it.

A page is made from what a person saw. Where people changed our units, nothing is saved
and a person is asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from knowledge_base import steps
from knowledge_base.history import length_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.looked_through import NotLookedThrough
from knowledge_base.pages import keep_base, page_of, turn_page
from knowledge_base.workflow import Stale
from wikibot.hands.drafts import Draft, Nothing, WhyNot
from wikibot.hands.errand import Errand
from wikibot.hands.merging import compare
from wikibot.hands.outcomes import (
    Conflict,
    EditOutcome,
    Failure,
    Missing,
    NoChange,
    Saved,
    Taken,
)
from wikibot.hands.replacing import marked
from wikibot.hands.stored import sha1_of
from wikibot.hands.wiki import PageText, Wiki
from wikibot.hands.writing import (
    Beneath,
    Write,
    act_of,
    is_new,
    is_ours_alone,
    write_into,
    write_unread,
)
from wikibot.pages.changes import Act
from wikibot.pages.text import Unreadable, read_units
from wikibot.pages.units import texts, units_hash

MayGoOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What pages are made from: as they stand, and as they stood before a stub."""

    standing: Mapping[int, PageText]
    beneath: Beneath


def publish(
    errand: Errand,
    wiki: Wiki,
    found: Iterable[Draft | Nothing],
    may_go_on: MayGoOn,
    beneath: Beneath,
) -> None:
    """Saves these pages one after the other, until something says stop.

    No more of them are read and drawn up than are saved next. What the run does not
    come to waits for another: whether its approval lapses, too.
    """
    for due in _portions(errand, _drafts_of(errand, found)):
        standing = _read_shared(errand, wiki, due)
        if standing is None:
            return
        ground = _Ground(standing, beneath)
        for one in due:
            if errand.tally.saved >= errand.place.most_edits_per_run:
                errand.tally.call("*", "most-edits-per-run")
                return
            if not may_go_on() or not _publish_one(errand, wiki, one, ground):
                return


def plan(errand: Errand, found: Iterable[Draft | Nothing]) -> None:
    """What `publish` would do; nothing is sent and nothing is written."""
    for due in _portions(errand, (x for x in found if isinstance(x, Draft))):
        for one in due:
            errand.tally.planned.append((one.record, act_of(one).value))


MANY = 50  # pages that are read from the wiki by one request


def _portions(errand: Errand, drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    """Those that are due, each once, though something may bring it up again."""
    tried: set[str] = set()
    some: list[Draft] = []
    for one in drafts:
        if one.record not in tried and is_due(errand, one):
            tried.add(one.record)
            some.append(one)
        if len(some) == MANY:
            yield marked(errand, some)
            some = []
    if some:
        yield marked(errand, some)


def is_due(errand: Errand, draft: Draft) -> bool:
    """Whether the page is to be saved: approved anew, or showing more than it may."""
    if not errand.includes(draft.page.title):
        return False
    if draft.journey.state is State.APPROVED:
        return True
    is_there = draft.page.status in ("live", "less")
    return is_there and dict(draft.page.base_units) != texts(draft.units)


def _drafts_of(errand: Errand, found: Iterable[Draft | Nothing]) -> Iterator[Draft]:
    for one in found:
        if isinstance(one, Draft):
            yield one
        elif one.why is WhyNot.SHOWS_MORE:
            _lapse(errand, one)
        elif one.why in (WhyNot.TOO_LONG, WhyNot.TITLE):
            errand.tally.call(one.journey.record, one.why.value)


def _lapse(errand: Errand, nothing: Nothing) -> None:
    """More would be seen than was approved: the approval lapses."""
    step = steps.Lapsed(destination=errand.destination, because="units")
    try:
        errand.take(nothing.journey.record, step, seen=nothing.seen)
    except (Stale, NotPossible):
        return  # it moved on; the next run looks again
    errand.tally.lapsed += 1
    errand.tally.call(nothing.journey.record, "lapsed")


def _read_shared(
    errand: Errand, wiki: Wiki, due: list[Draft]
) -> Mapping[int, PageText] | None:
    """The pages that hold more than our units, read together; None: unreachable."""
    shared = tuple(
        one.page.page_id
        for one in due
        if one.page.page_id is not None
        and not is_new(one.page)
        and not is_ours_alone(errand, one)
    )
    read = wiki.read(shared) if shared else {}
    if isinstance(read, Failure):
        errand.fail("*", read)
        return None
    return read


def _publish_one(errand: Errand, wiki: Wiki, draft: Draft, ground: _Ground) -> bool:
    """Saves one page; returns whether the batch goes on."""
    write = _first_write(errand, draft, ground)
    if write is None or not _intend(errand, write):
        return True
    outcome = wiki.edit(write.edit(errand))
    if isinstance(outcome, Conflict):
        return _try_again(errand, wiki, write, ground)
    return _conclude(errand, wiki, write, outcome)


def _first_write(errand: Errand, draft: Draft, ground: _Ground) -> Write | None:
    if is_new(draft.page) or is_ours_alone(errand, draft):
        return write_unread(errand, draft)
    assert draft.page.page_id is not None
    current = ground.standing.get(draft.page.page_id)
    return write_into(errand, draft, current, ground.beneath)


def _try_again(errand: Errand, wiki: Wiki, write: Write, ground: _Ground) -> bool:
    """After a conflict: once more from what stands there now, then a person."""
    page_id = write.draft.page.page_id
    assert page_id is not None
    _note_not_saved(errand, write, Conflict(), needs_person=False)
    read = wiki.read((page_id,))
    if isinstance(read, Failure):
        return errand.fail(write.draft.record, read)
    fresh = _fresh(errand, write.draft)
    again = write_into(errand, fresh, read.get(page_id), ground.beneath)
    if again is None or not _intend(errand, again):
        return True
    return _conclude(errand, wiki, again, wiki.edit(again.edit(errand)))


def _fresh(errand: Errand, draft: Draft) -> Draft:
    """The draft with the history's length as it is now, after our own steps."""
    with errand.store.reading() as db:
        seen = length_of(db, draft.record)
        page = page_of(db, draft.record, errand.destination)
    return replace(draft, seen=seen, page=page or draft.page)


def _intend(errand: Errand, write: Write) -> bool:
    """Commits the intent; False where the record moved on or may not be shown."""
    draft = write.draft
    step = steps.Intended(
        destination=errand.destination,
        act=_intent_word(errand, write),
        units_hash=units_hash(draft.units),
        base_revision=write.base,
    )
    try:
        errand.take(draft.record, step, seen=draft.seen)
    except NotLookedThrough:
        # No more of it is shown until the worker was there; what is too much is cut
        # off all the same.
        errand.tally.call("*", "not-looked-through")
        return False
    except (Stale, NotPossible):
        return False
    return True


def _intent_word(errand: Errand, write: Write) -> str:
    """Kept with the intent, so that a run that takes over knows what is left to do."""
    if write.is_new:
        return "create"
    return "less" if hides_older(errand, write.act) else "edit"


def hides_older(errand: Errand, act: Act) -> bool:
    """Whether the revisions before the save show more and are to be hidden."""
    return act is Act.LESS and bool(errand.place.withdrawal_account)


def _conclude(errand: Errand, wiki: Wiki, write: Write, outcome: EditOutcome) -> bool:
    """Writes down what became of the edit; returns whether the batch goes on."""
    match outcome:
        case Saved():
            note_saved(errand, write.draft, outcome, text=write.text, act=write.act)
            errand.tally.saved += 1
            return not outcome.merged or _look_again(errand, wiki, write, outcome)
        case NoChange():
            revision = write.base or write.draft.page.base_revision or 0
            same = Saved(outcome.page_id, revision, write.base, merged=False)
            note_saved(errand, write.draft, same, text=write.text, act=write.act)
            errand.tally.unchanged += 1
            return True
        case Taken() if (own := _own_save(errand, wiki, write)) is not None:
            note_saved(errand, write.draft, own, text=write.text, act=write.act)
            return True
        case Failure():
            return _fail(errand, write, outcome)


def _look_again(errand: Errand, wiki: Wiki, write: Write, saved: Saved) -> bool:
    """After a merge by the wiki: what is neither a person's nor ours is put right."""
    again = compare(errand, wiki, _fresh(errand, write.draft), saved)
    if again is None or not _intend(errand, again):
        return True
    outcome = wiki.edit(again.edit(errand))
    if isinstance(outcome, Saved) and outcome.merged:
        errand.tally.call(write.draft.record, "merged-twice")
        note_saved(errand, again.draft, outcome, text=again.text, act=again.act)
        return True
    return _conclude(errand, wiki, again, outcome)


def _fail(errand: Errand, write: Write, failure: Failure) -> bool:
    if failure.is_certain:
        # What stops us is about the account or the wiki, not about this record.
        needs_person = failure.needs_person and not failure.stops
        _note_not_saved(errand, write, failure, needs_person=needs_person)
    return errand.fail("*" if failure.stops else write.draft.record, failure)


def _own_save(errand: Errand, wiki: Wiki, write: Write) -> Saved | None:
    """The save of a run that was killed before it could say so, if it was one."""
    found = wiki.own_saves(page_id=None, title=write.draft.page.title)
    if isinstance(found, Failure):
        return None
    wanted = units_hash(write.draft.units)
    for one in found:
        units = read_units(one.text, write.draft.kind)
        if not isinstance(units, Unreadable) and units_hash(units) == wanted:
            return Saved(one.page_id, one.revision, None, merged=False)
    return None


def note_saved(
    errand: Errand, draft: Draft, saved: Saved, *, text: str, act: Act
) -> None:
    """The outcome, and what we know of the page from here on, in one transaction."""
    step = steps.Saved(
        destination=errand.destination,
        page_id=saved.page_id,
        revision=saved.revision,
        units_hash=units_hash(draft.units),
        merged=saved.merged,
    )
    hides = hides_older(errand, act)
    errand.record_fact(
        draft.record,
        step,
        also=lambda db: keep_base(
            db,
            draft.record,
            errand.destination,
            page_id=saved.page_id,
            revision=saved.revision,
            # After a merge the text is the wiki's; it is read before it is written.
            sha1="" if saved.merged else sha1_of(text),
            units=texts(draft.units),
            # What was to be hidden still is, also where this save alone hides nothing.
            status="less" if hides or draft.page.status == "less" else "live",
        ),
    )


def _note_not_saved(
    errand: Errand, write: Write, failure: Failure, *, needs_person: bool
) -> None:
    record, place = write.draft.record, errand.destination
    step = steps.NotSaved(
        destination=place, outcome=failure.code, needs_person=needs_person
    )
    if isinstance(failure, Missing):
        errand.record_fact(
            record, step, also=lambda db: turn_page(db, record, place, status="gone")
        )
    else:
        errand.record_fact(record, step)
