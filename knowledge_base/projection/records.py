"""What a step changes in what is known of a record."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from sqlalchemy import delete, update

from knowledge_base import steps, tables
from knowledge_base.erasure import erase_texts
from knowledge_base.journeys import State
from knowledge_base.known import KnownConcern, KnownFlag, KnownLabel, known_from
from knowledge_base.projection.placed import AlreadyKnown, Placed, Projection
from knowledge_base.records import NoSuchRecord
from knowledge_base.sheet import RecordRow, Sheet
from knowledge_base.steps import Step
from policies.word_lists import UNREADABLE


def _received(sheet: Sheet, step: steps.Received, at: Placed) -> None:
    if at.record in sheet.records:
        raise AlreadyKnown(f"Record {at.record}")
    content = msgspec.json.decode(at.text or "{}", type=dict[str, tuple[str, ...]])
    sheet.records[at.record] = RecordRow(
        length=0,
        known=known_from(content),
        kind=step.record_kind,
        collection=step.collection,
        institution=step.institution,
        content_hash=step.content_hash,
        content=at.commitment,
        weighed=at.position,
        is_new=True,
        facts_changed=True,
        changed={
            "kind": step.record_kind,
            "source": step.source,
            "identifier": step.identifier,
            "collection_id": step.collection,
            "institution_id": step.institution,
            "content": at.commitment,
            "content_hash": step.content_hash,
            "received_at": at.at,
        },
    )
    for destination in step.towards:
        sheet.set_out(at.record, destination, State.RECEIVED)


def _set_out(sheet: Sheet, step: steps.SetOut, at: Placed) -> None:
    screened = sheet.records[at.record].known.findings is not None
    state = State.IN_REVIEW if screened else State.RECEIVED
    sheet.set_out(at.record, step.destination, state)
    sheet.records[at.record].facts_changed = True


def _content_changed(sheet: Sheet, step: steps.ContentChanged, at: Placed) -> None:
    row = sheet.records[at.record]
    content = msgspec.json.decode(at.text or "{}", type=dict[str, tuple[str, ...]])
    fresh = known_from(content)
    known = replace(
        row.known,
        fields=fresh.fields,
        licences=fresh.licences,
        told_anew=at.position,
        spared=(),
        unreadable=None,
    )
    concern = known.concern
    if step.concerns and (concern.answer == "nobody" or concern.is_doubted):
        # Who it concerns may be another now: "nobody" was said of something else.
        fresh_concern = KnownConcern(is_doubted=concern.is_doubted)
        known = replace(known, concern=fresh_concern)
    row.content_hash = step.content_hash
    row.content = row.changed["content"] = at.commitment
    sheet.learn(at.record, replace(known, findings=None))


def _screened(sheet: Sheet, step: steps.Screened, at: Placed) -> None:
    known = sheet.records[at.record].known
    looked = replace(known, findings=step.findings, lists=step.lists)
    sheet.learn(at.record, looked)
    unread = {one.party for one in step.findings if one.rule == UNREADABLE}
    if unread - sheet.unread_lists:
        sheet.unread_lists |= unread
        table = tables.word_lists
        these = update(table).where(table.c.community_id.in_(sorted(unread)))
        sheet.db.execute(these.values(was_unreadable=True))


def _not_ours(sheet: Sheet, step: steps.NotOurs, at: Placed) -> None:
    known = sheet.records[at.record].known
    sheet.learn(at.record, known.without_what_is_not(step.party))


def _concern_answered(sheet: Sheet, step: steps.ConcernAnswered, at: Placed) -> None:
    known = sheet.records[at.record].known
    parties = set(step.parties)
    if at.by.party is not None:  # a community says "us too"; it removes nobody
        parties |= set(known.concern.parties)
    concern = KnownConcern(
        answer=step.concern,
        parties=tuple(sorted(parties)),
        by=at.by.account,
        on=at.at.date(),
    )
    sheet.learn(at.record, replace(known, concern=concern))


def _label_applied(sheet: Sheet, step: steps.LabelApplied, at: Placed) -> None:
    words = msgspec.json.decode(at.text or "{}", type=dict[str, str | None])
    label = KnownLabel(
        family=step.family,
        type=step.type,
        community=step.community,
        # As the history has it: by a plain hash the words could be guessed and tried.
        text_hash=(at.commitment or "") if step.text_hash else "",
        season=step.season,
        attribution=words.get("attribution"),
        note=words.get("label_text") or None,
        confirmed_on=at.at.date(),
    )
    sheet.learn(at.record, sheet.records[at.record].known.with_label(label))
    sheet.add(
        tables.label_uses,
        record_id=at.record,
        label=f"{step.family}/{step.type}",
        community_id=step.community,
        season_id=step.season,
    )


def _label_removed(sheet: Sheet, step: steps.LabelRemoved, at: Placed) -> None:
    known = sheet.records[at.record].known
    kept = known.without_label(step.family, step.type, step.community)
    sheet.learn(at.record, kept)
    uses = tables.label_uses
    sheet.db.execute(
        delete(uses).where(
            uses.c.record_id == at.record,
            uses.c.label == f"{step.family}/{step.type}",
            uses.c.community_id == step.community,
        )
    )


def _notice_applied(sheet: Sheet, step: steps.NoticeApplied, at: Placed) -> None:
    known = sheet.records[at.record].known
    notices = tuple(sorted({*known.notices, step.type}))
    sheet.learn(at.record, replace(known, notices=notices))


def _notice_removed(sheet: Sheet, step: steps.NoticeRemoved, at: Placed) -> None:
    known = sheet.records[at.record].known
    notices = tuple(x for x in known.notices if x != step.type)
    sheet.learn(at.record, replace(known, notices=notices))


def _held(sheet: Sheet, step: steps.Held, at: Placed) -> None:
    known = sheet.records[at.record].known.without_flag(step.flag)
    flag = KnownFlag(
        id=step.flag,
        against=step.against,
        party=step.party,
        is_grave=step.is_grave,
        field=step.field,
        start=step.start,
        end=step.end,
        raised_by=at.by.party,
    )
    known = replace(known, flags=(*known.flags, flag))
    if at.by.party is not None:
        # A community that flags a record says that it is concerned.
        known = replace(known, concern=known.concern.in_doubt())
    sheet.learn(at.record, known)


def _reported(sheet: Sheet, step: steps.Reported, at: Placed) -> None:
    known = sheet.records[at.record].known
    if step.concerns_asker:
        sheet.learn(at.record, replace(known, concern=known.concern.in_doubt()))


def _flag_answered(sheet: Sheet, step: steps.FlagAnswered, at: Placed) -> None:
    sheet.learn(at.record, sheet.records[at.record].known.without_flag(step.flag))


def _remembered(sheet: Sheet, step: steps.Remembered, at: Placed) -> None:
    row = sheet.records.get(at.record)
    if row is None:
        raise NoSuchRecord
    if step.erased:
        _erased(sheet, step, at)
    # Nobody's earlier yes is one any more: whose no it was is not known here.
    sheet.learn(at.record, replace(row.known, taken_back=at.position))


def _erased(sheet: Sheet, step: steps.Erased | steps.Remembered, at: Placed) -> None:
    row = sheet.records.get(at.record)
    if row is None:
        raise NoSuchRecord
    row.content_hash = None
    row.content = row.changed["content"] = None
    for journey in sheet.journeys_of(at.record).values():
        # Hashes of what its page was to say: what is short is guessed by trying.
        journey.approval = journey.intent = None
    sheet.learn(at.record, known_from({}))
    erase_texts(sheet.db, at.record, now=at.at)


OF_RECORDS: Mapping[type[Step], Projection] = {
    steps.Received: _received,
    steps.SetOut: _set_out,
    steps.ContentChanged: _content_changed,
    steps.Screened: _screened,
    steps.NotOurs: _not_ours,
    steps.ConcernAnswered: _concern_answered,
    steps.LabelApplied: _label_applied,
    steps.LabelRemoved: _label_removed,
    steps.NoticeApplied: _notice_applied,
    steps.NoticeRemoved: _notice_removed,
    steps.Held: _held,
    steps.Reported: _reported,
    steps.FlagAnswered: _flag_answered,
    steps.Remembered: _remembered,
    steps.Erased: _erased,
}
