"""What one `note()` reads and changes, gathered in memory and written once.

Nothing leaves a sheet half written: it is filled, checked, and then flushed by the
transaction that also writes the steps.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, Table, bindparam, select, update

from knowledge_base.columns import KEY_LENGTH
from knowledge_base.identity import mark_of
from knowledge_base.inserting import insert_many
from knowledge_base.journeys import State
from knowledge_base.keys import HOUSE, Sealer, keys_of
from knowledge_base.known import Known, read_known, stored_known
from knowledge_base.sealed_facts import kept_sealed, place_of, read_sealed, sealed_known
from knowledge_base.tables import accounts, journeys, records

CHUNK = 500  # SQLite takes at most 999 values in older builds; others want fewer too


# Put together once: each is asked with every portion of an import.
_THESE: BindParameter[str] = bindparam("ids", expanding=True)
_RECORDS = select(records).where(records.c.id.in_(_THESE))
_JOURNEYS = select(journeys).where(journeys.c.record_id.in_(_THESE))
_LENGTHS = select(accounts.c.id, accounts.c.length).where(accounts.c.id.in_(_THESE))


@dataclass(slots=True)
class JourneyRow:
    """A journey while it is being changed; `approval` is the body of an Approved."""

    state: State
    was_saved: bool
    approval: dict[str, Any] | None
    intent: dict[str, Any] | None
    is_new: bool = False
    is_touched: bool = False


@dataclass(slots=True)
class RecordRow:
    length: int
    known: Known
    kind: str
    collection: str | None
    institution: str | None
    content_hash: str | None
    content: str | None  # the commitment of what it says; None once it was erased
    weighed: int  # the last step after which something else of it may be seen
    changed: dict[str, Any] = field(default_factory=dict)
    is_new: bool = False
    facts_changed: bool = False
    is_weighed: bool = False

    def weigh(self, position: int) -> None:
        """Something else of it may be seen from this step on, or less."""
        self.weighed, self.is_weighed = position, True


class Sheet:
    """The records, accounts and journeys that a batch of notes is about."""

    def __init__(self, db: Connection, ids: Sequence[str], *, now: datetime) -> None:
        self.db, self.now = db, now
        self.records: dict[str, RecordRow] = {}
        self.account_lengths: dict[str, int] = {}
        self.journeys: dict[str, dict[str, JourneyRow]] = {}
        self.inserts: dict[Table, list[dict[str, Any]]] = {}
        keys = keys_of(db)
        self.sealer = None if keys is None else Sealer(db, keys, now=now)
        # Communities whose private list could not be looked at with these notes.
        self.unread_lists: set[str] = set()
        self._above: dict[str, tuple[str, ...]] = {}
        for some in chunks(ids):
            self._load(some)

    def _load(self, ids: Sequence[str]) -> None:
        these = {"ids": ids}
        for row in self.db.execute(_RECORDS, these):
            self.records[row.id] = RecordRow(
                length=row.length,
                known=read_sealed(self.db, row.id, row.facts),
                kind=row.kind,
                collection=row.collection_id,
                institution=row.institution_id,
                content_hash=row.content_hash,
                content=row.content,
                weighed=row.weighed,
            )
        for row in self.db.execute(_JOURNEYS, these):
            towards = self.journeys.setdefault(row.record_id, {})
            towards[row.destination] = JourneyRow(
                state=State(row.state),
                was_saved=row.was_saved,
                approval=row.approval,
                intent=row.intent,
            )
        for row in self.db.execute(_LENGTHS, these):
            self.account_lengths[row.id] = row.length

    def length(self, id: str) -> int:
        """How many steps the record or account has; 0 for one not known yet."""
        if id in self.records:
            return self.records[id].length
        return self.account_lengths.get(id, 0)

    def grow(self, id: str) -> None:
        if id in self.records:
            self.records[id].length += 1
        else:
            self.account_lengths[id] = self.account_lengths.get(id, 0) + 1

    def journeys_of(self, record: str) -> dict[str, JourneyRow]:
        """The record's journeys by destination."""
        return self.journeys.get(record, {})

    @property
    def moved(self) -> tuple[str, ...]:
        """The records of which a journey was moved by these notes."""
        return tuple(
            record
            for record, towards in self.journeys.items()
            if any(row.is_touched for row in towards.values())
        )

    def set_out(self, record: str, destination: str, state: State) -> None:
        row = JourneyRow(state, was_saved=False, approval=None, intent=None)
        row.is_new = True
        self.journeys.setdefault(record, {}).setdefault(destination, row)

    def learn(self, record: str, known: Known) -> None:
        """The record's facts are these now."""
        row = self.records[record]
        row.known, row.facts_changed = known, True

    def add(self, table: Table, **values: Any) -> None:
        self.inserts.setdefault(table, []).append(values)

    def party_of(self, id: str) -> str:
        """Whose key seals what is said of it: the narrowest that is known.

        Those it concerns together, else those its collection concerns, else the
        institution's, else the house's.
        """
        row = self.records.get(id)
        if row is None:
            return HOUSE
        if row.kind == "community":
            return id
        named = row.known.concern.parties or self._concerned_above(row.collection)
        joined = "+".join(sorted(named))
        if len(joined) > KEY_LENGTH:
            joined = f"many:{mark_of(joined)}"
        return joined or row.institution or HOUSE

    def _concerned_above(self, collection: str | None) -> tuple[str, ...]:
        if collection is None:
            return ()
        if collection in self.records:
            return self.records[collection].known.concern.parties
        if collection not in self._above:
            found = select(records.c.facts).where(records.c.id == collection)
            facts = self.db.scalar(found) or {}
            self._above[collection] = read_known(facts).concern.parties
        return self._above[collection]

    def flush(self) -> None:
        """Writes everything gathered, parents before children."""
        self._write_records()
        self._write_accounts()
        self._write_journeys()
        for table, rows in self.inserts.items():
            insert_many(self.db, table, rows)

    def _write_records(self) -> None:
        new = [
            {**row.changed, "id": id, "length": row.length, **self._follows(id, row)}
            for id, row in self.records.items()
            if row.is_new
        ]
        insert_many(self.db, records, new)
        old = [
            {
                "b_id": id,
                "length": row.length,
                "content_hash": row.content_hash,
                **self._follows(id, row),
            }
            for id, row in self.records.items()
            if not row.is_new
        ]
        if old:
            change = update(records).where(records.c.id == bindparam("b_id"))
            self.db.execute(change, old)
        for id, row in self.records.items():
            if not row.is_new and row.changed:
                self.db.execute(
                    update(records).where(records.c.id == id).values(**row.changed)
                )

    def _follows(self, id: str, row: RecordRow) -> dict[str, Any]:
        return {"facts": self._stored(id, row), "weighed": row.weighed}

    def _stored(self, id: str, row: RecordRow) -> dict[str, Any]:
        if self.sealer is None and row.known.unreadable is None:
            return stored_known(row.known)
        if self.sealer is None or row.known.unreadable is not None:
            return kept_sealed(row.known)
        seal = partial(self.sealer.seal, party=self.party_of(id), place=place_of(id))
        return sealed_known(row.known, seal)

    def _write_accounts(self) -> None:
        lengths = [
            {"b_id": id, "length": length}
            for id, length in self.account_lengths.items()
        ]
        new = self.inserts.pop(accounts, [])
        insert_many(self.db, accounts, new)
        if lengths:
            change = update(accounts).where(accounts.c.id == bindparam("b_id"))
            self.db.execute(change, lengths)

    def _write_journeys(self) -> None:
        new, old = [], []
        for record, towards in self.journeys.items():
            for destination, row in towards.items():
                values = self._journey_values(row)
                if row.is_new:
                    ids = {"record_id": record, "destination": destination}
                    new.append(values | ids)
                elif row.is_touched:
                    ids = {"b_record": record, "b_destination": destination}
                    old.append(values | ids)
        insert_many(self.db, journeys, new)
        if old:
            change = update(journeys).where(
                journeys.c.record_id == bindparam("b_record"),
                journeys.c.destination == bindparam("b_destination"),
            )
            self.db.execute(change, old)

    def _journey_values(self, row: JourneyRow) -> dict[str, Any]:
        return {
            "state": row.state.value,
            "was_saved": row.was_saved,
            "approval": row.approval,
            "intent": row.intent,
            "since": self.now,
        }


def chunks(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The ids in portions that every database takes in one statement."""
    unique = tuple(dict.fromkeys(ids))
    yield from (unique[i : i + CHUNK] for i in range(0, len(unique), CHUNK))
