"""Accounts: added, given a role, let in, shut out."""

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
