"""What protects the places of stewards: a community alone fills and empties them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from knowledge_base import reach, steps, tables
from knowledge_base.inquiry import Inquiry
from knowledge_base.names import check_name
from knowledge_base.notes import Note
from knowledge_base.reach import Protection, joins, says_why
from knowledge_base.rights import Forbidden
from knowledge_base.season_days import check_days
from knowledge_base.steps import Voice
from knowledge_base.stewardship import (
    EVERYTHING,
    active_stewards,
    has_written_one,
    is_first_opening,
    matters_of,
    may_confirm,
    must_be_confirmed,
    standing_key,
    state_of_steward,
    takes_in,
    wished_for_one,
    written_down_by,
)


def _season_name(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.SeasonNamed)
    check_name(one.step.name)


def _invited(inquiry: Inquiry, one: Note) -> None:
    """Once a community is present nobody but its own stewards names another."""
    assert isinstance(one.step, steps.InvitationRecorded)
    _writes_invitations(inquiry, one, one.step.matters)
    if one.by.voice is not Voice.COMMUNITY:
        _other_hands(inquiry, one)


def _writes_invitations(inquiry: Inquiry, one: Note, matters: Sequence[str]) -> None:
    """An institution until the community is present, then its own stewards alone."""
    if one.by.voice is not Voice.COMMUNITY:
        if active_stewards(inquiry.db, one.record):
            raise Forbidden(one.step.kind, "its own stewards write down who is next.")
        return
    _own_community(inquiry, one)
    held = inquiry.matters(one.by.account or "", one.record) or ()
    if not takes_in(held, matters):
        raise Forbidden(one.step.kind, "nobody hands on more than she answers for.")


def _invitation_taken_back(inquiry: Inquiry, one: Note) -> None:
    """By whoever may write one down; where somebody has joined it is too late."""
    assert isinstance(one.step, steps.InvitationTakenBack)
    table = tables.invitations
    row = inquiry.db.execute(
        select(table).where(table.c.id == one.step.invitation)
    ).first()
    if row is None or row.used_by is not None or row.community_id != one.record:
        raise Forbidden(one.step.kind, "there is no such open invitation.")
    _writes_invitations(inquiry, one, row.matters)


class OtherHands(Forbidden):
    """One account would write down both of what lets somebody answer; nothing was."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            kind,
            "you have written down one part of this opening, and somebody else has to "
            "write down the other.",
        )


def _other_hands(inquiry: Inquiry, one: Note) -> None:
    """In a first opening no account writes down both of what lets somebody answer.

    Two invitations, or the wish that one is enough and one invitation: the software
    cannot tell one person with two browsers from two, but it can ask for two accounts.
    """
    db, account = inquiry.db, one.by.account or ""
    if not is_first_opening(db, one.record):
        return
    wished = account in wished_for_one(db, one.record)
    if wished or has_written_one(db, account, one.record):
        raise OtherHands(one.step.kind)


def _one_is_enough(inquiry: Inquiry, one: Note) -> None:
    if not (one.text or "").strip():
        raise Forbidden(one.step.kind, "a community's wish is written with evidence.")
    if not is_first_opening(inquiry.db, one.record):
        raise Forbidden(one.step.kind, "its own stewards confirm who is next.")
    _other_hands(inquiry, one)


def _community_added(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.CommunityAdded)
    if not one.step.needs_second:
        raise Forbidden(one.step.kind, "that one is enough is a step of its own.")


def _steward_joined(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.StewardJoined)
    if inquiry.roles(one.step.account):
        raise Forbidden(one.step.kind, "a role of an institution excludes it.")
    table = tables.invitations
    row = inquiry.db.execute(
        select(table).where(table.c.id == one.step.invitation)
    ).first()
    if row is None or row.used_by is not None or row.community_id != one.record:
        raise Forbidden(one.step.kind, "there is no such invitation.")
    if row.recorded_by == one.step.account:
        raise Forbidden(one.step.kind, "whoever recorded an invitation cannot join.")
    must_wait = must_be_confirmed(inquiry.db, one.record, written_by=row.recorded_by)
    if must_wait and not one.step.waits_for_second:
        raise Forbidden(one.step.kind, "a second person of the community confirms.")


def _steward_confirmed(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.StewardConfirmed)
    if one.by.party != one.record or one.by.account == one.step.account:
        raise Forbidden(one.step.kind, "a second person of the community confirms.")
    _from_state(inquiry, one, "waiting")
    wrote = {
        written_down_by(inquiry.db, account or "", one.record)
        for account in (one.by.account, one.step.account)
    }
    if is_first_opening(inquiry.db, one.record) and len(wrote) < 2:
        raise Forbidden(one.step.kind, "two accounts write the first two down.")


