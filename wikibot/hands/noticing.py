"""What people did to our units is noticed and asked about; the page stays as it is."""

from knowledge_base import steps
from knowledge_base.history import journey_of
from knowledge_base.journeys import TABLE, State
from knowledge_base.pages import PageState, turn_page
from knowledge_base.watching import Suggestion, keep_noticed
from wikibot.hands.errand import Errand
from wikibot.hands.wiki import PageText
from wikibot.pages.changes import HumanEdit
from wikibot.pages.units import Units, texts

WHOLE = "*"
"""Stands for all our units, where they cannot be read one by one."""


def notice(
    errand: Errand,
    page: PageState,
    current: PageText,
    edits: tuple[HumanEdit, ...],
    units: Units,
) -> None:
    """A person changed our units: a suggestion for each, and a step that asks.

    What stands there now is what we know from here on: it is asked about once.
    """
    asked = tuple(_suggestion(page, current, edit) for edit in edits)
    _change(errand, page, current, asked, texts(units))


def notice_unreadable(errand: Errand, page: PageState, current: PageText) -> None:
    """Our template cannot be read for certain any more: a person has to look."""
    asked = (_suggestion(page, current, HumanEdit(WHOLE, shows_more=True)),)
    _change(errand, page, current, asked, dict(page.base_units))


def _suggestion(page: PageState, current: PageText, edit: HumanEdit) -> Suggestion:
    return Suggestion(
        record=page.record,
        destination=page.destination,
        page_id=current.page_id,
        revision=current.revision,
        unit=edit.unit,
        shows_more=edit.shows_more,
    )


def _change(
    errand: Errand,
    page: PageState,
    current: PageText,
    asked: tuple[Suggestion, ...],
    known: dict[str, str],
) -> None:
    step = steps.Changed(
        destination=page.destination,
        by="wiki",
        revision=current.revision,
        units=tuple(one.unit for one in asked),
    )
    with errand.store.reading() as db:
        state = journey_of(db, page.record, page.destination).state
    if state not in TABLE[steps.Changed]:
        return  # it is closing, resting or being taken back: nothing is asked
    errand.record_fact(
        page.record,
        step,
        also=lambda db: keep_noticed(
            db,
            asked,
            revision=current.revision,
            sha1=current.sha1,
            units=known,
            # What rests still rests, and what is to be hidden is still to be hidden.
            status=page.status if page.status in ("stub", "less") else "live",
        ),
    )
    errand.tally.noticed += 1
    errand.tally.call(page.record, "changed-on-wiki")


def note_gone(errand: Errand, page: PageState) -> None:
    """People deleted the page: it is never made again without a person."""
    _turn(errand, page, "gone", "deleted-on-wiki")


def note_left(errand: Errand, page: PageState) -> None:
    """The page asks to be left alone."""
    _turn(errand, page, "left", "left-alone")


def _turn(errand: Errand, page: PageState, status: str, why: str) -> None:
    """Keeps what became of the page; what was about to be saved there waits."""
    record, place = page.record, page.destination
    with errand.store.reading() as db:
        state = journey_of(db, record, place).state
    if state in TABLE[steps.Changed] and (
        page.status != status or state is State.APPROVED
    ):
        errand.record_fact(
            record,
            steps.Changed(destination=place, by="wiki"),
            also=lambda db: turn_page(db, record, place, status=status),
        )
        errand.tally.noticed += 1
        errand.tally.call(record, why)
    elif page.status == "stub" and status == "gone":
        # It stays a page that rests, so that no yes makes it anew before a person
        # has heard that others took it off the wiki.
        errand.tally.call(record, why)
    elif page.status != status:
        with errand.store.writing() as db:
            turn_page(db, record, place, status=status)
