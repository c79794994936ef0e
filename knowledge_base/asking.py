"""What each record waits for, written down for the queue of whoever is to answer.

The questions are the rulebook's; here stands only which of them are asked of whom.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, literal, select, update

from knowledge_base import tables
from knowledge_base.calendar_days import civil_days
from knowledge_base.chain import head_of, take_turn
from knowledge_base.desks import is_passed_on
from knowledge_base.gate import Deciding, Judged, facts_of, is_clear
from knowledge_base.inserting import insert_many
from knowledge_base.journeys import State
from knowledge_base.members import first_members
from knowledge_base.sheet import chunks
from knowledge_base.store import Store
from knowledge_base.tallies import Place, keep_ready, tally
from knowledge_base.watching import Watermark, find_watermark, keep_watermark
from policies.decision import Question
from policies.facts import ARCHIVIST, Facts, Named
from policies.visibility import Visibility

RULEBOOK = "#rulebook"  # its watermark, beside those of the destinations
PORTION = 250
AT_ONCE = 200  # so many that are in a collection are asked about with its own step


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record that comes in by this very transaction, and where it is to go."""

    judged: Judged
    institution: str | None
    towards: Mapping[str, State]

    @property
    def place(self) -> Place:
        return self.institution or "", self.judged.collection or ""


_NOBODY: Mapping[str, Arrived] = {}


def refresh_questions(
    db: Connection,
    store: Store,
    ids: Sequence[str],
    *,
    on: date,
    new: Mapping[str, Arrived] = _NOBODY,
) -> None:
    """Writes anew what each of these records waits for; those under one of them too.

    What is asked is the sum over its destinations; a record that goes nowhere yet
    asks nobody. Those in `new` come in by this very transaction: they have waited for
    nothing yet, and what is under them is among `ids`. Where a great many are under
    one, the worker asks about them: until then what stands in the queue is older than
    what the gate would say, and it is the gate that lets something through.
    """
    there = tuple(id for id in ids if id not in new)
    under = first_members(db, there, limit=AT_ONCE + 1)
    if len(under) > AT_ONCE:
        _ask_later(db, there)
        under = ()
    earlier = tuple(dict.fromkeys((*there, *under)))
    affected = tuple(dict.fromkeys((*ids, *earlier)))
    _write(db, store, affected, earlier, on=on, new=new)


def _ask_later(db: Connection, collections: Sequence[str]) -> None:
    """What is in these is asked anew from its beginning, as after the newest step."""
    table, turn = tables.members_to_ask, head_of(db)[0]
    for some in chunks(collections):
        db.execute(delete(table).where(table.c.collection_id.in_(some)))
        known = tables.records
        has_any = (
            select(known.c.collection_id, literal(""), literal(turn))
            .where(known.c.collection_id.in_(some))
            .distinct()
        )
        db.execute(
            insert(table).from_select(["collection_id", "after", "turn"], has_any)
        )


def asked_later(db: Connection, collections: Iterable[str]) -> frozenset[str]:
    """Those of these in which the worker has yet to ask, from their beginning or on."""
    column = tables.members_to_ask.c.collection_id
    return frozenset(
        id
        for some in chunks(collections)
        for id in db.scalars(select(column).where(column.in_(some)))
    )


@dataclass(frozen=True, slots=True)
class _Portion:
    """Some of what is in a large collection, after the step of that number."""

    collection: str
    turn: int
    ids: tuple[str, ...]


def _next_portion(db: Connection) -> _Portion | None:
    table = tables.members_to_ask
    row = db.execute(select(table).order_by(table.c.turn).limit(1)).first()
    if row is None:
        return None
    ids = first_members(db, (row.collection_id,), limit=PORTION, after=row.after)
    return _Portion(row.collection_id, row.turn, ids)


Closing = Callable[[Sequence[str]], object]


def ask_members(
    store: Store, *, now: datetime, first: Closing = lambda ids: None
) -> tuple[int, str]:
    """A portion of what is in a large collection that changed; one transaction.

    `first` is done with its ids before, outside of the transaction; whoever is killed
    in between does it twice. Where the collection moved on meanwhile nothing of the
    portion is asked, and it comes again. Returns how many records, and the
    collection; (0, "") where all are asked.
    """
    with store.reading() as db:
        some = _next_portion(db)
    if some is None:
        return 0, ""
    if some.ids:
        first(some.ids)
    table = tables.members_to_ask
    with store.writing() as db:
        take_turn(db)
        if _next_portion(db) != some:
            return 0, some.collection
        mine = table.c.collection_id == some.collection
        if some.ids:
            _write(db, store, some.ids, some.ids, on=civil_days(now).closing)
            db.execute(update(table).where(mine).values(after=some.ids[-1]))
        else:
            db.execute(delete(table).where(mine))
    return len(some.ids), some.collection


