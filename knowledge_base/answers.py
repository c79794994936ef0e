"""What people say about a record, each as one act: approve, refuse, ask, withdraw.

Each function reads what stands, says which steps follow, and takes them through
`note`; none of them decides anything that the rulebook or the table has not.
"""

from dataclasses import dataclass
from datetime import date, datetime

from knowledge_base import steps
from knowledge_base.calendar_days import civil_days
from knowledge_base.columns import canonical
from knowledge_base.history import journeys_of
from knowledge_base.journeys import State
from knowledge_base.names import check_name
from knowledge_base.notes import Note
from knowledge_base.records import get_record
from knowledge_base.steps import SOFTWARE, Actor, Step
from knowledge_base.store import Store
from knowledge_base.tightening import tighten_or_leave
from knowledge_base.workflow import note
from policies.facts import ARCHIVIST, Says
from policies.purposes import Purpose
from policies.view import OwnWords
from policies.visibility import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """How far a yes goes. `until` is the first day on which it no longer holds.

    `informed`: what stays behind for good was before her eyes. Whoever takes a yes
    says so; nobody is taken to have been told.
    """

    informed: bool
    visibility: Visibility = Visibility.FULL
    until: date | None = None


def party_of(by: Actor) -> str:
    """For whom the actor answers: her community, or the institution's archivists."""
    return by.party if by.party is not None else ARCHIVIST


def answered(
    says: Says,
    destination: str,
    by: Actor,
    yes: Yes | None,
    now: datetime,
    *,
    units_hash: str | None = None,
) -> steps.Answered:
    """One party's word for every purpose, from the first day begun everywhere.

    `units_hash`: what a yes was to; None for any other answer.
    """
    return steps.Answered(
        party=party_of(by),
        says=says.value,
        destination=destination,
        purposes=tuple(sorted(purpose.value for purpose in Purpose)),
        visibility=(Visibility.NONE if yes is None else yes.visibility).word,
        since=civil_days(now).opening,
        until=None if yes is None else yes.until,
        informed=yes is not None and yes.informed,
        units_hash=units_hash,
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
    answer = answered(Says.NO, "*", by, None, now)
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
    """The note by which a community gives its words, alone or together with a yes.

    Raises `NotAName` for a signature that holds letters nobody sees.
    """
    check_name(words.signed)
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
    answer = answered(Says.NOT_NOW, "*", by, None, now)
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
    tighten_or_leave(store, (record,), now=now)


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
    tighten_or_leave(store, (record,), now=now)


def not_ours(store: Store, record: str, *, seen: int, by: Actor, now: datetime) -> None:
    """What the community's own list found in the record is not its own.

    It agrees to nothing. A list that finds another word, or the record when it says
    something else, asks again.
    """
    step = steps.NotOurs(party=party_of(by))
    _take(store, record, (step,), seen=seen, by=by, now=now)


def withdraw(
    store: Store, record: str, *, seen: int, by: Actor, now: datetime, note_text: str
) -> None:
    """Takes the record back from everywhere; the bot proves it on its next run."""
    with store.reading() as db:
        towards = journeys_of(db, record)
    asked = steps.WithdrawalAsked(party=party_of(by))
    answer = answered(Says.NO, "*", by, None, now)
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