def _from_state(inquiry: Inquiry, one: Note, *states: str) -> None:
    account = getattr(one.step, "account", "")
    if state_of_steward(inquiry.db, account, one.record) not in states:
        raise Forbidden(one.step.kind, f"only for whoever is {' or '.join(states)}.")


def _key_made(inquiry: Inquiry, one: Note) -> None:
    """By whoever confirms newcomers: with the key the community does so itself."""
    _own_community(inquiry, one)
    if not may_confirm(inquiry.db, one.by.account or "", one.record):
        raise Forbidden(one.step.kind, "it needs a steward who answers for everything.")


def _confirmed_by_key(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.ConfirmedByKey)
    used = [x for x in inquiry.notes if isinstance(x.step, steps.ConfirmedByKey)]
    if not joins(inquiry, one.step.account, one.record) or len(used) > 1:
        raise Forbidden(one.step.kind, "the key is used once, with an invitation.")
    key = standing_key(inquiry.db, one.record)
    if key is None or key.mark != one.step.mark:
        raise Forbidden(one.step.kind, "it is not the community's key.")


def _lifted(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.SuspensionLifted)
    _own_community(inquiry, one)
    _for_everything(inquiry, one)
    _from_state(inquiry, one, "suspended")
    if one.by.account == one.step.account:
        raise Forbidden(one.step.kind, "nobody lifts her own suspension.")


def _steward_left(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.StewardLeft)
    _own_community(inquiry, one)
    if one.by.account != one.step.account:
        raise Forbidden(one.step.kind, "only she herself leaves.")
    _from_state(inquiry, one, "waiting", "active")


def _own_community(inquiry: Inquiry, one: Note) -> None:
    if one.by.voice is Voice.COMMUNITY and one.by.party != one.record:
        raise Forbidden(one.step.kind, "each community keeps its own affairs.")


def _suspended(inquiry: Inquiry, one: Note) -> None:
    """Whoever answers for one matter shuts nobody out who answers for more."""
    assert isinstance(one.step, steps.StewardSuspended)
    _from_state(inquiry, one, "waiting", "active")
    if one.by.voice is not Voice.COMMUNITY:
        return
    hers = inquiry.matters(one.by.account or "", one.record) or ()
    if not takes_in(hers, matters_of(inquiry.db, one.step.account, one.record)):
        raise Forbidden(one.step.kind, "she answers for more than you do.")


def _for_everything(inquiry: Inquiry, one: Note) -> None:
    """What opens for a whole community is for whoever answers for all of it."""
    hers = inquiry.matters(one.by.account or "", one.record) or ()
    if EVERYTHING not in hers:
        raise Forbidden(one.step.kind, "it needs a steward who answers for everything.")


def _has_words(inquiry: Inquiry, one: Note) -> None:
    """A list whose words were left out would find nothing, and say that it did."""
    if one.text is None:
        raise Forbidden(one.step.kind, "a list is given with its words.")


def _opens_a_season(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.SeasonTurned)
    if one.step.is_open:  # closing only tightens: every steward may
        _for_everything(inquiry, one)


def _days_of_a_season(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.SeasonDated)
    check_days(one.step)


def _own_season(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.SeasonTurned | steps.SeasonDated)
    table = tables.seasons
    whose = inquiry.db.scalar(
        select(table.c.community_id).where(table.c.id == one.step.season)
    )
    if whose != one.record:
        raise Forbidden(one.step.kind, "a season is its community's own.")


PROTECTIONS: Mapping[type[steps.Step], tuple[Protection, ...]] = {
    **reach.PROTECTIONS,
    steps.CommunityAdded: (_community_added,),
    steps.OneIsEnough: (_one_is_enough,),
    steps.InvitationRecorded: (_invited,),
    steps.InvitationTakenBack: (_invitation_taken_back,),
    steps.StewardJoined: (_steward_joined,),
    steps.StewardConfirmed: (_steward_confirmed,),
    steps.ConfirmedByKey: (_confirmed_by_key,),
    steps.KeyMade: (_key_made,),
    steps.SuspensionLifted: (_lifted,),
    steps.StewardSuspended: (_own_community, _suspended, says_why),
    steps.StewardLeft: (_steward_left,),
    # Whoever gives a list also takes words out of it, which lets records through.
    steps.WordsListed: (_own_community, _for_everything, _has_words),
    steps.SeasonNamed: (_own_community, _for_everything, _season_name),
    steps.SeasonDated: (
        *(_own_community, _own_season, _for_everything, _days_of_a_season),
    ),
    steps.SeasonTurned: (_own_community, _own_season, _opens_a_season),
}
