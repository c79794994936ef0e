"""Labels put on and taken off by a community, notices by an institution.

The software applies neither. A label that is put on again replaces the earlier one
of the same family, type and community.
"""

from dataclasses import dataclass
from datetime import datetime

from knowledge_base import steps
from knowledge_base.columns import canonical
from knowledge_base.identity import mark_of
from knowledge_base.names import check_name
from knowledge_base.notes import Note
from knowledge_base.records import get_record
from knowledge_base.steps import Actor, Step
from knowledge_base.store import Store
from knowledge_base.tightening import tighten_or_leave
from knowledge_base.workflow import note


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelWords:
    """What a community gives with its label; `season` is None for all the year."""

    text: str = ""
    attribution: str = ""
    season: str | None = None


def apply_label(
    store: Store,
    record: str,
    label: tuple[str, str],
    words: LabelWords,
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> None:
    """Puts the label (family, type) of the actor's community on the record.

    Raises `NotAName` for a credit that holds letters nobody sees.
    """
    if words.attribution:
        check_name(words.attribution)
    family, type = label
    text = canonical(
        {"label_text": words.text, "attribution": words.attribution or None}
    )
    applied = steps.LabelApplied(
        family=family,
        type=type,
        community=by.party or "",
        text_hash=mark_of(words.text) if words.text else "",
        season=words.season,
    )
    notes = [Note(record=record, seen=seen, step=applied, by=by, text=text)]
    if _stands(store, record, label, by):
        gone = steps.LabelRemoved(family=family, type=type, community=by.party or "")
        notes.insert(0, Note(record=record, seen=seen, step=gone, by=by))
    note(store, notes, now=now)
    tighten_or_leave(store, (record,), now=now)


def _stands(store: Store, record: str, label: tuple[str, str], by: Actor) -> bool:
    with store.reading() as db:
        known = get_record(db, record).known
    mine = (*label, by.party)
    return any((x.family, x.type, x.community) == mine for x in known.labels)


def remove_label(
    store: Store,
    record: str,
    label: tuple[str, str],
    *,
    seen: int,
    by: Actor,
    now: datetime,
) -> None:
    """Takes the label of the actor's community off the record."""
    family, type = label
    step = steps.LabelRemoved(family=family, type=type, community=by.party or "")
    _take(store, record, step, seen=seen, by=by, now=now)


def apply_notice(
    store: Store, record: str, type: str, *, seen: int, by: Actor, now: datetime
) -> None:
    step = steps.NoticeApplied(type=type)
    _take(store, record, step, seen=seen, by=by, now=now)


def remove_notice(
    store: Store, record: str, type: str, *, seen: int, by: Actor, now: datetime
) -> None:
    step = steps.NoticeRemoved(type=type)
    _take(store, record, step, seen=seen, by=by, now=now)


def _take(
    store: Store, record: str, step: Step, *, seen: int, by: Actor, now: datetime
) -> None:
    note(store, [Note(record=record, seen=seen, step=step, by=by)], now=now)
    tighten_or_leave(store, (record,), now=now)
