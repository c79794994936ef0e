"""What an import does with each record: new, changed, the same, or taken back.

A record that was withdrawn or erased does not come back by being imported again; from
another source it comes in held, for those who said no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from knowledge_base import steps, tables
from knowledge_base.exchange.marked import marked_contents, marked_sources
from knowledge_base.exchange.reading import Comer
from knowledge_base.exchange.rows import RowProblem
from knowledge_base.exchange.taken_back import TOLD, TOLD_MARKED, Coming, holding
from knowledge_base.exchange.tally import Tally
from knowledge_base.identity import neighbouring_ids
from knowledge_base.journeys import State
from knowledge_base.kinds import Kind
from knowledge_base.lists_in_force import InForce, lists_in_force
from knowledge_base.made_ready import make_ready
from knowledge_base.markers.marker import Marker
from knowledge_base.markers.marking import remembered
from knowledge_base.notes import Note
from knowledge_base.receiving import Arrival, arriving, screening
from knowledge_base.records import RawContent, find_records
from knowledge_base.sheet import chunks
from knowledge_base.steps import SOFTWARE, Actor
from knowledge_base.store import Store

_THERE = select(
    tables.records.c.identifier,
    tables.records.c.id,
    tables.records.c.kind,
    tables.records.c.length,
    tables.records.c.content_hash,
    tables.records.c.collection_id,
).where(
    tables.records.c.source == bindparam("of"),
    tables.records.c.identifier.in_(bindparam("identifiers", expanding=True)),
)
_TAKEN_BACK = frozenset({State.WITHDRAWING, State.WITHDRAWN, State.ERASED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Whose records these are, where they go, and who brings them."""

    kind: Kind
    source: str
    collection: str
    institution: str | None
    towards: tuple[str, ...]
    batch: str
    by: Actor


@dataclass(slots=True)
class Portion:
    """The notes for some rows, what they count as, and the records that are new.

    `problems` are of rows that came in, but held (what they bring was taken back), and
    of rows that the store refuses.
    """

    notes: list[Note] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    new: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def refuse(self, row: Comer, what: str) -> None:
        self.problems.append(RowProblem(row.row, "", what))
        self.tally.errors += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _There:
    """A record of that source and identifier which the store has already."""

    id: str
    kind: str
    length: int
    content_hash: str | None
    collection: str | None
    journeys: Mapping[str, tuple[State, bool]]  # state, and whether ever saved

    @property
    def is_taken_back(self) -> bool:
        states = {state for state, _ in self.journeys.values()}
        return self.content_hash is None or bool(states & _TAKEN_BACK)


def weigh(
    db: Connection, store: Store, errand: Errand, rows: Sequence[Comer]
) -> Portion:
    """What these rows amount to, compared with what the store has now."""
    portion, ids = Portion(), neighbouring_ids()
    in_force = lists_in_force(db)
    there = _find_there(db, errand.source, [row.identifier for row in rows])
    unknown = [row.identifier for row in rows if row.identifier not in there]
    marked = marked_sources(db, store, errand.source, unknown)
    new: list[tuple[str, Comer]] = []
    back: list[tuple[str, Comer]] = []
    same: list[_There] = []
    changed: list[tuple[_There, Comer]] = []
    for row in rows:
        known = there.get(row.identifier)
        if known is None and row.identifier in marked:
            back.append((next(ids), row))
        elif known is None:
            new.append((next(ids), row))
        elif known.kind != errand.kind.kind:
            portion.refuse(row, _of_another_kind(row, known))
        elif known.is_taken_back:
            portion.tally.withdrawn += 1
        elif known.content_hash == row.ready.content_hash:
            same.append(known)
        else:
            changed.append((known, row))
    portion.new = [id for id, _ in new]
    arrivals = [(id, _arrival(errand, row)) for id, row in new]
    portion.notes = arriving(store, arrivals, by=errand.by, in_force=in_force)
    portion.notes += _without_content(store, errand, portion, back, marked, in_force)
    portion.notes += _changes(db, store, errand, changed, in_force)
    by_record = dict(new) | {known.id: row for known, row in changed}
    there_already = [*same, *(known for known, _ in changed)]
    setting_out = _setting_out(errand, there_already)
    portion.notes += setting_out
    _hold_what_was_taken_back(db, store, errand, portion, by_record)
    tally = portion.tally
    tally.withdrawn += len(back)
    tally.set_out = len({one.record for one in setting_out})
    tally.received, tally.changed, tally.unchanged = len(new), len(changed), len(same)
    tally.elsewhere = sum(
        known.collection != errand.collection for known in there_already
    )
    for note in portion.notes:
        if isinstance(note.step, steps.Screened):
            tally.findings.update({one.rule for one in note.step.findings})
    return portion


def _without_content(
    store: Store,
    errand: Errand,
    portion: Portion,
    back: Sequence[tuple[str, Comer]],
    marked: Mapping[str, Marker],
    in_force: InForce,
) -> list[Note]:
    """What was taken back from a store before this one arrives as taken back.

    Of what it says nothing is taken in.
    """
    nothing = make_ready(errand.kind, {})
    arrivals = [(id, replace(_arrival(errand, row), ready=nothing)) for id, row in back]
    notes = arriving(store, arrivals, by=errand.by, in_force=in_force)
    for id, row in back:
        step = remembered(marked[row.identifier])
        notes.append(Note(record=id, seen=0, step=step, by=SOFTWARE))
        portion.problems.append(RowProblem(row.row, "", TOLD_MARKED, is_taken=True))
    return notes


