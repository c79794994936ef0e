"""Saves of ours that arrived after we had given them up: the store learns of each.

A slow wiki may do what it was asked long after nobody waits for it. Whatever came in
between stands: what may not be seen any more is taken back in the same run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge_base import steps
from knowledge_base.history import history_of, journey_of
from knowledge_base.journeys import NotPossible, State
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.pages import STANDING, PageState, page_of, pages_by_id
from knowledge_base.records import find_record
from knowledge_base.watching import keep_arrived, newest_of_ours
from knowledge_base.workflow import Also
from wikibot.hands.errand import Errand
from wikibot.hands.outcomes import Failure
from wikibot.hands.wiki import Change, OwnSave, Wiki
from wikibot.pages.text import Unreadable, is_stub, read_units
from wikibot.pages.units import RECORD, Units, texts, units_hash

ALLOWED = (State.APPROVED, State.PUBLISHING, State.PUBLISHED)
# Nobody allows these to stand; there is no journey to be taken back, only a page.
REMOVED = (State.IN_REVIEW, State.ERASED)


def learn_of_late_saves(errand: Errand, wiki: Wiki, changes: Iterable[Change]) -> bool:
    """Notes every save of ours that the store does not know; False: no answer."""
    saves = [change for change in changes if change.is_save]
    for page_id in unexplained(errand, saves):
        found = wiki.own_saves(page_id=page_id, title="")
        if isinstance(found, Failure):
            errand.fail("*", found)
            return False
        if found and not is_stub(found[0].text):
            _learn(errand, page_id, found[0])
    return True


def unexplained(errand: Errand, changes: Iterable[Change]) -> tuple[int, ...]:
    """The pages on which something of ours is newer than what we know of them."""
    newest: dict[int, int] = {}
    for one in changes:
        newest[one.page_id] = max(one.revision, newest.get(one.page_id, 0))
    with errand.store.reading() as db:
        known = pages_by_id(db, errand.destination, tuple(sorted(newest)))
        return tuple(
            page_id
            for page_id, revision in sorted(newest.items())
            if page_id not in known or revision > newest_of_ours(db, known[page_id])
        )


@dataclass(frozen=True, slots=True)
class _Late:
    """A save of ours, whose page it is, and what we intended ever."""

    save: OwnSave
    units: Units
    state: State
    page: PageState
    intended: Mapping[str, str]  # hash of our units -> what was to be done with them

    @property
    def is_woven(self) -> bool:
        """Whether the wiki wove somebody's words into it: ours alone are known."""
        return units_hash(self.units) not in self.intended

    @property
    def status(self) -> str:
        """What the page is from here on."""
        if self.state in REMOVED:
            return "late"
        if self.page.status in ("less", "left"):
            return self.page.status
        is_less = self.intended.get(units_hash(self.units)) == "less"
        return "less" if is_less else "live"


def _learn(errand: Errand, page_id: int, save: OwnSave) -> None:
    late = _late(errand, page_id, save)
    if late is None:
        errand.tally.call(f"page {page_id}", "page-of-no-record")
        return
    page, known = late.page, late.page.page_id
    if known not in (None, page_id) and page.status in STANDING:
        errand.tally.call(f"page {page_id}", "second-page")
        return
    if known == page_id and save.revision <= (page.base_revision or 0):
        return
    _note(errand, late)


def _late(errand: Errand, page_id: int, save: OwnSave) -> _Late | None:
    """None where no record of ours has to do with the page."""
    place = errand.destination
    with errand.store.reading() as db:
        known = pages_by_id(db, place, (page_id,)).get(page_id)
        named = _named_in(save.text) if known is None else known.record
        record = None if named is None else find_record(db, named)
        page = None if record is None else page_of(db, record.id, place)
        if record is None or page is None:
            return None
        units = read_units(save.text, shipped_kinds()[record.kind])
        history = history_of(db, record.id)
        state = journey_of(db, record.id, place).state
    intended = {
        entry.step.units_hash: entry.step.act
        for entry in history
        if isinstance(entry.step, steps.Intended) and entry.step.destination == place
    }
    readable = () if isinstance(units, Unreadable) else units
    return _Late(save, readable, state, page, intended)


def _named_in(text: str) -> str | None:
    """The record that a page of ours says it is about."""
    for kind in _with_pages().values():
        units = read_units(text, kind)
        if not isinstance(units, Unreadable):
            return texts(units).get(RECORD)
    return None


def _with_pages() -> Mapping[str, Kind]:
    return {name: kind for name, kind in shipped_kinds().items() if kind.wiki}


def _note(errand: Errand, late: _Late) -> None:
    save, record = late.save, late.page.record
    step = steps.Saved(
        destination=errand.destination,
        page_id=save.page_id,
        revision=save.revision,
        units_hash=units_hash(late.units),
        merged=late.is_woven,
    )
    try:
        errand.record_fact(record, step, also=_keeping(late))
    except NotPossible:
        errand.tally.call(record, "arrived-late")
        return
    errand.tally.noticed += 1
    if late.state not in ALLOWED:
        errand.tally.call(record, "arrived-late")


def _keeping(late: _Late) -> Also | None:
    """What stands there from here on; what rests goes on resting."""
    save, page = late.save, late.page
    if page.status == "stub":
        return None  # the stub goes over it, and what stood before is what comes back
    # Of a woven page ours is not told from theirs here: the look at it asks. Of an
    # erased record nothing is kept again.
    is_known = not late.is_woven and late.state is not State.ERASED
    return lambda db: keep_arrived(
        db,
        page,
        title=save.title,
        page_id=save.page_id,
        revision=save.revision if is_known else page.base_revision or 0,
        sha1=save.sha1 if is_known else page.base_sha1 or "",
        units=texts(late.units) if is_known else page.base_units,
        status=late.status,
    )
