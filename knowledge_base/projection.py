"""What each kind of step changes in the tables that stand beside the history.

One small function per kind; a kind without one changes nothing but the history.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, insert, update

from knowledge_base import steps, tables
from knowledge_base.erasure import erase_texts
from knowledge_base.journeys import State
from knowledge_base.known import KnownConcern, KnownFlag, KnownLabel, known_from
from knowledge_base.pages import choose_title
from knowledge_base.records import NoSuchRecord
from knowledge_base.sheet import RecordRow, Sheet
from knowledge_base.steps import Actor, Step
from policies.errors import WithcareError

ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Placed:
    """A step at its place in the chain."""

    record: str
    position: int
    by: Actor
    at: datetime
    text: str | None
    commitment: str | None


class AlreadyKnown(WithcareError):
    """Something new has the name of something that is there; nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is already there; choose another name or load it.")


def _received(sheet: Sheet, step: steps.Received, at: Placed) -> None:
    if at.record in sheet.records:
        raise AlreadyKnown(f"Record {at.record}")
    content = msgspec.json.decode(at.text or "{}", type=dict[str, tuple[str, ...]])
    sheet.records[at.record] = RecordRow(
        length=0,
        known=known_from(content),
        kind=step.record_kind,
        collection=step.collection,
        content_hash=step.content_hash,
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
    known = replace(row.known, fields=fresh.fields, licences=fresh.licences)
    concern = known.concern
    if step.concerns and (concern.answer == "nobody" or concern.is_doubted):
        # Who it concerns may be another now: "nobody" was said of something else.
        fresh_concern = KnownConcern(is_doubted=concern.is_doubted)
        known = replace(known, concern=fresh_concern)
    row.content_hash = step.content_hash
    row.changed["content"] = at.commitment
    sheet.learn(at.record, replace(known, findings=None))


def _screened(sheet: Sheet, step: steps.Screened, at: Placed) -> None:
    known = sheet.records[at.record].known
    sheet.learn(at.record, replace(known, findings=step.findings))


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
        text_hash=step.text_hash,
        season=step.season,
        attribution=words.get("attribution"),
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


def _words_given(sheet: Sheet, step: steps.WordsGiven, at: Placed) -> None:
    table = tables.own_words
    sheet.db.execute(
        delete(table).where(
            table.c.record_id == at.record,
            table.c.party == step.party,
            table.c.field == step.field,
            table.c.language == step.language,
        )
    )
    sheet.add(
        table,
        record_id=at.record,
        party=step.party,
        field=step.field,
        language=step.language,
        instead=step.instead,
        content=at.commitment,
        step=at.position,
    )
    sheet.records[at.record].facts_changed = True


def _answered(sheet: Sheet, step: steps.Answered, at: Placed) -> None:
    _narrow_the_general(sheet, step, at)
    table = tables.words
    # A judgement is superseded, never overwritten.
    sheet.db.execute(
        update(table)
        .where(
            table.c.record_id == at.record,
            table.c.party == step.party,
            table.c.superseded_by.is_(None),
            (table.c.destination == step.destination) | (step.destination == ANYWHERE),
        )
        .values(superseded_by=at.position)
    )
    sheet.db.execute(
        insert(table).values(
            record_id=at.record,
            party=step.party,
            says=step.says,
            destination=step.destination,
            purposes=list(step.purposes),
            visibility=step.visibility,
            since=step.since.isoformat(),
            until=None if step.until is None else step.until.isoformat(),
            informed=step.informed,
            about=step.about,
            said_by=at.by.account or "",
            step=at.position,
        )
    )
    sheet.records[at.record].facts_changed = True


def _narrow_the_general(sheet: Sheet, step: steps.Answered, at: Placed) -> None:
    """What was said for everywhere stands on for every other destination.

    Somebody who says no everywhere and later yes to one place has not said yes to
    the rest.
    """
    if step.destination == ANYWHERE:
        return
    table = tables.words
    general = sheet.db.execute(
        table.select().where(
            table.c.record_id == at.record,
            table.c.party == step.party,
            table.c.destination == ANYWHERE,
            table.c.superseded_by.is_(None),
        )
    ).mappings()
    for row in general.all():
        sheet.db.execute(
            update(table)
            .where(table.c.id == row["id"])
            .values(superseded_by=at.position)
        )
        for destination in sheet.journeys_of(at.record).keys() - {step.destination}:
            kept = {name: row[name] for name in row if name != "id"}
            sheet.db.execute(insert(table).values(kept | {"destination": destination}))


def _proposed(sheet: Sheet, step: steps.Proposed, at: Placed) -> None:
    if at.text is not None:
        choose_title(sheet.db, at.record, step.destination, at.text)


def _approved(sheet: Sheet, step: steps.Approved | steps.Reopened, at: Placed) -> None:
    journey = sheet.journeys_of(at.record)[step.destination]
    journey.approval = steps.body_of(step) | {"position": at.position}


def _intended(sheet: Sheet, step: steps.Intended, at: Placed) -> None:
    journey = sheet.journeys_of(at.record)[step.destination]
    journey.intent = steps.body_of(step)


def _saved(sheet: Sheet, step: steps.Saved, at: Placed) -> None:
    journey = sheet.journeys_of(at.record)[step.destination]
    journey.intent, journey.was_saved = None, True


def _not_saved(sheet: Sheet, step: steps.NotSaved, at: Placed) -> None:
    sheet.journeys_of(at.record)[step.destination].intent = None


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


def _erased(sheet: Sheet, step: steps.Erased, at: Placed) -> None:
    row = sheet.records.get(at.record)
    if row is None:
        raise NoSuchRecord
    row.content_hash = None
    row.changed["content"] = None
    sheet.learn(at.record, known_from({}))
    erase_texts(sheet.db, at.record, now=at.at)


def _community_added(sheet: Sheet, step: steps.CommunityAdded, at: Placed) -> None:
    sheet.add(
        tables.communities,
        id=at.record,
        part_of=step.part_of,
        needs_second=step.needs_second,
        state="named",
    )


def _invitation_recorded(
    sheet: Sheet, step: steps.InvitationRecorded, at: Placed
) -> None:
    sheet.add(
        tables.invitations,
        id=step.invitation,
        community_id=at.record,
        half_mark=step.half_mark,
        matters=list(step.matters),
        recorded_by=at.by.account,
        expires=at.at + timedelta(days=step.days),
    )


def _steward_confirmed(sheet: Sheet, step: steps.StewardConfirmed, at: Placed) -> None:
    _turn_steward(sheet, at.record, step.account, "active")
    _present(sheet, at.record)


def _steward_suspended(sheet: Sheet, step: steps.StewardSuspended, at: Placed) -> None:
    _turn_steward(sheet, at.record, step.account, "suspended")


def _steward_left(sheet: Sheet, step: steps.StewardLeft, at: Placed) -> None:
    _turn_steward(sheet, at.record, step.account, "left")


def _turn_steward(sheet: Sheet, community: str, account: str, state: str) -> None:
    table = tables.stewards
    sheet.db.execute(
        update(table)
        .where(table.c.community_id == community, table.c.account_id == account)
        .values(state=state, since=sheet.now)
    )


def _present(sheet: Sheet, community: str) -> None:
    table = tables.communities
    sheet.db.execute(
        update(table).where(table.c.id == community).values(state="present")
    )


def _steward_joined(sheet: Sheet, step: steps.StewardJoined, at: Placed) -> None:
    table = tables.invitations
    invitation = sheet.db.execute(
        update(table)
        .where(table.c.id == step.invitation, table.c.used_by.is_(None))
        .values(used_by=step.account)
    )
    if invitation.rowcount != 1:
        raise AlreadyKnown(f"An answer to invitation {step.invitation}")
    row = sheet.db.execute(table.select().where(table.c.id == step.invitation)).one()
    sheet.add(
        tables.stewards,
        account_id=step.account,
        community_id=at.record,
        matters=row.matters,
        state="waiting" if step.waits_for_second else "active",
        invited_by=row.recorded_by,
        since=at.at,
    )
    if not step.waits_for_second:
        _present(sheet, at.record)


def _season_named(sheet: Sheet, step: steps.SeasonNamed, at: Placed) -> None:
    sheet.add(tables.seasons, id=step.season, community_id=at.record, name=step.name)


def _season_turned(sheet: Sheet, step: steps.SeasonTurned, at: Placed) -> None:
    table = tables.seasons
    sheet.db.execute(
        update(table).where(table.c.id == step.season).values(is_open=step.is_open)
    )


def _account_added(sheet: Sheet, step: steps.AccountAdded, at: Placed) -> None:
    sheet.add(
        tables.accounts,
        id=at.record,
        name=step.name,
        password=None,
        is_suspended=False,
        length=0,
        created_at=at.at,
    )


def _role_given(sheet: Sheet, step: steps.RoleGiven, at: Placed) -> None:
    sheet.add(
        tables.roles,
        account_id=at.record,
        role=step.role,
        institution_id=step.institution,
    )


def _role_taken(sheet: Sheet, step: steps.RoleTaken, at: Placed) -> None:
    table = tables.roles
    sheet.db.execute(
        delete(table).where(
            table.c.account_id == at.record,
            table.c.role == step.role,
            table.c.institution_id == step.institution,
        )
    )


def _account_suspended(sheet: Sheet, step: steps.AccountSuspended, at: Placed) -> None:
    table = tables.accounts
    sheet.db.execute(
        update(table).where(table.c.id == at.record).values(is_suspended=True)
    )


Projection = Callable[[Sheet, Step, Placed], None]

PROJECTIONS: Mapping[type[Step], Callable[..., None]] = {
    steps.Received: _received,
    steps.SetOut: _set_out,
    steps.ContentChanged: _content_changed,
    steps.Screened: _screened,
    steps.ConcernAnswered: _concern_answered,
    steps.LabelApplied: _label_applied,
    steps.LabelRemoved: _label_removed,
    steps.NoticeApplied: _notice_applied,
    steps.NoticeRemoved: _notice_removed,
    steps.WordsGiven: _words_given,
    steps.Answered: _answered,
    steps.Proposed: _proposed,
    steps.Approved: _approved,
    steps.Reopened: _approved,
    steps.Intended: _intended,
    steps.Saved: _saved,
    steps.NotSaved: _not_saved,
    steps.Held: _held,
    steps.Reported: _reported,
    steps.FlagAnswered: _flag_answered,
    steps.Erased: _erased,
    steps.CommunityAdded: _community_added,
    steps.InvitationRecorded: _invitation_recorded,
    steps.StewardJoined: _steward_joined,
    steps.StewardConfirmed: _steward_confirmed,
    steps.StewardSuspended: _steward_suspended,
    steps.StewardLeft: _steward_left,
    steps.SeasonNamed: _season_named,
    steps.SeasonTurned: _season_turned,
    steps.AccountAdded: _account_added,
    steps.RoleGiven: _role_given,
    steps.RoleTaken: _role_taken,
    steps.AccountSuspended: _account_suspended,
}


def project(sheet: Sheet, step: Step, at: Placed) -> None:
    """Changes the sheet as the step says; the row's history length grows by one."""
    projection = PROJECTIONS.get(type(step))
    if projection is not None:
        projection(sheet, step, at)
    sheet.grow(at.record)
