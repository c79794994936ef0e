"""Carries the rows of one file into the store, by portions that are kept or not at all.

Each portion is one short transaction, with its progress in it. A preview writes the
very same and takes it back before anybody could have seen it. Of private lists it tells
nothing: whoever tried words in it would learn which stand there, and leave no trace.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from knowledge_base.exchange import elsewhere
from knowledge_base.exchange.ahead import ahead
from knowledge_base.exchange.arrivals import Errand, weigh
from knowledge_base.exchange.batches import (
    DONE,
    RUNNING,
    Batch,
    Kept,
    find_kept,
    keep,
    keep_problems,
)
from knowledge_base.exchange.fitting import Unfit
from knowledge_base.exchange.reading import Comer, Read, Task, read_here, size_of
from knowledge_base.exchange.report import Done, Progress
from knowledge_base.exchange.rows import RowProblem
from knowledge_base.exchange.tally import Tally
from knowledge_base.garbage import collecting_less_often
from knowledge_base.sheet import chunks
from knowledge_base.store import Store
from knowledge_base.tables import questions
from knowledge_base.taking_stock import take_stock
from knowledge_base.workflow import Stale, note
from policies.word_lists import LIST_RULES

MOST_ROWS = 500
AIM_SECONDS = 0.16  # others wait for a portion at most 0.2 s
MOST_CHARACTERS = 4_000_000
TRIES = 5
PROBLEMS_TOLD = 100
FIRST_STOCK = 1_000  # records that came in; then whenever they have doubled


class _TakenBack(Exception):
    """A preview has seen what it wanted; the transaction is undone."""


@dataclass(slots=True)
class _Gathered:
    """The rows of the portion that is being gathered."""

    rows: list[Comer] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    looked_at: int = 0
    characters: int = 0


class Passage:
    """One file on its way in. `tally` is the whole batch's, earlier runs included."""

    def __init__(
        self,
        store: Store,
        errand: Errand,
        batch: Batch,
        task: Task,
        *,
        now: Callable[[], datetime],
        writes: bool,
    ) -> None:
        self.store, self.errand, self.batch = store, errand, batch
        self.now, self.writes = now, writes
        self.first_problems: list[RowProblem] = []
        self.problems_more = 0
        self.is_complete = False
        self.row = self._position = 0
        self._task = task
        self._gathered = _Gathered()
        self._portion = 100
        self._next_stock = FIRST_STOCK
        self._came_in = 0
        with store.reading() as db:
            self._kept = find_kept(db, batch)
        goes_on = writes and self._kept is not None and self._kept.state == RUNNING
        self.resumed_after = self._kept.row if self._kept and goes_on else 0
        self.tally = self._kept.tally if self._kept and goes_on else Tally()

    def carry(self, size: int, *, progress: Progress | None, limit: int | None) -> None:
        """Takes all rows in, or the next `limit` ones; `size` is the file's."""
        with collecting_less_often():
            self._carry(size, progress=progress, limit=limit)

    def _carry(
        self, size: int, *, progress: Progress | None, limit: int | None
    ) -> None:
        looked_at = 0
        is_long = size >= elsewhere.LARGE and limit is None
        task = replace(self._task, after=self.resumed_after)
        read = elsewhere.read_elsewhere(task) if is_long else read_here(task)
        with closing(read), closing(ahead(read, size=size_of)) as rows:
            for one in rows:
                self._position = one.position
                if one.found is None:
                    self._tell(progress, size)  # whoever waits sees it live
                    continue
                if limit is not None and looked_at >= limit:
                    break
                looked_at += 1
                self._gather(one)
                if self._is_full():
                    self._write()
                    self._tell(progress, size)
            else:
                self.is_complete = True
        self._write()
        self._finish()
        self._tell(progress, size)

    def _tell(self, progress: Progress | None, size: int) -> None:
        if progress is not None:
            at = size if self.is_complete else self._position
            progress(Done(position=at, size=size, row=self.row, tally=self.tally))

    # --- gathering

    def _gather(self, read: Read) -> None:
        self.row = read.number
        self._gathered.looked_at += 1
        match read.found:
            case RowProblem() as problem:
                self._refuse((problem,))
            case Unfit(problems):
                self._refuse(problems)
            case Comer() as comer:
                self._gathered.tally.left_out.update(comer.left_out)
                if comer.first is None:
                    self._accept(comer)
                else:
                    self._refuse((self._twice(comer, comer.first),))

    def _accept(self, comer: Comer) -> None:
        gathered = self._gathered
        gathered.rows.append(comer)
        gathered.problems.extend(comer.problems)
        gathered.tally.mended += bool(comer.problems)
        gathered.characters += len(comer.ready.text)

    def _refuse(self, problems: tuple[RowProblem, ...]) -> None:
        self._gathered.problems.extend(problems)
        self._gathered.tally.errors += 1

    def _twice(self, comer: Comer, first: int) -> RowProblem:
        return RowProblem(
            comer.row,
            self._task.mapping.identified_by,
            f"row {first} has the same identifier: give each record its own, or "
            "take one of the rows out",
        )

    def _is_full(self) -> bool:
        gathered = self._gathered
        return (
            gathered.looked_at >= self._portion
            or gathered.characters >= MOST_CHARACTERS
        )

    # --- writing

    def _write(self) -> None:
        """The portion, tried again where somebody else was faster."""
        gathered, self._gathered = self._gathered, _Gathered()
        self._tell_first(gathered.problems)
        for left in reversed(range(TRIES)):
            try:
                self._write_once(gathered)
                return
            except (Stale, IntegrityError):
                if not left:
                    raise

    def _tell_first(self, problems: list[RowProblem]) -> None:
        room = PROBLEMS_TOLD - len(self.first_problems)
        self.first_problems.extend(problems[:room])
        self.problems_more += len(problems[room:])

    def _write_once(self, gathered: _Gathered) -> None:
        with self.store.reading() as db:
            portion = weigh(db, self.store, self.errand, gathered.rows)
        unseen = frozenset() if self.writes else LIST_RULES
        portion.tally.leave_out_findings(unseen)
        tally = self.tally + gathered.tally + portion.tally
        kept = Kept(self.row, RUNNING, tally)
        now = self.now()

        def also(db: Connection) -> None:
            _count_asked(db, portion.new, tally, without=unseen)
            keep(db, self.batch, self._kept, kept, now=now)
            keep_problems(db, self.batch, [*gathered.problems, *portion.problems])
            if not self.writes:
                raise _TakenBack  # only now: what cannot be kept stops a preview too

        began = time.monotonic()
        problems = gathered.problems or portion.problems
        try:
            if portion.notes:
                note(self.store, portion.notes, now=now, also=also)
                self._kept = kept
                self._take_stock(len(portion.new))
            elif problems and self._is_open:
                with self.store.writing() as db:
                    also(db)
                self._kept = kept
        except _TakenBack:
            pass
        self.tally = tally
        self._tell_first(portion.problems)
        if portion.notes:
            self._adapt(len(gathered.rows), time.monotonic() - began)

    def _take_stock(self, came_in: int) -> None:
        self._came_in += came_in
        if self._came_in >= self._next_stock:
            with self.store.tending() as db:
                take_stock(db, came_in=self._came_in)
            self._next_stock = 2 * self._came_in

    @property
    def _is_open(self) -> bool:
        """Problems of a batch that has ended were all kept by the run that ended it."""
        return self._kept is None or self._kept.state == RUNNING

    def _adapt(self, rows: int, seconds: float) -> None:
        fitting = int(rows * AIM_SECONDS / max(seconds, 0.001))
        self._portion = max(1, min(MOST_ROWS, fitting, self._portion * 2))

    def _finish(self) -> None:
        has_ended = self._kept is not None and self._kept.state == DONE
        if not self.writes or not self.is_complete or has_ended:
            return
        done = Kept(max(self.row, self.resumed_after), DONE, self.tally)
        with self.store.writing() as db:
            keep(db, self.batch, self._kept, done, now=self.now())


def _count_asked(
    db: Connection, new: list[str], tally: Tally, *, without: frozenset[str]
) -> None:
    """Adds what the gate asks about the records that just came in, but for some."""
    told = questions.c.rule.not_in(sorted(without))
    for some in chunks(new):
        among = questions.c.record_id.in_(some) & told
        asked = select(questions.c.record_id, questions.c.rule, questions.c.party)
        found = {tuple(row) for row in db.execute(asked.where(among))}
        tally.asked.update(f"{rule} to {party}" for _, rule, party in found)
        tally.held += len({record for record, _, _ in found})
