"""The records that something happened to since the last whole run, and what is due."""

from knowledge_base.history import Journey, journeys_for, journeys_in
from knowledge_base.journeys import RESTING, STANDING, State
from knowledge_base.tightening import touched_since
from knowledge_base.watching import (
    Watermark,
    find_watermark,
    keep_watermark,
    with_members,
)
from wikibot.hands.drafts import Draft, drafts
from wikibot.hands.errand import Errand
from wikibot.hands.narrowing import Allowed, shown_too_much
from wikibot.hands.publish import is_due


class Touched:
    """Looked up once, at the beginning; what happens later is the next run's."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._name = f"{errand.destination}#steps"
        self._suspects: tuple[str, ...] | None = None
        light = f"{errand.today.isoformat()} {errand.store.rulebook.version}"
        with errand.store.reading() as db:
            mark = find_watermark(db, self._name)
            since = 0 if mark is None else int(mark.at)
            touched, newest = touched_since(db, since)
            self.is_another_day = mark is None or mark.seen != (light,)
            if self.is_another_day:
                # Another day or another rulebook: any of them may be seen otherwise.
                standing = journeys_in(db, errand.destination, (*STANDING, *RESTING))
                touched = (*touched, *(one.record for one in standing))
            self.records = with_members(db, touched)
        self._mark = Watermark(str(newest), (light,))

    def due(self) -> list[Journey]:
        """What stands there and may have become less, and then what was approved."""
        errand = self._errand
        with errand.store.reading() as db:
            approved = list(journeys_in(db, errand.destination, (State.APPROVED,)))
            standing = journeys_for(db, self.records, (State.PUBLISHED,))
        return [x for x in standing if x.destination == errand.destination] + approved

    def too_much(self, *, leaves_to_publisher: bool) -> tuple[Allowed, ...]:
        """The pages that show too much, but for those that publishing puts right."""
        found = self._shown_too_much()
        if not leaves_to_publisher:
            return found
        saved = {
            one.record
            for one in drafts(self._errand, [one.journey for one in found])
            if isinstance(one, Draft) and is_due(self._errand, one)
        }
        return tuple(one for one in found if one.journey.record not in saved)

    def _shown_too_much(self) -> tuple[Allowed, ...]:
        # Whoever showed no more than allowed at the first look does so at the next.
        suspects = self.records if self._suspects is None else self._suspects
        found = shown_too_much(self._errand, suspects)
        if self._suspects is None:
            self._suspects = tuple(one.journey.record for one in found)
        return found

    def is_all_done(self) -> bool:
        """Whether none of them need be looked at again before something happens."""
        tally = self._errand.tally
        is_whole = self._errand.only is None and not tally.trouble
        was_stopped = any(record == "*" for record, _ in tally.people)
        return is_whole and not was_stopped and not self._shown_too_much()

    def keep(self) -> None:
        """From here on only what happens next is looked at."""
        with self._errand.store.writing() as db:
            keep_watermark(db, self._name, self._mark)
