"""A party's yes, and the approval that it completes; bound to exactly what was seen.

Nothing here decides what the rulebook or the table has not.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from knowledge_base import steps
from knowledge_base.answers import Yes, answered, party_of
from knowledge_base.calendar_days import civil_days
from knowledge_base.gate import decide_for, facts_of, is_clear
from knowledge_base.history import Journey, journey_of
from knowledge_base.journeys import State
from knowledge_base.notes import Note
from knowledge_base.records import get_record
from knowledge_base.said import words_of
from knowledge_base.steps import SOFTWARE, Actor, Step
from knowledge_base.store import Store
from knowledge_base.workflow import note
from policies.decision import Decision
from policies.facts import ANY_DESTINATION, Facts, Says, Word
from policies.purposes import Purpose
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


@dataclass(frozen=True, slots=True)
class Complete:
    """The answers are complete; the record is approved."""


@dataclass(frozen=True, slots=True)
class WaitsFor:
    """The answer stands; the record still waits for these parties."""

    parties: tuple[str, ...]


def approve(
    store: Store,
    record: str,
    destination: str,
    *,
    seen: Seen,
    by: Actor,
    now: datetime,
    yes: Yes,
    words: tuple[Note, ...] = (),
) -> Complete | WaitsFor:
    """Takes a party's yes; where it completes the answers the record is approved.

    `words` are the community's own words given in the same breath. Raises `Stale`
    when the record moved on since `seen`, `TitleTaken`, `Forbidden`; then nothing of
    it was written.
    """
    with store.reading() as db:
        before = facts_of(db, (record,))[record]
        own = words_of(db, record)
        journey = journey_of(db, record, destination)
        content_hash = get_record(db, record).content_hash or ""
    after = decision_after(
        store, before, destination, yes, by=by, now=now, own=own, tells_anew=bool(words)
    )
    hash = seen.units_hash
    answer = answered(Says.YES, destination, by, yes, now, units_hash=hash)
    notes = [*words, Note(record=record, seen=seen.length, step=answer, by=by)]
    if not is_clear(after):
        note(store, notes, now=now)
        return WaitsFor(_waited_for(after))
    level = min(after.visibility, yes.visibility)
    completing = _completing(after, level, journey, seen, content_hash)
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
    tells_anew: bool = False,
) -> Decision:
    """The decision as it would be once the actor had said this yes; nothing is said.

    `own` are the words that stand for this very record: the yes takes the place of
    what its party said before, but not of what it said of the whole collection.
    `tells_anew`: her words come with it, and no other party has seen those.
    """
    theirs = {word for word in own if word.party == party_of(by)}
    superseded = {word for word in own if tells_anew and word.says is Says.YES}
    superseded |= {word for word in theirs if word.reaches(destination)}
    # What was said of any place stands on for all the others.
    elsewhere = {
        replace(word, besides=word.besides | {destination})
        for word in superseded & theirs
        if word.destination == ANY_DESTINATION
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
    with_it = replace(facts, words=(facts.words - superseded) | elsewhere | {said})
    return decide_for(store, with_it, destination, on=civil_days(now).closing)


def _waited_for(decision: Decision) -> tuple[str, ...]:
    return tuple(sorted({q.to for q in decision.questions if q.blocks}))


def _completing(
    decision: Decision,
    level: Visibility,
    journey: Journey,
    seen: Seen,
    content_hash: str,
) -> tuple[Step, ...]:
    """The approval that this yes completes; the same yes again changes nothing."""
    covered = steps.Reopened if journey.state is State.CLOSED else steps.Approved
    approval = covered(
        destination=journey.destination,
        content_hash=content_hash,
        units_hash=seen.units_hash,
        units=seen.units,
        rulebook=decision.rulebook,
        visibility=level.word,
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
