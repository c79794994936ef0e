"""Which title a page should have that may not keep the one it has."""

from collections.abc import Iterable

from knowledge_base import steps
from knowledge_base.communities import names_of
from knowledge_base.gate import facts_of
from knowledge_base.history import journeys_for
from knowledge_base.journeys import NotPossible, State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.pages import PageState, is_title_free, page_of
from knowledge_base.records import get_record
from knowledge_base.views import view_of
from policies.visibility import Visibility
from wikibot.hands.errand import Errand
from wikibot.hands.naming import shows_in_title
from wikibot.hands.narrowing import decision_on_standing
from wikibot.pages.titles import opaque, title_for, with_number


def better_title(errand: Errand, page: PageState) -> str | None:
    """Another title, where the page's own says what is kept secret or was replaced.

    None: a stub may stand under the title that it has.
    """
    language = errand.place.language
    with errand.store.reading() as db:
        record = get_record(db, page.record)
        facts = facts_of(db, (page.record,), heed_doubts=False)[page.record]
        decision = decision_on_standing(errand, facts)
        if decision.keeps_secret:
            return opaque(page.record, language=language)
        if decision.at_most <= Visibility.STUB:
            return None  # nothing of it is shown: nothing was shown instead
        view = view_of(record, decision, names=names_of(db), at=decision.at_most)
        kind = shipped_kinds()[record.kind]
        if not shows_in_title(page.title, record, view, kind):
            return None
        title = title_for(view, kind, record=page.record, language=language)
        if is_title_free(db, page.record, page.destination, title):
            return title
    return with_number(title, page.record)


def close_wrong_titles(errand: Errand, records: Iterable[str]) -> None:
    """A page that rests already closes anew where not even its title may stay."""
    place = errand.destination
    with errand.store.reading() as db:
        resting = journeys_for(db, tuple(records), (State.CLOSED,))
        pages = [
            page_of(db, one.record, place)
            for one in resting
            if one.destination == place
        ]
    for page in pages:
        if page is None or page.status != "stub" or better_title(errand, page) is None:
            continue
        step = steps.Closed(destination=place, because="decision")
        try:
            errand.record_fact(page.record, step)
        except NotPossible:
            continue  # somebody was quicker, and took more away
