"""What people say about a record, each as one act: approve, refuse, ask, withdraw.

Each function reads what stands, says which steps follow, and takes them through
`note`; none of them decides anything that the rulebook or the table has not.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from knowledge_base import steps
from knowledge_base.calendar_days import civil_days
from knowledge_base.columns import canonical
from knowledge_base.gate import decide_for, facts_of, is_clear, words_of
from knowledge_base.history import Journey, journey_of, journeys_of
from knowledge_base.journeys import State
from knowledge_base.notes import Note
from knowledge_base.records import get_record
from knowledge_base.steps import SOFTWARE, Actor, Step
from knowledge_base.store import Store
from knowledge_base.tightening import tighten
from knowledge_base.workflow import note
from policies.decision import Decision
from policies.facts import ARCHIVIST, Facts, Says, Word
from policies.purposes import Purpose
from policies.view import OwnWords
from policies.visibility import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Exactly what a person had before her eyes when she answered.

    `units` maps the names of our units to the hashes of their wikitext; `title` is
    the page title that was shown.
    """

    length: int
    title: str
    units_hash: str
    units: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """How far a yes goes. `until` is the first day on which it no longer holds."""

    visibility: Visibility = Visibility.FULL
    until: date | None = None
    informed: bool = True


@dataclass(frozen=True, slots=True)
class Complete:
    """The answers are complete; the record is approved."""


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """The answer stands; the record still waits for these parties."""

    parties: tuple[str, ...]


def party_of(by: Actor) -> str:
    """For whom the actor answers: her community, or the institution's archivists."""
    return by.party if by.party is not None else ARCHIVIST


def approve(
    store: Store,
    record: str,
    destination: str,
    *,
    seen: Seen,
    by: Actor,
    now: datetime,
    yes: Yes | None = None,
    words: tuple[Note, ...] = (),
) -> Complete | WaitsFor:
    """Takes a party's yes; where it completes the answers the record is approved.

    `words` are the community's own words given in the same breath. Raises `Stale`
    when the record moved on since `seen`, `TitleTaken`, `Forbidden`; then nothing of
    it was written.
    """
    yes = Yes() if yes is None else yes
    with store.reading() as db:
        before = facts_of(db, (record,))[record]
        own = words_of(db, record)
        journey = journey_of(db, record, destination)
        content_hash = get_record(db, record).content_hash or ""
    after = decision_after(store, before, destination, yes, by=by, now=now, own=own)
    answer = _answer(Says.YES, destination, by, yes, now)
    notes = [*words, Note(record=record, seen=seen.length, step=answer, by=by)]
    if not is_clear(after):
        note(store, notes, now=now)
        return WaitsFor(_waited_for(after))
    completing = _completing(after, journey, seen, content_hash)
    if completing:
        notes.append(_proposed(record, destination, seen))
    notes.extend(
        Note(record=record, seen=seen.length, step=step, by=by) for step in completing
    )
    note(store, notes, now=now)
    return Complete()


def decision_after(
    store: Store,
    facts: Facts,
    destination: str,
    yes: Yes,
    *,
    by: Actor,
    now: datetime,
    own: frozenset[Word] = frozenset(),
) -> Decision:
    """The decision as it would be once the actor had said this yes; nothing is said.

    `own` are the words that stand for this very record: the yes takes the place of
    what its party said before, but not of what it said of the whole collection.
    """
    superseded = {
        word
        for word in own
        if word.party == party_of(by) and word.destination in (destination, "*")
    }
    said = Word(
        party=party_of(by),
        says=Says.YES,
        destination=destination,
        purposes=frozenset(Purpose),
        visibility=yes.visibility,
        since=civil_days(now).opening,
        until=yes.until,
        informed=yes.informed,
        by=by.account or "",
    )
    with_it = replace(facts, words=(facts.words - superseded) | {said})
    return decide_for(store, with_it, destination, on=civil_days(now).closing)


def _waited_for(decision: Decision) -> tuple[str, ...]:
    return tuple(sorted({q.to for q in decision.questions if q.blocks}))


def _completing(
    decision: Decision, journey: Journey, seen: Seen, content_hash: str
) -> tuple[Step, ...]:
    """The approval that this yes completes; the same yes again changes nothing."""
    covered = steps.Reopened if journey.state is State.CLOSED else steps.Approved
    approval = covered(
        destination=journey.destination,
        content_hash=content_hash,
        units_hash=seen.units_hash,
        units=seen.units,
        rulebook=decision.rulebook,
        visibility=decision.visibility.word,
        answers=tuple(sorted({reason.rule for reason in decision.reasons})),
    )
    is_the_same = journey.state in _IN_FORCE and all(
        (journey.approval or {}).get(part) == getattr(approval, part)
        for part in ("units_hash", "visibility")
    )
    return () if is_the_same else (approval,)


_IN_FORCE = frozenset({State.APPROVED, State.PUBLISHING, State.PUBLISHED})