def ask_all_again(db: Connection) -> None:
    """What every record waits for is worked out anew, as after another rulebook."""
    table = tables.watermarks
    db.execute(delete(table).where(table.c.destination == RULEBOOK))


def ask_by_the_rulebook(store: Store, *, now: datetime) -> int:
    """Works out anew what every record waits for, once after the rulebook changed.

    Returns how many records; 0 where these questions are this rulebook's already. By
    portions: whoever is killed in it begins anew, and nobody waits long meanwhile.
    """
    asked, reached = 0, ""
    while True:
        some, reached = ask_a_portion(store, reached, now=now)
        asked += some
        if not reached:
            return asked


def ask_a_portion(store: Store, reached: str, *, now: datetime) -> tuple[int, str]:
    """A portion of it: (how many records, how far it has come).

    "" to begin with, and again where nothing is left; else the rulebook and the last
    record. Where the rulebook has changed since, it begins anew.
    """
    version = store.rulebook.version
    light = Watermark(RULEBOOK, (version,))
    of, _, last = reached.rpartition(" ")
    with store.reading() as db:
        if find_watermark(db, RULEBOOK) == light:
            return 0, ""
        some = _on_their_way(db, after=last if of == version else "")
    if some:
        ask_about(store, some, now=now)
        return len(some), f"{version} {some[-1]}"
    with store.writing() as db:
        keep_watermark(db, RULEBOOK, light)
    return 0, ""


def _on_their_way(db: Connection, *, after: str) -> tuple[str, ...]:
    table = tables.journeys
    query = select(table.c.record_id).where(table.c.record_id > after).distinct()
    return tuple(db.scalars(query.order_by(table.c.record_id).limit(PORTION)))


def ask_about(store: Store, records: Sequence[str], *, now: datetime) -> None:
    """Works out anew what these records wait for, and no other; one transaction."""
    with store.writing() as db:
        take_turn(db)
        _write(db, store, records, records, on=civil_days(now).closing)


def _write(
    db: Connection,
    store: Store,
    ids: Sequence[str],
    earlier: Sequence[str],
    *,
    on: date,
    new: Mapping[str, Arrived] = _NOBODY,
) -> None:
    """The questions of these records, in place of those that were `earlier` there."""
    facts = facts_of(db, ids, known={id: one.judged for id, one in new.items()})
    deciding = Deciding(store, on=on)
    rows = [
        row
        for id, destination, state in _journeys(db, ids, new)
        for row in _question_rows(deciding, facts[id], destination, state)
    ]
    tally(db, earlier, rows, known={id: one.place for id, one in new.items()})
    for some in chunks(earlier):
        db.execute(
            delete(tables.questions).where(tables.questions.c.record_id.in_(some))
        )
    insert_many(db, tables.questions, rows)
    keep_ready(db, earlier)
    keep_ready(db, frozenset(ids) - frozenset(earlier), new=True)


def _journeys(
    db: Connection, ids: Sequence[str], new: Mapping[str, Arrived]
) -> list[tuple[str, str, State]]:
    table = tables.journeys
    columns = (table.c.record_id, table.c.destination, table.c.state)
    found = [
        (row.record_id, row.destination, State(row.state))
        for some in chunks(id for id in ids if id not in new)
        for row in db.execute(select(*columns).where(table.c.record_id.in_(some)))
    ]
    for id in ids:
        if id in new:
            found += [(id, where, state) for where, state in new[id].towards.items()]
    return found


def _question_rows(
    deciding: Deciding, facts: Facts, destination: str, state: State
) -> list[dict[str, object]]:
    """What is kept secret asks its communities alone: the archivist may not see it,
    and a question on her list would tell her that it is there. What a private list
    found in what others have to do with waits for her: she passes it on.
    """
    decision = deciding.decide(facts, destination)
    asked = decision.questions
    if state is State.CLOSED and is_clear(decision):
        asked = (*asked, *_may_open(facts))
    to_each = [
        (ARCHIVIST if is_passed_on(question, facts) else question.to, question)
        for question in asked
    ]
    return [
        {
            "record_id": facts.record,
            "destination": destination,
            "party": party,
            "rule": question.rule,
            "about": question.about,
            "pauses": question.paused,
        }
        for party, question in to_each
        if not (decision.keeps_secret and party == ARCHIVIST)
    ]


# Not a rule's question: the page rests, and nothing but a person's yes is missing.
MAY_OPEN = "may-open"


def _may_open(facts: Facts) -> tuple[Question, ...]:
    """Whoever may open what was closed, once nothing holds it any more."""
    named = facts.concerned.parties if isinstance(facts.concerned, Named) else ()
    return tuple(
        Question(MAY_OPEN, party, "record", offers=Visibility.FULL)
        for party in sorted({ARCHIVIST, *named})
    )
