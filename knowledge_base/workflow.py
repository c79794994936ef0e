"""`note`, the only way in: any number of steps, checked, chained and written at once.

A step is taken when its actor has the right, its record has not moved on since the
writer looked, its journey's table has the row, and the rulebook, asked again inside
the transaction, has no open question. If one step fails none is written.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from knowledge_base import standing, steps, tables
from knowledge_base.asking import Arrived, refresh_questions
from knowledge_base.bindings import require_agreed
from knowledge_base.bodies import stored_body, text_beside
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import Commitment, Head, commit_to, step_hash, take_turn
from knowledge_base.columns import in_utc, storable
from knowledge_base.desk_words import mark_anew
from knowledge_base.gate import Judged
from knowledge_base.inserting import insert_many
from knowledge_base.journeys import OF_THE_RECORD, NotPossible, State, next_state
from knowledge_base.kept_views.following import follow, weigh_beside
from knowledge_base.keys import sealed_content
from knowledge_base.lists_in_force import newest_list
from knowledge_base.markers.marking import keep, look_before
from knowledge_base.notes import Note
from knowledge_base.projection import Placed, project
from knowledge_base.recovery import require_compared
from knowledge_base.reopening import labelled_for
from knowledge_base.sheet import JourneyRow, Sheet
from knowledge_base.steps import Voice
from knowledge_base.store import Store
from knowledge_base.tallies import keep_ready
from policies.errors import WithcareError


class Stale(WithcareError):
    """The record moved on since the writer looked; none of the steps was written."""

    def __init__(self, record: str, seen: int, length: int) -> None:
        self.record, self.seen, self.length = record, seen, length
        super().__init__(
            f"Record {record} has changed since you looked "
            f"({length} steps, you saw {seen}): load it again and decide anew."
        )


class ListMoved(Stale):
    """A list of words was given since the screening looked; none was written."""

    def __init__(self, record: str) -> None:
        self.record = record
        WithcareError.__init__(
            self,
            f"A community has given a list of words since record {record} was looked "
            "at: do the same again.",
        )


Also = Callable[[Connection], None]


def note(
    store: Store, notes: Sequence[Note], *, now: datetime, also: Also | None = None
) -> None:
    """Takes the steps in one short transaction, or none of them.

    `also` writes what must become true together with them (progress, a page's base).
    Raises `Stale`, `Forbidden`, `NotPossible`; then nothing was written.
    """
    if not notes:
        return
    with store.writing() as db:
        note_within(db, store, notes, now=in_utc(now), also=also)
    if any(isinstance(one.step, steps.Erased) for one in notes):
        store.empty_log()


def note_within(
    db: Connection,
    store: Store,
    notes: Sequence[Note],
    *,
    now: datetime,
    also: Also | None = None,
) -> None:
    """As `note`, in a transaction that somebody else ends."""
    before = look_before(db, notes)
    rows = _write(db, store, notes, now=now)
    if also is not None:
        also(db)
    # Last of all: a marker of a step that is then refused would outlive it.
    keep(db, store.markers, notes, rows, before)


def rehearse(store: Store, notes: Sequence[Note], *, now: datetime, also: Also) -> None:
    """Does all that `note` does and undoes it, but for what `also` writes.

    So that somebody without an account cannot tell from the time it takes whether
    there was anything to write to. Raises what `note` raises.
    """
    with store.writing() as db:
        tried = db.begin_nested()
        _write(db, store, notes, now=in_utc(now))
        tried.rollback()
        also(db)


def _write(
    db: Connection, store: Store, notes: Sequence[Note], *, now: datetime
) -> list[dict[str, Any]]:
    """Returns the steps as they are stored, in the order of the notes."""
    head = take_turn(db)
    sheet = Sheet(db, [one.record for one in notes], now=now)
    _check_lengths(sheet, notes)
    _check_lists(db, notes)
    standing.check(db, notes)
    rows = _take(db, sheet, notes, head=head, now=now)
    sheet.flush()
    _ask_the_gate(db, store, sheet, notes, now=now)
    newest = head[0] + len(notes)
    _let_views_follow(db, store, sheet, notes, newest=newest, now=now)
    return rows


def _check_lengths(sheet: Sheet, notes: Sequence[Note]) -> None:
    for one in notes:
        length = sheet.length(one.record)
        if one.seen != length:
            raise Stale(one.record, one.seen, length)


def _check_lists(db: Connection, notes: Sequence[Note]) -> None:
    """Nothing counts as looked at that was looked at with lists of before."""
    screened = [one for one in notes if isinstance(one.step, steps.Screened)]
    newest = newest_list(db) if screened else 0
    for one in screened:
        if isinstance(one.step, steps.Screened) and one.step.lists != newest:
            raise ListMoved(one.record)


def _take(
    db: Connection, sheet: Sheet, notes: Sequence[Note], *, head: Head, now: datetime
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    texts: list[tuple[str, Commitment]] = []
    position, previous = head
    for one in notes:
        position += 1
        text = text_beside(one)
        commitment = None if text is None else commit_to(storable(text))
        if commitment is not None:
            texts.append((one.record, commitment))
        _move(sheet, one)
        place = Placed(
            record=one.record,
            position=position,
            by=one.by,
            at=now,
            text=one.text,
            commitment=None if commitment is None else commitment.hash,
        )
        project(sheet, one.step, place)
        _weigh(sheet, one, position)
        row = _step_row(sheet, one, place, previous)
        previous = row["hash"]
        rows.append(row)
    # Whose key seals it follows from what the steps changed.
    rows_of_texts = [_content_row(sheet, id, text) for id, text in texts]
    insert_many(db, tables.contents, rows_of_texts)
    insert_many(db, tables.steps, rows)
    db.execute(update(tables.chain_head).values(position=position, hash=previous))
    return rows


# Nothing else of a record, nor less of it, may be seen after one of these.
_WEIGHS_NOTHING = (steps.Proposed, steps.Asked, steps.Intended, steps.Saved)


def _weigh(sheet: Sheet, one: Note, position: int) -> None:
    """What is kept of the record's views counts no more, from this step on."""
    if one.record in sheet.records and not isinstance(one.step, _WEIGHS_NOTHING):
        sheet.records[one.record].weigh(position)


def _content_row(sheet: Sheet, record: str, commitment: Commitment) -> dict[str, Any]:
    if sheet.sealer is not None:
        return sealed_content(
            sheet.sealer,
            sheet.party_of(record),
            commitment=commitment.hash,
            salt=commitment.salt,
            text=commitment.text,
        )
    return {
        "commitment": commitment.hash,
        "salt": commitment.salt,
        "text": commitment.text,
    }


def _step_row(sheet: Sheet, one: Note, at: Placed, previous: str) -> dict[str, Any]:
    known = sheet.records.get(one.record)
    content = None if known is None else known.content
    row = {
        "position": at.position,
        "record_id": one.record,
        "ordinal": sheet.length(one.record),
        "kind": one.step.kind,
        "version": one.step.version,
        "at": at.at,
        "voice": one.by.voice.value,
        "actor": one.by.account,
        "by_command": one.by.by_command,
        "reason": one.by.reason,
        "body": stored_body(one.step, commitment=at.commitment, content=content),
        "commitment": at.commitment,
        "previous": previous,
    }
    row["hash"] = step_hash(row)
    return row


def _move(sheet: Sheet, one: Note) -> None:
    """Moves the journeys that the step acts on, as the table says."""
    towards = sheet.journeys_of(one.record)
    if type(one.step) in OF_THE_RECORD:
        concerned = list(towards.values())
    else:
        destination = getattr(one.step, "destination", None)
        if destination is None or isinstance(one.step, steps.SetOut):
            return
        concerned = _named(towards, destination, one)
    for journey in concerned:
        before = journey.state
        journey.state = next_state(
            one.step, before, was_saved=journey.was_saved, record=one.record
        )
        journey.is_touched = True
        if isinstance(one.step, steps.Closed) or State.CLOSED in (
            before,
            journey.state,
        ):
            # What is closed asks whoever may open it.
            sheet.records[one.record].facts_changed = True


def _named(
    towards: dict[str, JourneyRow], destination: str, one: Note
) -> list[JourneyRow]:
    if destination == "*":
        return list(towards.values())
    if destination not in towards:
        raise NotPossible(one.record, one.step.kind, f"not on its way to {destination}")
    return [towards[destination]]


def _ask_the_gate(
    db: Connection, store: Store, sheet: Sheet, notes: Sequence[Note], *, now: datetime
) -> None:
    on = civil_days(now).closing
    changed = [id for id, row in sheet.records.items() if row.facts_changed]
    for one in notes:
        if isinstance(one.step, steps.SeasonTurned | steps.SeasonDated):
            changed.extend(labelled_for(db, one.step.season))
    keep_ready(db, frozenset(sheet.moved) - frozenset(changed))
    if changed:
        rows = sheet.records
        new = {id: _arrived(sheet, id) for id in rows if rows[id].is_new}
        refresh_questions(db, store, changed, on=on, new=new)
    for one in notes:
        if isinstance(one.step, steps.Intended):
            require_compared(db, one.step.destination)
    require_agreed(db, store, notes, sheet, on=on)


def _arrived(sheet: Sheet, id: str) -> Arrived:
    """As it was just written: what it is asked about is not read again."""
    row = sheet.records[id]
    return Arrived(
        judged=Judged(id, row.kind, row.collection, row.known),
        institution=row.institution,
        towards={where: one.state for where, one in sheet.journeys_of(id).items()},
    )


MARKED_AT_ONCE = 20
"""The words of so many records are marked with the step; of more by the worker."""


def _let_views_follow(
    db: Connection,
    store: Store,
    sheet: Sheet,
    notes: Sequence[Note],
    *,
    newest: int,
    now: datetime,
) -> None:
    """What anyone may see is worked out with the step, and of what it reaches too."""
    own = [id for id, row in sheet.records.items() if row.is_weighed and not row.is_new]
    beside = weigh_beside(db, notes, position=newest)
    on = civil_days(now).closing
    follow(db, store, own, beside, on=on)
    weighed = [id for id, row in sheet.records.items() if row.is_weighed]
    # Nothing is done for a report that could tell by its time what there is.
    is_reported = any(one.by.voice is Voice.ANYONE for one in notes)
    if len(weighed) <= MARKED_AT_ONCE and not is_reported:
        mark_anew(db, store, weighed, on=on, now=now)
