"""What protects a community from those who run the software, and from each other.

Every check can only refuse. Those about who is a steward stand in `seats`.
"""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection, select

from knowledge_base import seats, steps, tables
from knowledge_base.erasure import require_unerased
from knowledge_base.inquiry import Inquiry
from knowledge_base.known import KnownFlag
from knowledge_base.notes import Note
from knowledge_base.reasons import is_reason_for
from knowledge_base.rights import Forbidden
from knowledge_base.steps import Voice
from knowledge_base.traces import (
    Trace,
    has_spoken,
    is_of,
    named_by_communities,
    spoken_by_others,
    traces_of,
    wants_no_asking,
)
from policies.facts import ARCHIVIST


def _answered(inquiry: Inquiry, one: Note) -> None:
    if (
        one.by.voice is Voice.INSTITUTION
        and getattr(one.step, "party", None) != ARCHIVIST
    ):
        raise Forbidden(one.step.kind, "an institution answers only for itself.")


# --- who is concerned, and who is asked


def _concern(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.ConcernAnswered)
    _are_communities(inquiry, one, one.step.parties)
    if bool(one.step.parties) is not (one.step.concern == "named"):
        raise Forbidden(one.step.kind, "whoever is named is concerned, and only they.")
    if one.by.voice is Voice.COMMUNITY:
        near = {one.by.party, *_kin(inquiry.db, one.by.party or "")}
        near |= inquiry.known(one.record).listed_by
        if one.step.concern != "named" or not set(one.step.parties) <= near:
            raise Forbidden(one.step.kind, "a community speaks of itself alone.")
        return
    left_out = set(inquiry.known(one.record).concern.parties) - set(one.step.parties)
    if left_out & named_by_communities(inquiry.db, one.record):
        raise Forbidden(one.step.kind, "whom a community named stays concerned.")
    if any(has_spoken(inquiry.db, one.record, party) for party in left_out):
        raise Forbidden(one.step.kind, "a party that has spoken stays concerned.")
    if left_out and not may_leave_out(one.step.concern, one.by.reason):
        raise Forbidden(one.step.kind, "whom it leaves out, it says how it knows.")


def may_leave_out(concern: str, reason: str | None) -> bool:
    """Whether this reason is enough to leave out somebody who was named, and is absent.

    Nobody of that party can object yet, so not being sure is none. "Not known" holds
    as before, and needs no more than any answer does.
    """
    return concern == "not-known" or is_reason_for("leave-out", reason)


def _are_communities(inquiry: Inquiry, one: Note, parties: Iterable[str]) -> None:
    """Whoever is named as concerned can come to answer; nobody else ever could."""
    table = tables.communities
    named = sorted(set(parties))
    known = set(inquiry.db.scalars(select(table.c.id).where(table.c.id.in_(named))))
    if not known.issuperset(named):
        raise Forbidden(one.step.kind, "only a community is named as concerned.")


def _asks_a_community(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.Asked)
    _are_communities(inquiry, one, (one.step.party,))


def _asks(inquiry: Inquiry, one: Note) -> None:
    """Whoever is to answer gets to see the record: a community asks only its own.

    Its parts, its whole, whoever is concerned with the record already, and those on
    whose private list something in it stands, who else could never come to answer.
    """
    assert isinstance(one.step, steps.Asked | steps.Held)
    if one.by.voice is not Voice.COMMUNITY or one.step.party is None:
        return
    near = {one.by.party, *_kin(inquiry.db, one.by.party or "")}
    known = inquiry.known(one.record)
    near |= {*known.concern.parties, *known.listed_by}
    if one.step.party not in near:
        raise Forbidden(one.step.kind, "a community asks only its own.")


def _asked_once(inquiry: Inquiry, one: Note) -> None:
    """A not now pauses all asking, and a no is not asked about again."""
    assert isinstance(one.step, steps.Asked)
    if one.by.voice is Voice.INSTITUTION and wants_no_asking(
        inquiry.db, one.record, one.step.party
    ):
        raise Forbidden(one.step.kind, "that party has answered, and is let be.")


def _kin(db: Connection, party: str) -> set[str]:
    """The parts of a party, and the whole it is a part of."""
    table = tables.communities
    parts = db.scalars(select(table.c.id).where(table.c.part_of == party))
    whole = db.scalars(select(table.c.part_of).where(table.c.id == party))
    return {id for id in (*parts, *whole) if id is not None}


# --- labels


def _labels_own_season(inquiry: Inquiry, one: Note) -> None:
    """A label that follows another's season would open and close by another's word."""
    assert isinstance(one.step, steps.LabelApplied)
    if one.step.season is None:
        return
    table = tables.seasons
    whose = select(table.c.community_id).where(table.c.id == one.step.season)
    if inquiry.db.scalar(whose) != one.step.community:
        raise Forbidden(one.step.kind, "a label follows its own community's season.")


# --- flags


def _flag_is_new(inquiry: Inquiry, one: Note) -> None:
    """A flag that is raised again under its id would forget who raised it."""
    assert isinstance(one.step, steps.Held)
    if _raised(inquiry, one.record, one.step.flag):
        raise Forbidden(one.step.kind, "this flag has been raised already.")


