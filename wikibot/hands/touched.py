"""The records that something happened to since the last whole run, and what is due."""

from collections.abc import Iterator
from itertools import chain

from knowledge_base.chain import head_of
from knowledge_base.history import Journey, journeys_for
from knowledge_base.journeys import RESTING, STANDING, State
from knowledge_base.members import with_members
from knowledge_base.tightening import touched_after
from knowledge_base.watching import STEPS, Watermark, find_watermark, keep_watermark
from wikibot.hands.drafts import Draft, drafts
from wikibot.hands.errand import Errand
from wikibot.hands.narrowing import Allowed, shown_too_much
from wikibot.hands.portions import journeys_there
from wikibot.hands.publish import is_due


class Touched:
    """Bounded once, at the beginning; what happens later is the next run's.

    The records are read by portions, anew each time: no run holds all of them.
    """

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._name = errand.destination + STEPS
        self._suspects: tuple[str, ...] | None = None
        light = f"{errand.today.isoformat()} {errand.store.rulebook.version}"
        with errand.store.reading() as db:
            mark = find_watermark(db, self._name)
            self._since = 0 if mark is None else int(mark.at)
            self._until, _ = head_of(db)
        self.is_another_day = mark is None or mark.seen != (light,)
        self._mark = Watermark(str(self._until), (light,))

    def portions(self) -> Iterator[tuple[str, ...]]:
        """The records, with what is in the collections among them.

        One that much happened to may come more than once.
        """
        yield from with_members(self._errand.store, self._named())

    def _named(self) -> Iterator[tuple[str, ...]]:
        reached = self._since
        while reached < self._until:
            with self._errand.store.reading() as db:
                some, reached = touched_after(db, reached, until=self._until)
            yield some
        if self.is_another_day:
            # Another day or another rulebook: any of them may be seen otherwise.
            for state in (*STANDING, *RESTING):
                for found in journeys_there(self._errand, state):
                    yield tuple(one.record for one in found)

    def due(self) -> Iterator[Journey]:
        """What stands there and may have become less, and then what was approved.

        Read while it is taken: nothing is held open in between.
        """
        for records in self.portions():
            with self._errand.store.reading() as db:
                standing = journeys_for(db, records, (State.PUBLISHED,))
            for one in standing:
                if one.destination == self._errand.destination:
                    yield one
        for approved in journeys_there(self._errand, State.APPROVED):
            yield from approved

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
        suspects = (
            chain.from_iterable(self.portions())
            if self._suspects is None
            else self._suspects
        )
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
