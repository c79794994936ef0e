"""What can happen to a record, a community or an account, each as a frozen value.

A step's body holds codes, ids and hashes; whatever a person wrote travels beside it
as a text under a commitment, so that it can be erased without touching the step.
Stored bodies are never rewritten: a kind that changes its shape gets a new version
and keeps a reader for each version it ever had.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from knowledge_base.steps.accounts import (
    AccountAdded,
    AccountReset,
    AccountSuspended,
    LinkMade,
    PasswordSet,
    RoleGiven,
    RoleTaken,
    SignedOutEverywhere,
)
from knowledge_base.steps.answers import (
    Answered,
    Approved,
    Asked,
    FlagAnswered,
    Held,
    Refused,
    Reported,
)
from knowledge_base.steps.arrivals import (
    ContentChanged,
    FirstScreened,
    Proposed,
    Received,
    Screened,
    SeenFinding,
    SetOut,
)
from knowledge_base.steps.journeys import (
    Changed,
    Closed,
    Erased,
    Intended,
    Lapsed,
    Narrowed,
    NotSaved,
    Remembered,
    Reopened,
    Saved,
    StubSaved,
    WithdrawalAsked,
    Withdrawn,
)
from knowledge_base.steps.keys import (
    MasterKeyTurned,
    SealingKeyCopied,
    SealingKeyTurned,
)
from knowledge_base.steps.parties import (
    CommunityAdded,
    ConfirmedByKey,
    InvitationRecorded,
    InvitationTakenBack,
    KeyMade,
    OneIsEnough,
    SeasonDated,
    SeasonNamed,
    SeasonTurned,
    StewardConfirmed,
    StewardJoined,
    StewardLeft,
    StewardSuspended,
    SuspensionLifted,
    WordsListed,
)
from knowledge_base.steps.statements import (
    ConcernAnswered,
    LabelApplied,
    LabelRemoved,
    NoticeApplied,
    NoticeRemoved,
    NotOurs,
    WordsGiven,
)
from knowledge_base.steps.step import (
    ANYONE,
    SOFTWARE,
    Actor,
    Step,
    Voice,
)

__all__ = [
    "ANYONE",
    "AccountAdded",
    "AccountReset",
    "AccountSuspended",
    "Actor",
    "Answered",
    "Approved",
    "Asked",
    "Changed",
    "Closed",
    "CommunityAdded",
    "ConcernAnswered",
    "ConfirmedByKey",
    "ContentChanged",
    "Erased",
    "FirstScreened",
    "FlagAnswered",
    "Held",
    "Intended",
    "InvitationRecorded",
    "InvitationTakenBack",
    "KINDS",
    "KeyMade",
    "LabelApplied",
    "LabelRemoved",
    "Lapsed",
    "LinkMade",
    "MasterKeyTurned",
    "Narrowed",
    "NotOurs",
    "NotSaved",
    "NoticeApplied",
    "NoticeRemoved",
    "OneIsEnough",
    "PasswordSet",
    "Proposed",
    "Received",
    "Refused",
    "Remembered",
    "Reopened",
    "Reported",
    "RoleGiven",
    "RoleTaken",
    "SOFTWARE",
    "Saved",
    "Screened",
    "SealingKeyCopied",
    "SealingKeyTurned",
    "SeasonDated",
    "SeasonNamed",
    "SeasonTurned",
    "SeenFinding",
    "SetOut",
    "SignedOutEverywhere",
    "Step",
    "StewardConfirmed",
    "StewardJoined",
    "StewardLeft",
    "StewardSuspended",
    "StubSaved",
    "SuspensionLifted",
    "Voice",
    "WithdrawalAsked",
    "Withdrawn",
    "WordsGiven",
    "WordsListed",
    "body_of",
    "read_step",
]

KINDS: Mapping[tuple[str, int], type[Step]] = {
    (step.kind, step.version): step for step in Step.__subclasses__()
}


def body_of(step: Step) -> dict[str, Any]:
    """The step as plain JSON values, as it is stored."""
    body: dict[str, Any] = msgspec.to_builtins(step)
    return body


def read_step(kind: str, version: int, body: Mapping[str, Any]) -> Step:
    """The stored step as a value; raises `KeyError` for a kind never known."""
    return msgspec.convert(body, type=KINDS[kind, version])