def _of_another_kind(row: Comer, known: _There) -> str:
    # The fields of one kind, and who is asked about them, mean nothing in another.
    return (
        f"the number {row.identifier!r} is already one of the kind {known.kind!r} "
        f"here: import it with `--kind {known.kind}`, or give this one its own number"
    )


def _hold_what_was_taken_back(
    db: Connection,
    store: Store,
    errand: Errand,
    portion: Portion,
    rows: Mapping[str, Comer],
) -> None:
    """Adds the flags for those of the rows, by record id, that were taken back."""
    coming = [
        Coming(
            record=one.record,
            seen=one.seen,
            content_hash=one.step.content_hash,
            # A record that is there already is known by its own number.
            identifier=getattr(one.step, "identifier", None),
        )
        for one in portion.notes
        if isinstance(one.step, steps.Received | steps.ContentChanged)
    ]
    ours = {one.id for one in store.destinations}
    held = holding(
        db,
        coming,
        kind=errand.kind.kind,
        institution=errand.institution,
        destinations=sorted({*ours, *errand.towards}),
        marked=marked_contents(db, store, [one.content_hash for one in coming]),
    )
    for id, flags in held.items():
        portion.notes += flags
        portion.problems.append(RowProblem(rows[id].row, "", TOLD, is_taken=True))


def _arrival(errand: Errand, row: Comer) -> Arrival:
    return Arrival(
        kind=errand.kind,
        ready=row.ready,
        source=errand.source,
        identifier=row.identifier,
        collection=errand.collection,
        institution=errand.institution,
        towards=errand.towards,
        batch=errand.batch,
    )


def _find_there(
    db: Connection, source: str, identifiers: Sequence[str]
) -> dict[str, _There]:
    found: dict[str, Row[Any]] = {}
    for some in chunks(identifiers):
        named = {"of": source, "identifiers": some}
        found |= {row.identifier: row for row in db.execute(_THERE, named)}
    journeys = _journeys(db, [row.id for row in found.values()])
    return {
        identifier: _There(
            id=row.id,
            kind=row.kind,
            length=row.length,
            content_hash=row.content_hash,
            collection=row.collection_id,
            journeys=journeys.get(row.id, {}),
        )
        for identifier, row in found.items()
    }


def _journeys(
    db: Connection, ids: Sequence[str]
) -> dict[str, dict[str, tuple[State, bool]]]:
    table = tables.journeys
    columns = (table.c.record_id, table.c.destination, table.c.state, table.c.was_saved)
    found: dict[str, dict[str, tuple[State, bool]]] = {}
    for some in chunks(ids):
        for row in db.execute(select(*columns).where(table.c.record_id.in_(some))):
            found.setdefault(row[0], {})[row[1]] = (State(row[2]), row[3])
    return found


def _changes(
    db: Connection,
    store: Store,
    errand: Errand,
    changed: Sequence[tuple[_There, Comer]],
    in_force: InForce,
) -> list[Note]:
    before = find_records(db, [known.id for known, _ in changed])
    return [
        note
        for known, row in changed
        for note in _change(
            store, errand, known, before[known.id].content, row, in_force
        )
    ]


def _change(
    store: Store,
    errand: Errand,
    known: _There,
    before: RawContent,
    row: Comer,
    in_force: InForce,
) -> list[Note]:
    ready = row.ready
    differing = frozenset(
        name
        for name in {*before, *ready.content}
        if before.get(name, ()) != ready.content.get(name, ())
    )
    content = steps.ContentChanged(
        content_hash=ready.content_hash,
        fields=tuple(sorted(differing)),
        concerns=errand.kind.concerning(differing),
        batch=errand.batch,
    )
    screened = screening(store, errand.kind, ready, in_force)
    notes = [
        _note(known, content, errand.by, ready.text),
        _note(known, screened, SOFTWARE),
    ]
    notes += [_note(known, step, SOFTWARE) for step in _lapsing(known)]
    return notes


def _note(known: _There, step: steps.Step, by: Actor, text: str | None = None) -> Note:
    return Note(record=known.id, seen=known.length, step=step, by=by, text=text)


def _setting_out(errand: Errand, known: Sequence[_There]) -> list[Note]:
    """Towards destinations that the settings named only after these had come in.

    A record of another collection goes where that one goes, which is not known here.
    """
    return [
        _note(one, steps.SetOut(destination=destination), SOFTWARE)
        for one in known
        if one.collection == errand.collection
        for destination in errand.towards
        if destination not in one.journeys
    ]


def _lapsing(known: _There) -> list[steps.Step]:
    """An approval was of what somebody saw: of other content it says nothing."""
    lapsing: list[steps.Step] = []
    for destination, (state, was_saved) in known.journeys.items():
        if state is State.PUBLISHED or (state is State.APPROVED and was_saved):
            lapsing.append(steps.Changed(destination=destination, by="source"))
        elif state is State.APPROVED:
            lapsing.append(steps.Lapsed(destination=destination, because="content"))
    return lapsing
