"""After a run that was killed: finds out what is true on the wiki, and notes it."""

from knowledge_base import steps
from knowledge_base.history import Journey, journeys_in
from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.pages import PageState, keep_base, page_of
from knowledge_base.records import get_record
from wikibot.hands.errand import Errand
from wikibot.hands.outcomes import Failure
from wikibot.hands.wiki import OwnSave, Wiki
from wikibot.pages.text import Unreadable, read_units
from wikibot.pages.units import Units, texts, units_hash

UNDER_WAY = (State.PUBLISHING, State.CLOSING, State.WITHDRAWING)


def open_intents(errand: Errand) -> tuple[Journey, ...]:
    """The journeys of which nobody knows whether their edit arrived."""
    with errand.store.reading() as db:
        found = journeys_in(db, errand.destination, UNDER_WAY)
        return tuple(one for one in found if one.intent is not None)


def reconcile(errand: Errand, wiki: Wiki) -> bool:
    """Settles every open intent; False where the wiki did not answer."""
    for journey in open_intents(errand):
        with errand.store.reading() as db:
            page = page_of(db, journey.record, errand.destination)
        found = (
            () if page is None else wiki.own_saves(page_id=_id(page), title=page.title)
        )
        if isinstance(found, Failure):
            errand.fail("*", found)
            return False
        _settle(errand, journey, found)
    return True


def _id(page: PageState) -> int | None:
    # A page that is to be made anew has another id than the one that is gone.
    return None if page.status == "gone" else page.page_id


def _settle(errand: Errand, journey: Journey, found: tuple[OwnSave, ...]) -> None:
    intent = journey.intent or {}
    saved = _arrived(errand, journey, found)
    if saved is None:
        step = steps.NotSaved(
            destination=errand.destination, outcome="never-arrived", needs_person=False
        )
        errand.record_fact(journey.record, step)
        return
    save, units = saved
    errand.record_fact(
        journey.record,
        steps.Saved(
            destination=errand.destination,
            page_id=save.page_id,
            revision=save.revision,
            units_hash=intent["units_hash"],
        ),
        also=lambda db: keep_base(
            db,
            journey.record,
            errand.destination,
            page_id=save.page_id,
            revision=save.revision,
            sha1=save.sha1,
            units=texts(units),
            status="less" if intent["act"] == "less" else "live",
        ),
    )
    errand.tally.saved += 1


def _arrived(
    errand: Errand, journey: Journey, found: tuple[OwnSave, ...]
) -> tuple[OwnSave, Units] | None:
    """Our save that shows what was intended, made after what it was made from."""
    intent = journey.intent or {}
    with errand.store.reading() as db:
        kind = shipped_kinds()[get_record(db, journey.record).kind]
    for save in found:
        if save.revision <= (intent.get("base_revision") or 0):
            break
        units = read_units(save.text, kind)
        if not isinstance(units, Unreadable) and (
            units_hash(units) == intent["units_hash"]
        ):
            return save, units
    return None