def _flag_answered(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.FlagAnswered)
    known = inquiry.known(one.record)
    flag = next((x for x in known.flags if x.id == one.step.flag), None)
    if flag is None:
        raise Forbidden(one.step.kind, "there is no such open flag.")
    if one.by.voice is Voice.COMMUNITY:
        if one.by.party not in _who_settles(inquiry, one, flag):
            raise Forbidden(one.step.kind, "it waits for another party.")
        return
    if flag.party not in (None, ARCHIVIST) or known.concern.answer == "named":
        raise Forbidden(one.step.kind, "those concerned answer it.")
    for raised in _raised(inquiry, one.record, flag.id):
        _left_to_the_institution(inquiry, one, raised)


def _who_settles(inquiry: Inquiry, one: Note, flag: KnownFlag) -> set[str | None]:
    """The party it waits for, else all concerned, else the one that raised it."""
    concerned: set[str | None] = set(inquiry.known(one.record).concern.parties)
    if flag.party is not None:
        return {flag.party}
    if not concerned and any(
        raised.voice is Voice.COMMUNITY
        and is_of(inquiry.db, raised.account, one.by.party)
        for raised in _raised(inquiry, one.record, flag.id)
    ):
        return {one.by.party}
    return concerned


def _left_to_the_institution(inquiry: Inquiry, one: Note, raised: Trace) -> None:
    """Raises where somebody said that it is hers, and nobody looked into that."""
    if raised.voice is Voice.COMMUNITY:
        raise Forbidden(one.step.kind, "a community raised it, and settles it.")
    if not _concerns_the_asker(inquiry, one.record, raised):
        return
    answered = traces_of(
        inquiry.db, one.record, steps.ConcernAnswered, voice=Voice.INSTITUTION
    )
    if not any(trace.ordinal > raised.ordinal for trace in answered):
        raise Forbidden(
            one.step.kind,
            "somebody said that it concerns her: say first, anew, who is concerned.",
        )


def _concerns_the_asker(inquiry: Inquiry, record: str, raised: Trace) -> bool:
    """Whether the report just before the flag said so."""
    before = [
        trace.step
        for trace in traces_of(inquiry.db, record, steps.Reported)
        if trace.ordinal == raised.ordinal - 1
    ]
    return raised.voice is Voice.ANYONE and any(
        isinstance(step, steps.Reported) and step.concerns_asker for step in before
    )


def _raised(inquiry: Inquiry, record: str, flag: str) -> tuple[Trace, ...]:
    return tuple(
        trace
        for trace in traces_of(inquiry.db, record, steps.Held)
        if isinstance(trace.step, steps.Held) and trace.step.flag == flag
    )


# --- private lists


def _not_ours(inquiry: Inquiry, one: Note) -> None:
    """Each community says it of its own list alone, and where that found something.

    A list that nobody could read found nothing: it is given anew, or its key is found.
    """
    assert isinstance(one.step, steps.NotOurs)
    if not inquiry.known(one.record).numbers_of(one.step.party):
        raise Forbidden(one.step.kind, "its list found nothing here.")


# --- arriving


def _of_its_collections_house(inquiry: Inquiry, one: Note) -> None:
    """A record is of its collection's institution, so that one role reaches both."""
    assert isinstance(one.step, steps.Received)
    house, collection = one.step.institution, one.step.collection
    if house is not None and not inquiry.is_institution(house):
        raise Forbidden(one.step.kind, "there is no such institution.")
    if collection is not None and inquiry.institution(collection) != house:
        raise Forbidden(one.step.kind, "its collection is of another institution.")


# --- erasing


def _erased(inquiry: Inquiry, one: Note) -> None:
    """What a community said would go with the rest: only its own hands may do that."""
    found = inquiry.record(one.record)
    if found.kind == "community":
        raise Forbidden(one.step.kind, "a community is not erased.")
    above = [] if found.collection is None else [found.collection]
    if spoken_by_others(inquiry.db, (one.record, *above), one.by.party):
        raise Forbidden(one.step.kind, "a community has spoken here.")
    require_unerased(inquiry.db, one.record)  # the history says it once


def _still_here(inquiry: Inquiry, one: Note) -> None:
    """What was erased is not filled again, nor said anything of."""
    if inquiry.record(one.record).is_erased:
        raise Forbidden(one.step.kind, "this record was erased.")


Protection = Callable[[Inquiry, Note], None]

PROTECTIONS: Mapping[type[steps.Step], tuple[Protection, ...]] = {
    **seats.PROTECTIONS,
    steps.Received: (_of_its_collections_house,),
    steps.Answered: (_answered,),
    steps.Refused: (_answered,),
    steps.WithdrawalAsked: (_answered,),
    steps.ConcernAnswered: (_still_here, _concern),
    steps.Asked: (_asks_a_community, _asks, _asked_once),
    steps.Held: (_asks, _flag_is_new),
    steps.FlagAnswered: (_flag_answered,),
    steps.Erased: (_erased,),
    steps.ContentChanged: (_still_here,),
    steps.SetOut: (_still_here,),
    steps.LabelApplied: (_still_here, _labels_own_season),
    steps.WordsGiven: (_still_here,),
    steps.NotOurs: (_still_here, _not_ours),
}
