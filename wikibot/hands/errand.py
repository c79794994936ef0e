"""What one run of the bot at one destination has in its hands, and what it counts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from knowledge_base.calendar_days import civil_days
from knowledge_base.history import length_of
from knowledge_base.notes import Note
from knowledge_base.settings import Place
from knowledge_base.steps import SOFTWARE, Step
from knowledge_base.store import Store
from knowledge_base.workflow import Also, Stale, note
from wikibot.hands.outcomes import Failure
from wikibot.pages.changes import Act, summary
from wikibot.pages.render import Addresses

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
TRIES = 5


@dataclass(slots=True)
class Tally:
    """What a run did. `people` are (record, why) that wait for a person."""

    proposed: int = 0
    saved: int = 0
    unchanged: int = 0
    lapsed: int = 0
    noticed: int = 0
    closed: int = 0
    withdrawn: int = 0
    cut: int = 0
    hidden_of_others: int = 0  # versions that people wrote, hidden along with ours
    planned: list[tuple[str, str]] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 done, 1 error, 2 a person is needed, whatever else went wrong."""
        return 2 if self.people else 1 if self.trouble else 0

    def call(self, record: str, why: str) -> None:
        """A person has to look at the record; `why` is a code, never content."""
        if (record, why) not in self.people:
            log.warning("record %s needs a person: %s", record, why)
            self.people.append((record, why))

    def stop(self, why: str) -> None:
        """Something ended the work here; the next run may go on."""
        if why not in self.trouble:
            log.warning("stopped: %s", why)
            self.trouble.append(why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One destination, the store, the clock, and the tally of this run.

    `only` are the titles of the pages to which a person restricted the run; None: all.
    """

    store: Store
    place: Place
    clock: Clock
    addresses: Addresses
    tally: Tally
    only: frozenset[str] | None = None
    rehearses: bool = False

    @property
    def destination(self) -> str:
        return self.place.id

    @property
    def today(self) -> date:
        """The day by which what ends has ended, wherever its community lives."""
        return civil_days(self.clock()).closing

    @property
    def stop_page(self) -> str:
        return self.place.stop_page or f"User:{self.place.account}/Stop"

    def includes(self, title: str) -> bool:
        return self.only is None or title in self.only

    def summary(self, act: Act, fields: tuple[str, ...] = ()) -> str:
        """In the wiki's language, from the closed list of words."""
        return summary(act, fields, self.place.language, stop_page=self.stop_page)

    def take(self, record: str, step: Step, *, seen: int, text: str = "") -> None:
        """Takes a step that rests on what was seen; raises `Stale`."""
        one = Note(record=record, seen=seen, step=step, by=SOFTWARE, text=text or None)
        note(self.store, [one], now=self.clock())

    def record_fact(
        self, record: str, step: Step, *, text: str = "", also: Also | None = None
    ) -> None:
        """Takes a step that says what happened; it is true whatever else came first."""
        for attempt in range(TRIES):
            with self.store.reading() as db:
                seen = length_of(db, record)
            one = Note(
                record=record, seen=seen, step=step, by=SOFTWARE, text=text or None
            )
            try:
                note(self.store, [one], now=self.clock(), also=also)
            except Stale:
                if attempt == TRIES - 1:
                    raise
            else:
                return

    def fail(self, record: str, failure: Failure) -> bool:
        """Counts a no of the wiki; returns whether the batch may go on."""
        if failure.needs_person:
            self.tally.call(record, failure.code)
        if failure.stops:
            self.tally.stop(failure.code)
        return not failure.stops
