"""What a record may become here and now: its facts gathered, the rulebook asked.

The gate writes no history of its own. It is asked by `note` inside the transaction,
by the review table before it shows a form, and by the bot before it writes.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.coverage import came_later
from knowledge_base.journeys import NotPossible
from knowledge_base.known import Known
from knowledge_base.said import (
    Said,
    counting,
    inherited,
    said_of,
    with_who_spoke,
)
from knowledge_base.sealed_facts import read_sealed
from knowledge_base.season_days import state_of
from knowledge_base.sheet import chunks
from knowledge_base.store import Store
from policies.decide import decide
from policies.decision import Decision
from policies.destinations import Destination
from policies.facts import (
    ARCHIVIST,
    Facts,
    Nobody,
    NotKnown,
    Says,
    Word,
)
from policies.purposes import Purpose
from policies.seasons import SeasonDays
from policies.truth import Truth
from policies.visibility import Visibility


@dataclass(frozen=True, slots=True)
class Judged:
    """As much of a record, or of a collection, as the rulebook is asked about."""

    id: str
    kind: str
    collection: str | None
    known: Known


NONE_KNOWN: Mapping[str, Judged] = {}
Spoken = Mapping[str, tuple[Said, ...]]
Turned = tuple[Truth, SeasonDays | None]  # what was said of a season, and its days


def facts_of(
    db: Connection,
    ids: Iterable[str],
    *,
    heed_doubts: bool = True,
    known: Mapping[str, Judged] = NONE_KNOWN,
) -> dict[str, Facts]:
    """The facts of these records, with what each inherits from its collection.

    `known`: those that this very transaction read or wrote, and need not be read again.
    `heed_doubts`: where somebody doubted that it concerns nobody, it is not known, and
    a yes to what the record said before is none. A standing page is weighed without.
    """
    gathered: dict[str, Facts] = {}
    for some in chunks(ids):
        stored = [id for id in some if id not in known]
        rows = _rows(db, stored) if stored else []
        rows += [known[id] for id in some if id in known]
        parents = {row.collection for row in rows if row.collection is not None}
        above = _rows(db, tuple(sorted(parents)))
        said = said_of(db, (*(row.id for row in rows), *(one.id for one in above)))
        seasons = _seasons(db, (*rows, *above))
        gathered |= facts_from(db, rows, above, said, seasons, heed_doubts=heed_doubts)
    return gathered


def facts_from(
    db: Connection,
    rows: Sequence[Judged],
    above: Sequence[Judged],
    said: Spoken,
    seasons: Mapping[str, Turned],
    *,
    heed_doubts: bool = True,
) -> dict[str, Facts]:
    """The same from what was read already: these, the collections above, what was
    said of all of them, and which seasons are open.
    """
    wholes = {
        row.id: _facts(row, _of_the_whole(row, said), seasons, heed_doubts=heed_doubts)
        for row in above
    }
    later = _came_later(db, rows, wholes)
    gathered: dict[str, Facts] = {}
    for row in rows:
        own = said.get(row.id, ())
        words = counting(own, row.known, for_what_stands=not heed_doubts)
        facts = _facts(row, words, seasons, heed_doubts=heed_doubts)
        parent = wholes.get(row.collection or "")
        if parent is not None:
            facts = facts.under(_inherited_by(row, parent, is_later=row.id in later))
        facts = _doubted(row, facts) if heed_doubts else facts
        gathered[row.id] = with_who_spoke(facts, own, row.known)
    return gathered


def _inherited_by(row: Judged, parent: Facts, *, is_later: bool) -> Facts:
    """What of its collection's facts holds for this very record."""
    if is_later:
        parent = replace(parent, concerned=NotKnown())
    if row.known.taken_back:
        parent = replace(parent, words=inherited(parent.words, row.known))
    return parent


def _of_the_whole(row: Judged, said: Spoken) -> frozenset[Word]:
    """What was said of a collection is about no single content: it stands for what is
    in it, also when the collection's own description changes.
    """
    return counting(said.get(row.id, ()), row.known, for_what_stands=True)


def _came_later(
    db: Connection, rows: Sequence[Judged], wholes: Mapping[str, Facts]
) -> frozenset[str]:
    """Those to whom "nobody", said of their collection, does not reach."""
    spared = {id for id, facts in wholes.items() if isinstance(facts.concerned, Nobody)}
    under = {row.id: row.collection for row in rows if row.collection in spared}
    # Asked also where it spares none: the same queries, whatever a record is part of.
    return came_later(db, under or {"": ""})


def _doubted(row: Judged, facts: Facts) -> Facts:
    """A doubt about this record is not outweighed by what was said of the whole."""
    if row.known.concern.is_doubted and isinstance(facts.concerned, Nobody):
        return replace(facts, concerned=NotKnown())
    return facts


