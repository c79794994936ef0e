"""How a record comes in: once, by hand or from a source, and screened at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge_base import steps
from knowledge_base.identity import new_id
from knowledge_base.institutions import BY_HAND
from knowledge_base.kinds import Kind, shipped_kinds
from knowledge_base.lists_in_force import InForce, lists_in_force
from knowledge_base.made_ready import Ready, make_ready
from knowledge_base.notes import Note
from knowledge_base.records import RawContent
from knowledge_base.steps import SOFTWARE, Actor
from knowledge_base.store import Store
from knowledge_base.workflow import note
from policies.facts import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A record about to come in. `identifier` is its name within the source."""

    kind: Kind
    ready: Ready
    source: str
    identifier: str
    collection: str | None = None
    institution: str | None = None
    towards: tuple[str, ...] = ()
    batch: str | None = None


def receive(
    store: Store,
    kind: str,
    content: RawContent,
    *,
    by: Actor,
    now: datetime,
    collection: str | None = None,
    institution: str | None = None,
    towards: tuple[str, ...] = (),
    identifier: str | None = None,
    with_it: tuple[steps.Step, ...] = (),
) -> str:
    """One record made by a person; returns its id.

    The steps `with_it` are taken in the same transaction, after it was screened.
    """
    id, known = new_id(), shipped_kinds()[kind]
    arrival = Arrival(
        kind=known,
        ready=make_ready(known, content),
        source=BY_HAND,
        identifier=id if identifier is None else identifier,
        collection=collection,
        institution=institution,
        towards=towards,
    )
    with store.reading() as db:
        in_force = lists_in_force(db)
    notes = arriving(store, [(id, arrival)], by=by, in_force=in_force)
    notes.extend(Note(record=id, seen=0, step=step, by=by) for step in with_it)
    note(store, notes, now=now)
    return id


def arriving(
    store: Store,
    arrivals: Sequence[tuple[str, Arrival]],
    *,
    by: Actor,
    in_force: InForce,
) -> list[Note]:
    """The notes with which these records come in and are screened, in their order.

    Received and Screened belong together: no record waits unscreened.
    """
    notes = []
    for id, arrival in arrivals:
        received = steps.Received(
            record_kind=arrival.kind.kind,
            source=arrival.source,
            identifier=arrival.identifier,
            collection=arrival.collection,
            institution=arrival.institution,
            content_hash=arrival.ready.content_hash,
            towards=arrival.towards,
            batch=arrival.batch,
        )
        text = arrival.ready.text
        notes.append(Note(record=id, seen=0, step=received, by=by, text=text))
        screened = screening(store, arrival.kind, arrival.ready, in_force)
        notes.append(Note(record=id, seen=0, step=screened, by=SOFTWARE))
    return notes


def screening(
    store: Store, kind: Kind, ready: Ready, in_force: InForce
) -> steps.Screened:
    """What the screening finds in the content, private lists of communities included.

    Where another list stands by the time the step is taken, it is refused.
    """
    found = ready.hints
    if in_force.lists:
        found |= in_force.lists.find(kind.content(ready.content))
    return steps.Screened(
        rulebook=store.rulebook.version,
        findings=seen_findings(found),
        lists=in_force.newest,
    )


def seen_findings(findings: Iterable[Finding]) -> tuple[steps.SeenFinding, ...]:
    """The findings as a step tells of them, in their order."""
    ordered = sorted(findings, key=lambda x: (x.field, x.start, x.rule, x.party))
    return tuple(
        steps.SeenFinding(
            rule=one.rule,
            field=one.field,
            start=one.start,
            end=one.end,
            evidence=one.evidence,
            party=one.party,
        )
        for one in ordered
    )
