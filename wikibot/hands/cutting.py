"""Takes off a standing page, at once, what may not be seen there any more.

Nothing that stops publishing stops this; people's other words on the page stay. What
cannot be cut for certain is closed whole.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace

from knowledge_base import steps
from knowledge_base.history import journey_of
from knowledge_base.journeys import NotPossible
from knowledge_base.pages import keep_base
from wikibot.hands.errand import Errand
from wikibot.hands.hiding import still_there
from wikibot.hands.narrowing import Allowed, narrowed
from wikibot.hands.noticing import note_gone, notice
from wikibot.hands.outcomes import (
    Conflict,
    EditOutcome,
    Failure,
    Missing,
    NoChange,
    Saved,
)
from wikibot.hands.stored import sha1_of
from wikibot.hands.wiki import Edit, PageText, WithdrawalWiki
from wikibot.pages.changes import Act, classify
from wikibot.pages.render import unit_names
from wikibot.pages.text import Unreadable, read_units, replace_units
from wikibot.pages.units import Units, texts, unit

log = logging.getLogger(__name__)
TRIES = 3


def cut_down(errand: Errand, wiki: WithdrawalWiki, allowed: Allowed) -> None:
    """The page shows no more than is allowed; its older revisions are hidden next."""
    if allowed.names_too_much:
        _close_whole(errand, allowed, "title-replaced")
        return
    for _ in range(TRIES):
        outcome = _try(errand, wiki, allowed)
        if not isinstance(outcome, Conflict):
            break
    match outcome:
        case Missing():
            note_gone(errand, allowed.page)
        case Failure():
            still_there(errand, allowed.page, outcome)


def _try(errand: Errand, wiki: WithdrawalWiki, allowed: Allowed) -> EditOutcome | None:
    page = allowed.page
    assert page.page_id is not None
    read = wiki.read((page.page_id,))
    if isinstance(read, Failure):
        return read
    current = read.get(page.page_id)
    if current is None:
        return Missing()
    standing = read_units(current.text, allowed.kind)
    if isinstance(standing, Unreadable):
        _close_whole(errand, allowed, "not-readable")
        return None
    return _cut(errand, wiki, _noticed(errand, allowed, current, standing), current)


def _noticed(
    errand: Errand, allowed: Allowed, current: PageText, standing: Units
) -> Allowed:
    """What people wrote meanwhile is asked about before anything is cut."""
    page, found = allowed.page, texts(standing)
    edits = classify(page.base_units, standing)
    if not edits or found == narrowed(allowed, page.base_units):
        return allowed  # as we knew it, or cut already by a run that was killed
    notice(errand, page, current, edits, standing)
    with errand.store.reading() as db:
        journey = journey_of(db, page.record, page.destination)
    return replace(allowed, journey=journey)


def _cut(
    errand: Errand, wiki: WithdrawalWiki, allowed: Allowed, current: PageText
) -> EditOutcome | None:
    page, kind = allowed.page, allowed.kind
    standing = read_units(current.text, kind)
    assert not isinstance(standing, Unreadable)
    wanted = narrowed(allowed, texts(standing))
    if wanted is None:
        _keep(errand, allowed, texts(standing), current.revision, current.sha1)
        return None
    units = tuple(unit(n, wanted[n]) for n in unit_names(kind) if wanted.get(n))
    text = replace_units(current.text, units, kind)
    if isinstance(text, Unreadable):
        _close_whole(errand, allowed, "not-readable")
        return None
    outcome = wiki.edit(
        Edit(
            page_id=page.page_id,
            title=current.title,
            text=text,
            summary=errand.summary(Act.LESS),
            base=current.revision,
        )
    )
    match outcome:
        case Saved():
            sha1 = "" if outcome.merged else sha1_of(text)
            _keep(errand, allowed, texts(units), outcome.revision, sha1)
            errand.tally.cut += 1
        case NoChange():
            _keep(errand, allowed, texts(units), current.revision, current.sha1)
    return outcome


def _keep(
    errand: Errand, allowed: Allowed, units: dict[str, str], revision: int, sha1: str
) -> None:
    """What stands there from here on; `less`: older ones are to be hidden."""
    page = allowed.page
    assert page.page_id is not None
    page_id = page.page_id
    log.info("record %s shows less", page.record)
    errand.record_fact(
        page.record,
        steps.Narrowed(
            destination=page.destination,
            revision=revision,
            units=_changed(page.base_units, units),
        ),
        also=lambda db: keep_base(
            db,
            page.record,
            page.destination,
            page_id=page_id,
            revision=revision,
            sha1=sha1,
            units=units,
            status="less",
        ),
    )


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the units that are not as they were."""
    names = sorted(before.keys() | now.keys())
    return tuple(name for name in names if before.get(name) != now.get(name))


def _close_whole(errand: Errand, allowed: Allowed, why: str) -> None:
    record, place = allowed.page.record, allowed.page.destination
    errand.tally.call(record, why)
    try:
        errand.record_fact(record, steps.Closed(destination=place, because="decision"))
    except NotPossible:
        return  # somebody took it back meanwhile, or an edit of it is on its way
