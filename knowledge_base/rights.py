"""The one table of rights: which step may be taken in whose name, and by whom.

An administrator appoints, replaces, impersonates or resets no steward: there is no
row here, and so no route and no command, by which anybody could. The one emergency
power over a steward is to suspend, which only tightens.
"""

from collections.abc import Mapping
from enum import StrEnum

from knowledge_base import steps
from knowledge_base.steps import Step, Voice
from policies.errors import WithcareError


class Role(StrEnum):
    """What an account may be given. Nobody can give the role of a steward."""

    VIEWER = "viewer"
    ARCHIVIST = "archivist"
    OPERATOR = "operator"


class Forbidden(WithcareError):
    """The actor may not take this step; nothing was written."""

    def __init__(self, kind: str, why: str) -> None:
        self.kind = kind
        super().__init__(f"The step {kind!r} is not yours to take: {why}")


# For each voice, the role its account must hold; a steward is asked for apart.
NEEDED_ROLE: Mapping[Voice, Role] = {
    Voice.INSTITUTION: Role.ARCHIVIST,
    Voice.OPERATOR: Role.OPERATOR,
}

RIGHTS: Mapping[type[Step], frozenset[Voice]] = {
    steps.Received: frozenset({Voice.SOFTWARE, Voice.INSTITUTION, Voice.OPERATOR}),
    steps.SetOut: frozenset({Voice.SOFTWARE, Voice.INSTITUTION}),
    steps.ContentChanged: frozenset(
        {Voice.SOFTWARE, Voice.INSTITUTION, Voice.OPERATOR}
    ),
    steps.Screened: frozenset({Voice.SOFTWARE}),
    steps.FirstScreened: frozenset(),  # an earlier version, which is only read
    steps.Proposed: frozenset({Voice.SOFTWARE}),
    steps.ConcernAnswered: frozenset({Voice.INSTITUTION, Voice.COMMUNITY}),
    steps.NotOurs: frozenset({Voice.COMMUNITY}),
    steps.LabelApplied: frozenset({Voice.COMMUNITY}),
    steps.LabelRemoved: frozenset({Voice.COMMUNITY}),
    steps.NoticeApplied: frozenset({Voice.INSTITUTION}),
    steps.NoticeRemoved: frozenset({Voice.INSTITUTION}),
    steps.WordsGiven: frozenset({Voice.COMMUNITY, Voice.OWN}),
    steps.Answered: frozenset({Voice.COMMUNITY, Voice.INSTITUTION, Voice.OWN}),
    steps.Approved: frozenset({Voice.COMMUNITY, Voice.INSTITUTION, Voice.OWN}),
    steps.Refused: frozenset({Voice.COMMUNITY, Voice.INSTITUTION, Voice.OWN}),
    steps.Asked: frozenset({Voice.COMMUNITY, Voice.INSTITUTION}),
    steps.Held: frozenset(
        {Voice.COMMUNITY, Voice.INSTITUTION, Voice.OWN, Voice.ANYONE}
    ),
    steps.FlagAnswered: frozenset({Voice.COMMUNITY, Voice.INSTITUTION}),
    steps.Reported: frozenset({Voice.ANYONE, Voice.INSTITUTION, Voice.COMMUNITY}),
    steps.Lapsed: frozenset({Voice.SOFTWARE}),
    steps.Intended: frozenset({Voice.SOFTWARE}),
    steps.Saved: frozenset({Voice.SOFTWARE}),
    steps.NotSaved: frozenset({Voice.SOFTWARE}),
    steps.Changed: frozenset({Voice.SOFTWARE}),
    steps.Closed: frozenset({Voice.SOFTWARE}),
    steps.StubSaved: frozenset({Voice.SOFTWARE}),
    steps.Narrowed: frozenset({Voice.SOFTWARE}),
    steps.Reopened: frozenset({Voice.COMMUNITY, Voice.INSTITUTION, Voice.OWN}),
    steps.WithdrawalAsked: frozenset({Voice.COMMUNITY, Voice.INSTITUTION, Voice.OWN}),
    steps.Withdrawn: frozenset({Voice.SOFTWARE}),
    steps.Remembered: frozenset({Voice.SOFTWARE}),
    steps.Erased: frozenset({Voice.INSTITUTION, Voice.COMMUNITY}),
    steps.CommunityAdded: frozenset({Voice.OPERATOR, Voice.INSTITUTION}),
    steps.OneIsEnough: frozenset({Voice.OPERATOR, Voice.INSTITUTION}),
    # Where a community is present its own stewards alone; `seats` sees to that.
    steps.InvitationRecorded: frozenset(
        {Voice.OPERATOR, Voice.INSTITUTION, Voice.COMMUNITY}
    ),
    steps.InvitationTakenBack: frozenset(
        {Voice.OPERATOR, Voice.INSTITUTION, Voice.COMMUNITY}
    ),
    # Whoever holds the secret half of an invitation joins by it; nobody else can.
    steps.StewardJoined: frozenset({Voice.ANYONE}),
    steps.StewardConfirmed: frozenset({Voice.COMMUNITY}),
    steps.KeyMade: frozenset({Voice.COMMUNITY}),
    # Whoever holds the community's own key as well as her half; nobody else can.
    steps.ConfirmedByKey: frozenset({Voice.ANYONE}),
    steps.SuspensionLifted: frozenset({Voice.COMMUNITY}),
    steps.StewardSuspended: frozenset({Voice.OPERATOR, Voice.COMMUNITY}),
    steps.StewardLeft: frozenset({Voice.COMMUNITY}),
    steps.WordsListed: frozenset({Voice.COMMUNITY}),
    steps.SeasonNamed: frozenset({Voice.COMMUNITY}),
    steps.SeasonDated: frozenset({Voice.COMMUNITY}),
    steps.SeasonTurned: frozenset({Voice.COMMUNITY}),
    steps.AccountAdded: frozenset({Voice.OPERATOR, Voice.ANYONE, Voice.SOFTWARE}),
    steps.RoleGiven: frozenset({Voice.OPERATOR, Voice.SOFTWARE}),
    steps.RoleTaken: frozenset({Voice.OPERATOR}),
    steps.LinkMade: frozenset({Voice.OPERATOR, Voice.OWN, Voice.SOFTWARE}),
    steps.AccountSuspended: frozenset({Voice.OPERATOR}),
    steps.AccountReset: frozenset({Voice.OPERATOR}),
    steps.PasswordSet: frozenset({Voice.OWN}),
    steps.SealingKeyTurned: frozenset({Voice.OPERATOR}),
    steps.SealingKeyCopied: frozenset({Voice.OPERATOR}),
    steps.MasterKeyTurned: frozenset({Voice.OPERATOR}),
    steps.SignedOutEverywhere: frozenset({Voice.OWN}),
}
