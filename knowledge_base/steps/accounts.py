"""Accounts: added, given a role, let in, shut out; and how they guard themselves."""

from dataclasses import dataclass

from knowledge_base.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAdded(Step):
    kind = "account-added"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(Step):
    kind = "role-given"
    role: str
    institution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTaken(Step):
    kind = "role-taken"
    role: str
    institution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade(Step):
    kind = "link-made"
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSuspended(Step):
    kind = "account-suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(Step):
    """A person chose her password; every other way in ended with it."""

    kind = "password-set"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutEverywhere(Step):
    """A person ended every sign-in of hers, and every link that was not used."""

    kind = "signed-out-everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReset(Step):
    """An operator made a new way in for somebody who had none; never a steward's."""

    kind = "account-reset"