def _proposed(record: str, destination: str, seen: Seen) -> Note:
    step = steps.Proposed(destination=destination, units_hash=seen.units_hash)
    return Note(
        record=record, seen=seen.length, step=step, by=SOFTWARE, text=seen.title
    )


def _answer(
    says: Says, destination: str, by: Actor, yes: Yes | None, now: datetime
) -> steps.Answered:
    return steps.Answered(
        party=party_of(by),
        says=says.value,
        destination=destination,
        purposes=tuple(sorted(purpose.value for purpose in Purpose)),
        visibility=(Visibility.NONE if yes is None else yes.visibility).word,
        since=civil_days(now).opening,
        until=None if yes is None else yes.until,
        informed=yes is not None and yes.informed,
    )


def refuse(
    store: Store, record: str, *, seen: int, by: Actor, now: datetime, note_text: str
) -> None:
    """A no, for every destination. It stands until whoever said it says otherwise."""
    with store.reading() as db:
        towards = journeys_of(db, record)
    refused = [
        steps.Refused(destination=journey.destination, party=party_of(by))
        for journey in towards
        if journey.state in _REFUSABLE
    ]
    answer = _answer(Says.NO, "*", by, None, now)
    _take(store, record, (answer, *refused), seen=seen, by=by, now=now, text=note_text)


_REFUSABLE = frozenset(
    {
        State.IN_REVIEW,
        State.APPROVED,
        State.CHANGED,
        State.PUBLISHED,
        State.PUBLISHING,
        State.CLOSING,
        State.CLOSED,
    }
)


def own_words(
    record: str, words: OwnWords, *, seen: int, by: Actor
) -> tuple[Note, ...]:
    """The note by which a community gives its words, alone or together with a yes."""
    step = steps.WordsGiven(
        party=party_of(by),
        field=words.field,
        language=words.language,
        instead=words.instead,
    )
    text = canonical({"text": words.text, "signed": words.signed})
    return (Note(record=record, seen=seen, step=step, by=by, text=text),)


def give_words(
    store: Store, record: str, words: OwnWords, *, seen: int, by: Actor, now: datetime
) -> None:
    """Keeps a community's own words without any answer; showing them needs a yes."""
    note(store, own_words(record, words, seen=seen, by=by), now=now)


def not_now(store: Store, record: str, *, seen: int, by: Actor, now: datetime) -> None:
    """Pauses all asking of this party about this record; nothing else changes."""
    answer = _answer(Says.NOT_NOW, "*", by, None, now)
    _take(store, record, (answer,), seen=seen, by=by, now=now)


def ask(
    store: Store,
    record: str,
    party: str,
    *,
    seen: int,
    by: Actor,
    now: datetime,
    note_text: str,
) -> None:
    """Names a party as concerned and asks it; whoever was concerned before still is.

    A community asks its own parts, or the whole it is a part of, and nobody else.
    """
    with store.reading() as db:
        before = get_record(db, record).known.concern.parties
    others = before if by.party is None else (by.party,)
    named = steps.ConcernAnswered(
        concern="named", parties=tuple(sorted({*others, party}))
    )
    asked = Note(
        record=record,
        seen=seen,
        step=steps.Asked(party=party),
        by=by,
        text=note_text or None,
    )
    note(store, [Note(record=record, seen=seen, step=named, by=by), asked], now=now)
    tighten(store, (record,), now=now)


def say_who_is_concerned(
    store: Store,
    record: str,
    concern: str,
    parties: tuple[str, ...],
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> None:
    """The archivist's answer: "nobody", "named" with its parties, or "not-known"."""
    step = steps.ConcernAnswered(concern=concern, parties=parties)
    _take(store, record, (step,), seen=seen, by=by, now=now)
    tighten(store, (record,), now=now)


def withdraw(
    store: Store, record: str, *, seen: int, by: Actor, now: datetime, note_text: str
) -> None:
    """Takes the record back from everywhere; the bot proves it on its next run."""
    with store.reading() as db:
        towards = journeys_of(db, record)
    asked = steps.WithdrawalAsked(party=party_of(by))
    answer = _answer(Says.NO, "*", by, None, now)
    notes = [
        Note(record=record, seen=seen, step=asked, by=by, text=note_text or None),
        Note(record=record, seen=seen, step=answer, by=by),
    ]
    for journey in towards:
        if not journey.may_stand_on_the_wiki and journey.state is not State.ERASED:
            done = steps.Withdrawn(
                destination=journey.destination, probes=0, still_visible=0
            )
            if journey.state is not State.WITHDRAWN:
                notes.append(Note(record=record, seen=seen, step=done, by=SOFTWARE))
    note(store, notes, now=now)


def _take(
    store: Store,
    record: str,
    taken: tuple[Step, ...],
    *,
    seen: int,
    by: Actor,
    now: datetime,
    text: str = "",
) -> None:
    """Takes the steps together; the text belongs to the first of them."""
    notes = [
        Note(
            record=record,
            seen=seen,
            step=step,
            by=by,
            text=text if place == 0 and text else None,
        )
        for place, step in enumerate(taken)
    ]
    note(store, notes, now=now)
