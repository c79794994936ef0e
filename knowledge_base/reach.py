"""What protects accounts: who makes one, gives it a role, lets it in, shuts it out.

An operator reaches no further than her own institution, and never into a steward's.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, Table, func, select

from knowledge_base import steps, tables
from knowledge_base.inquiry import Inquiry
from knowledge_base.names import check_account_name
from knowledge_base.notes import Note
from knowledge_base.rights import Forbidden, Role
from knowledge_base.steps import Voice

Protection = Callable[[Inquiry, Note], None]


def _first_account_only(inquiry: Inquiry, one: Note) -> None:
    """Software may make the very first account, so that there is an operator."""
    if one.by.voice is Voice.SOFTWARE and _count(inquiry.db, tables.roles):
        raise Forbidden(one.step.kind, "accounts are made by an operator.")
    if one.by.voice is Voice.ANYONE and not joins(inquiry, one.record):
        raise Forbidden(one.step.kind, "an account is made by joining or by request.")


def _account_name(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.AccountAdded)
    check_account_name(one.step.name)


def _count(db: Connection, table: Table) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def _others_hold_roles(inquiry: Inquiry, account: str) -> bool:
    table = tables.roles
    found = select(table.c.account_id).where(table.c.account_id != account)
    return inquiry.db.execute(found).first() is not None


def joins(inquiry: Inquiry, account: str, community: str | None = None) -> bool:
    """Whether the account joins in this very batch, that community or any."""
    return any(
        isinstance(one.step, steps.StewardJoined)
        and one.step.account == account
        and community in (None, one.record)
        for one in inquiry.notes
    )


def _role_given(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.RoleGiven)
    _first_account_only(inquiry, one)
    if one.step.role not in {role.value for role in Role}:
        raise Forbidden(one.step.kind, "nobody can give that role.")
    if inquiry.is_any_steward(one.record):
        raise Forbidden(one.step.kind, "a steward holds no role of an institution.")


def _role_is_there(inquiry: Inquiry, one: Note) -> None:
    assert isinstance(one.step, steps.RoleGiven | steps.RoleTaken)
    scope = one.step.institution
    if isinstance(one.step, steps.RoleGiven):
        if scope and not inquiry.is_institution(scope):
            raise Forbidden(one.step.kind, "there is no such institution.")
        return
    if not inquiry.holds(one.record, one.step.role, scope):
        raise Forbidden(one.step.kind, "the account does not hold that role.")
    if one.record == one.by.account:
        raise Forbidden(one.step.kind, "another operator takes a role from you.")


def _within_own_reach(inquiry: Inquiry, one: Note) -> None:
    """An operator of one institution touches no account that works for another.

    Nor one of which nothing says for whom it works: a steward's holds no role at all.
    """
    if one.by.voice is not Voice.OPERATOR:
        return
    held = inquiry.roles(one.by.account or "")
    own = {scope for role, scope in held if role == Role.OPERATOR}
    if "" in own:
        return
    touched = set(inquiry.scopes(one.record))
    if not touched and not inquiry.is_new(one.record):
        raise Forbidden(one.step.kind, "that account is not of your institution.")
    if isinstance(one.step, steps.RoleGiven | steps.RoleTaken):
        touched.add(one.step.institution)
    if not touched <= own:
        raise Forbidden(one.step.kind, "that reaches beyond your institution.")


def _link_made(inquiry: Inquiry, one: Note) -> None:
    """Others let in only somebody who has no way in yet, or openly a new one."""
    if one.by.voice is Voice.OWN:
        return
    if one.by.voice is Voice.SOFTWARE and _others_hold_roles(inquiry, one.record):
        raise Forbidden(one.step.kind, "an operator makes it.")
    _no_stewards(inquiry, one)
    if inquiry.has_password(one.record) and not _is_reset(inquiry, one.record):
        raise Forbidden(one.step.kind, "somebody with a password has her way in.")


def says_why(inquiry: Inquiry, one: Note) -> None:
    """Whoever runs the software shuts nobody out without a reason to be questioned."""
    if one.by.voice is Voice.OPERATOR and one.by.reason is None:
        raise Forbidden(one.step.kind, "an operator gives a reason for it.")


def _no_stewards(inquiry: Inquiry, one: Note) -> None:
    if inquiry.is_any_steward(one.record):
        raise Forbidden(one.step.kind, "only a steward opens a way to her account.")


def _is_reset(inquiry: Inquiry, account: str) -> bool:
    return any(
        isinstance(one.step, steps.AccountReset) and one.record == account
        for one in inquiry.notes
    )


PROTECTIONS: Mapping[type[steps.Step], tuple[Protection, ...]] = {
    steps.AccountAdded: (_account_name, _first_account_only),
    steps.RoleGiven: (_role_given, _role_is_there, _within_own_reach),
    steps.RoleTaken: (_role_is_there, _within_own_reach),
    steps.LinkMade: (_link_made, _within_own_reach),
    steps.AccountReset: (_no_stewards, _within_own_reach),
    steps.AccountSuspended: (says_why, _within_own_reach),
}
