"""Whether the actor of a step stands where the step says: the table of rights, asked.

Nothing here loosens: each check can only refuse. What a step needs beyond the voice
it is taken in stands in `protections`.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from knowledge_base import steps
from knowledge_base.inquiry import Inquiry
from knowledge_base.notes import Note
from knowledge_base.protections import PROTECTIONS
from knowledge_base.rights import NEEDED_ROLE, RIGHTS, Forbidden
from knowledge_base.steps import Voice
from knowledge_base.stewardship import covers, may_confirm
from knowledge_base.traces import is_related
from policies.purposes import Purpose


def check(db: Connection, notes: Sequence[Note]) -> None:
    """Raises `Forbidden` for the first note that is not its actor's to take."""
    inquiry = Inquiry(db, notes)
    for one in notes:
        if one.by.voice not in RIGHTS[type(one.step)]:
            raise Forbidden(one.step.kind, "nobody may take it in that name.")
        _BY_VOICE[one.by.voice](inquiry, one)
        for protects in PROTECTIONS.get(type(one.step), ()):
            protects(inquiry, one)


def _software(inquiry: Inquiry, one: Note) -> None:
    if one.by.account is not None:
        raise Forbidden(one.step.kind, "software signs with no person's account.")


def _anyone(inquiry: Inquiry, one: Note) -> None:
    if one.by.account is not None:
        raise Forbidden(one.step.kind, "a report carries no account.")


def _with_role(inquiry: Inquiry, one: Note) -> None:
    role = NEEDED_ROLE[one.by.voice]
    scopes = inquiry.reach(one.by.account or "", role)
    # A record of no institution is reached by a role for all of them alone.
    if "" in scopes or inquiry.institution(one.record) in scopes:
        return
    if scopes and _is_of_no_house(inquiry, one):
        return
    raise Forbidden(one.step.kind, f"it needs the role of an {role.value} here.")


# A community belongs to no institution, and any of them may write down that it is
# there, and whom it named. How far an operator's hand reaches into accounts is
# weighed in `seats`, by the roles of the account itself.
_OF_NO_HOUSE = (
    steps.CommunityAdded,
    steps.InvitationRecorded,
    steps.AccountAdded,
    steps.RoleGiven,
    steps.RoleTaken,
    steps.LinkMade,
    steps.AccountReset,
    steps.AccountSuspended,
)


def _is_of_no_house(inquiry: Inquiry, one: Note) -> bool:
    if not isinstance(one.step, steps.Received):
        return isinstance(one.step, _OF_NO_HOUSE)
    return any(
        isinstance(other.step, steps.CommunityAdded) and other.record == one.record
        for other in inquiry.notes
    )


def _institution(inquiry: Inquiry, one: Note) -> None:
    _with_role(inquiry, one)
    if one.by.reason is None:
        raise Forbidden(one.step.kind, "an institution gives its reason.")


def _community(inquiry: Inquiry, one: Note) -> None:
    account, party = one.by.account, one.by.party
    if account is None or party is None:
        raise Forbidden(one.step.kind, "a community's word has a person.")
    if _speaker(one.step) not in (None, party):
        raise Forbidden(one.step.kind, "one party does not speak for another.")
    if isinstance(one.step, steps.StewardConfirmed):
        if not may_confirm(inquiry.db, account, party):
            raise Forbidden(one.step.kind, "a second person of the community confirms.")
        return
    if isinstance(one.step, steps.StewardLeft):
        return  # whoever waits may leave too; `seats` sees that it is she herself
    matters = inquiry.matters(account, party)
    if matters is None and _only_tightens(one.step, party):
        matters = inquiry.waiting_matters(account, party)
    if matters is None:
        raise Forbidden(one.step.kind, "only a steward of that community may.")
    if isinstance(one.step, _AFFAIRS):
        return  # `seats` says for which of them she needs to answer for everything
    collection = inquiry.record(one.record).collection
    if not covers(matters, one.record, collection):
        raise Forbidden(one.step.kind, "this matter is another steward's.")
    needs_relation = isinstance(one.step, _OF_WHOM_IT_CONCERNS)
    if needs_relation and not is_related(inquiry, one.record, party):
        raise Forbidden(one.step.kind, "it does not concern that community.")


def _only_tightens(step: steps.Step, party: str) -> bool:
    """What may be said before a second person has confirmed the first.

    A no to everything, a withdrawal, a flag that lets nobody else see the record.
    """
    match step:
        case steps.Answered(says="no", destination="*", purposes=purposes):
            return {*purposes} == {purpose.value for purpose in Purpose}
        case steps.Held(party=waits_for):
            return waits_for in (None, party)
        case _:
            return isinstance(step, steps.Refused | steps.WithdrawalAsked)


# A community's own affairs, which are no matter of one record or collection.
_AFFAIRS = (
    steps.InvitationRecorded,
    steps.InvitationTakenBack,
    steps.StewardSuspended,
    steps.SuspensionLifted,
    steps.KeyMade,
    steps.WordsListed,
    steps.SeasonNamed,
    steps.SeasonDated,
    steps.SeasonTurned,
)

# Anybody's steward may tighten: say "us too", put on a label, raise a flag. What
# answers for a record, or takes it away, is for those whom it concerns.
_OF_WHOM_IT_CONCERNS = (
    steps.Answered,
    steps.Approved,
    steps.Refused,
    steps.Reopened,
    steps.WithdrawalAsked,
    steps.WordsGiven,
    steps.Erased,
)


def _speaker(step: steps.Step) -> str | None:
    """The party in whose name the step is said, if it names one."""
    if isinstance(step, steps.Asked | steps.Held):
        return None  # here the party is the one that is to answer
    party: str | None = getattr(step, "party", None)
    return party or getattr(step, "community", None)


def _own(inquiry: Inquiry, one: Note) -> None:
    if one.by.account is None or one.record != one.by.account:
        raise Forbidden(one.step.kind, "a person's own words are her own.")


_BY_VOICE: Mapping[Voice, Callable[[Inquiry, Note], None]] = {
    Voice.SOFTWARE: _software,
    Voice.ANYONE: _anyone,
    Voice.INSTITUTION: _institution,
    Voice.OPERATOR: _with_role,
    Voice.COMMUNITY: _community,
    Voice.OWN: _own,
}