def _rows(db: Connection, ids: Sequence[str]) -> list[Judged]:
    table = tables.records
    columns = (table.c.id, table.c.kind, table.c.collection_id, table.c.facts)
    found = db.execute(select(*columns).where(table.c.id.in_(ids)))
    return [
        Judged(id, kind, parent, read_sealed(db, id, facts))
        for id, kind, parent, facts in found
    ]


def _seasons(db: Connection, rows: Sequence[Judged]) -> Mapping[str, Turned]:
    named = {label.season for row in rows for label in row.known.labels if label.season}
    # Asked also where none is named: the same queries, whatever a record holds.
    table = tables.seasons
    found = db.execute(select(table).where(table.c.id.in_(sorted(named))))
    return {row.id: state_of(row) for row in found}


def _facts(
    row: Judged,
    words: frozenset[Word],
    seasons: Mapping[str, Turned],
    *,
    heed_doubts: bool,
) -> Facts:
    known = row.known
    concern = known.concern
    named = {label.season for label in known.labels}
    own = {id: season for id, season in seasons.items() if id in named}
    return Facts(
        record=row.id,
        kind=row.kind,
        labels=known.label_facts(),
        notices=known.notice_facts(),
        concerned=concern.as_fact() if heed_doubts else concern.before_doubt(),
        words=words,
        flags=known.flag_facts(),
        findings=known.finding_facts(),
        licences=known.licence_facts(),
        seasons={id: state for id, (state, _) in own.items()},
        season_days={id: days for id, (_, days) in own.items() if days is not None},
        fields=frozenset(known.fields),
    )


def decide_for(
    store: Store,
    facts: Facts,
    destination: str,
    *,
    on: date,
    purpose: Purpose = Purpose.SHOW,
) -> Decision:
    """The decision for showing the record at the destination on that day.

    Whoever said no or not now is asked nothing more, whichever rule would ask: it
    holds as before, and its question pauses. Only a flag of her own asks her.
    """
    where = store.destination(destination)
    decision = decide(store.rulebook, facts, where, purpose, on=on)
    let_be = _let_be(facts, destination, on=on)
    if not let_be:
        return decision
    own = {
        (f"flag:{flag.id}", flag.raised_by)
        for flag in facts.flags or ()
        if flag.raised_by is not None
    }
    questions = tuple(
        replace(one, paused=True)
        if one.to in let_be and (one.about, one.to) not in own
        else one
        for one in decision.questions
    )
    return replace(decision, questions=questions)


class Deciding:
    """Decides for many records, and asks the rulebook once of all that are alike.

    For one transaction and one day; `decide` looks at nothing but the facts.
    """

    def __init__(self, store: Store, *, on: date) -> None:
        self._store, self._on = store, on
        self._made: dict[Hashable, Decision] = {}

    def decide(
        self, facts: Facts, destination: str, purpose: Purpose = Purpose.SHOW
    ) -> Decision:
        """As `decide_for`."""
        like = (destination, purpose, facts.likeness)
        made = self._made.get(like)
        if made is None:
            made = self._made[like] = decide_for(
                self._store, facts, destination, on=self._on, purpose=purpose
            )
        if made.record == facts.record:
            return made
        return replace(made, record=facts.record)


def _let_be(facts: Facts, destination: str, *, on: date) -> frozenset[str]:
    """The parties that are not to be asked; an institution can always be asked."""
    return frozenset(
        word.party
        for word in facts.words
        if word.says in (Says.NO, Says.NOT_NOW)
        and word.reaches(destination)
        and (word.until is None or on < word.until)
        and word.party != ARCHIVIST
    )


# A place of which nothing is known: what is secret there is secret everywhere.
_NOWHERE = Destination(
    id="",
    label="",
    is_ours=Truth.UNKNOWN,
    is_public=Truth.UNKNOWN,
    keeps_history=Truth.UNKNOWN,
    can_close=Truth.UNKNOWN,
    forces_commercial=Truth.UNKNOWN,
    is_mirrored=Truth.UNKNOWN,
    licence=None,
    forces=frozenset(),
)


def is_secret(store: Store, facts: Facts, *, on: date) -> bool:
    """Whether that the record exists is disclosed to its community's stewards alone.

    Asked whether or not the record is on its way anywhere.
    """
    return decide(store.rulebook, facts, _NOWHERE, Purpose.SHOW, on=on).keeps_secret


def decision_of(
    db: Connection, store: Store, record: str, destination: str, *, on: date
) -> Decision:
    """As `decide_for`, from the store; raises `KeyError` for a record not there."""
    return decide_for(store, facts_of(db, (record,))[record], destination, on=on)


def require_clear(decision: Decision, *, record: str, step: str) -> None:
    """Raises `NotPossible` unless nothing is open and something may be seen."""
    if not is_clear(decision):
        raise NotPossible(record, step, "waiting for an answer")


def is_clear(decision: Decision) -> bool:
    """Whether no question is open that blocks, and something may be seen."""
    blocked = any(question.blocks for question in decision.questions)
    return not blocked and decision.visibility > Visibility.NONE
