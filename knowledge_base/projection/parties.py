"""What a step changes in communities, their stewards and seasons, and in accounts."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, update

from knowledge_base import steps, tables
from knowledge_base.identity import mark_of
from knowledge_base.names import likeness
from knowledge_base.projection.placed import AlreadyKnown, Placed, Projection
from knowledge_base.sheet import Sheet
from knowledge_base.steps import Step


def _community_added(sheet: Sheet, step: steps.CommunityAdded, at: Placed) -> None:
    sheet.add(
        tables.communities,
        id=at.record,
        part_of=step.part_of,
        needs_second=step.needs_second,
        state="named",
    )


def _one_is_enough(sheet: Sheet, step: steps.OneIsEnough, at: Placed) -> None:
    table = tables.communities
    sheet.db.execute(
        update(table).where(table.c.id == at.record).values(needs_second=False)
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


def _invitation_taken_back(
    sheet: Sheet, step: steps.InvitationTakenBack, at: Placed
) -> None:
    # Its mark may be written down anew, by other hands; the history keeps both.
    table = tables.invitations
    sheet.db.execute(delete(table).where(table.c.id == step.invitation))


def _steward_confirmed(
    sheet: Sheet,
    step: steps.StewardConfirmed | steps.SuspensionLifted,
    at: Placed,
) -> None:
    _turn_steward(sheet, at.record, step.account, "active")
    _present(sheet, at.record)


def _confirmed_by_key(sheet: Sheet, step: steps.ConfirmedByKey, at: Placed) -> None:
    # She joins in the same breath: her row is gathered and not yet written.
    for row in sheet.inserts.get(tables.stewards, ()):
        if (row["account_id"], row["community_id"]) == (step.account, at.record):
            row["state"] = "active"
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


def _words_listed(sheet: Sheet, step: steps.WordsListed, at: Placed) -> None:
    table = tables.word_lists
    stands = {
        "content": at.commitment,
        "next_number": step.next_number,
        "step": at.position,
        "was_unreadable": False,
    }
    mine = update(table).where(table.c.community_id == at.record)
    if sheet.db.execute(mine.values(**stands)).rowcount == 0:
        sheet.add(table, community_id=at.record, **stands)


def _season_named(sheet: Sheet, step: steps.SeasonNamed, at: Placed) -> None:
    sheet.add(tables.seasons, id=step.season, community_id=at.record, name=step.name)


def _season_dated(sheet: Sheet, step: steps.SeasonDated, at: Placed) -> None:
    """Its days open it, as far as they go; without them it is closed until a word."""
    table, has_days = tables.seasons, bool(step.opens)
    days = {"opens": step.opens or None, "closes": step.closes or None}
    sheet.db.execute(
        update(table)
        .where(table.c.id == step.season)
        .values(is_open=has_days, zone=step.zone or None, **days)
    )


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
        likeness=mark_of(likeness(step.name)),
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


OF_PARTIES: Mapping[type[Step], Projection] = {
    steps.CommunityAdded: _community_added,
    steps.OneIsEnough: _one_is_enough,
    steps.InvitationRecorded: _invitation_recorded,
    steps.InvitationTakenBack: _invitation_taken_back,
    steps.StewardJoined: _steward_joined,
    steps.StewardConfirmed: _steward_confirmed,
    steps.ConfirmedByKey: _confirmed_by_key,
    steps.SuspensionLifted: _steward_confirmed,
    steps.StewardSuspended: _steward_suspended,
    steps.StewardLeft: _steward_left,
    steps.WordsListed: _words_listed,
    steps.SeasonNamed: _season_named,
    steps.SeasonDated: _season_dated,
    steps.SeasonTurned: _season_turned,
    steps.AccountAdded: _account_added,
    steps.RoleGiven: _role_given,
    steps.RoleTaken: _role_taken,
    steps.AccountSuspended: _account_suspended,
}
