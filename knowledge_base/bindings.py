"""What an approval is asked and bound to, inside the transaction that takes it.

An approval says what may be published. Its words are those of whoever takes the step,
so nothing in it is believed that can be looked up.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from knowledge_base import steps, tables
from knowledge_base.gate import decide_for, facts_of, require_clear
from knowledge_base.journeys import NotPossible
from knowledge_base.looked_through import require_looked_through
from knowledge_base.notes import Note
from knowledge_base.records import Record, get_record
from knowledge_base.said import Said, counting, said_of
from knowledge_base.sheet import Sheet
from knowledge_base.steps import read_step
from knowledge_base.store import Store
from policies.decision import Decision
from policies.facts import ARCHIVIST, Says
from policies.visibility import Visibility

Approval = steps.Approved | steps.Reopened

# What may only be written when the rulebook, asked at that very moment, agrees.
_NEEDS_A_CLEAR_GATE = (steps.Approved, steps.Intended, steps.Reopened)


def require_agreed(
    db: Connection, store: Store, notes: Sequence[Note], sheet: Sheet, *, on: date
) -> None:
    """Asks the rulebook of what these notes open, each with all that stands by now.

    Raises `NotPossible` where a question is open, where a private list was not looked
    at, and where an approval is of something else than what was seen.
    """
    opening = [one for one in notes if isinstance(one.step, _NEEDS_A_CLEAR_GATE)]
    facts = facts_of(db, [one.record for one in opening])
    for one in opening:
        assert isinstance(one.step, _NEEDS_A_CLEAR_GATE)
        towards = one.step.destination
        decision = decide_for(store, facts[one.record], towards, on=on)
        require_clear(decision, record=one.record, step=one.step.kind)
        if isinstance(one.step, Approval):
            _require_bound(db, one, decision, on=on)
    require_looked_through(db, opening, sheet)


def _require_bound(db: Connection, one: Note, decision: Decision, *, on: date) -> None:
    """Raises `NotPossible` unless the approval is of what stands and was agreed to.

    `decision`: that on the record where the approval is for, as all stands now.
    """
    step, record = one.step, get_record(db, one.record)
    assert isinstance(step, Approval)
    wrong = _wrong(step, record, decision)
    if wrong is None and not _has_said_yes(db, one, step, record, on):
        wrong = "waiting for the yes of whoever approves it, to what she saw"
    if wrong is not None:
        raise NotPossible(one.record, step.kind, wrong)


def _wrong(step: Approval, record: Record, decision: Decision) -> str | None:
    """What the approval says that is not so; None where all of it is."""
    if step.content_hash != record.content_hash:
        return "of another content by now"
    if step.rulebook != decision.rulebook:
        return "to be judged by another rulebook by now"
    levels = {one.word: one for one in Visibility if one is not Visibility.NONE}
    if step.visibility not in levels or levels[step.visibility] > decision.visibility:
        return "not to be shown as far as that"
    return None


def _has_said_yes(
    db: Connection, one: Note, step: Approval, record: Record, on: date
) -> bool:
    """Whether the actor's party said yes to these very units, as far as that."""
    said = said_of(db, (one.record,)).get(one.record, ())
    counts = counting(said, record.known, for_what_stands=False)
    mine = [
        x
        for x in said
        if x.word in counts
        and x.word.says is Says.YES
        and x.word.party == (one.by.party or ARCHIVIST)
        and x.word.reaches(step.destination)
        and x.word.visibility >= Visibility.of(step.visibility)
        and (x.word.until is None or on < x.word.until)
    ]
    return any(_units_of(db, x) == step.units_hash for x in mine)


def _units_of(db: Connection, said: Said) -> str | None:
    """The hash of the units that were shown when this was said."""
    table = tables.steps
    row = db.execute(
        select(table.c.kind, table.c.version, table.c.body).where(
            table.c.position == said.step
        )
    ).one()
    step = read_step(row.kind, row.version, row.body)
    return step.units_hash if isinstance(step, steps.Answered) else None
