"""Accounts: who may sign in, with which roles; a steward's is made by nobody here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import IntegrityError

from knowledge_base import steps, tables
from knowledge_base.communities import Stewarding, stewarding_of
from knowledge_base.identity import new_id
from knowledge_base.notes import Note
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Role
from knowledge_base.sheet import chunks
from knowledge_base.steps import Actor
from knowledge_base.store import Store
from knowledge_base.workflow import note


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in; `roles` are (role, institution id or "")."""

    id: str
    name: str
    is_suspended: bool
    has_password: bool
    roles: tuple[tuple[str, str], ...]
    stewarding: tuple[Stewarding, ...]
    length: int

    def has_role(self, role: Role, institution: str | None = None) -> bool:
        return any(
            name == role and (institution is None or scope in ("", institution))
            for name, scope in self.roles
        )

    @property
    def communities(self) -> frozenset[str]:
        """The communities for which it may answer today."""
        return frozenset(s.community for s in self.stewarding if s.state == "active")


def find_account(db: Connection, *, id: str = "", name: str = "") -> Account | None:
    """The account with this id or this name, or None."""
    table = tables.accounts
    wanted = table.c.id == id if id else table.c.name == name
    row = db.execute(select(table).where(wanted)).first()
    return None if row is None else _account(db, row)


def _account(db: Connection, row: Row[Any]) -> Account:
    table = tables.roles
    held = db.execute(
        select(table.c.role, table.c.institution_id)
        .where(table.c.account_id == row.id)
        .order_by(table.c.role, table.c.institution_id)
    )
    return Account(
        id=row.id,
        name=row.name,
        is_suspended=row.is_suspended,
        has_password=row.password is not None,
        roles=tuple((one.role, one.institution_id) for one in held),
        stewarding=stewarding_of(db, row.id),
        length=row.length,
    )


def add_account(
    store: Store,
    name: str,
    roles: tuple[tuple[Role, str], ...],
    *,
    by: Actor,
    now: datetime,
) -> str:
    """A new account with these roles; returns its id. Nobody can give a steward's."""
    id = new_id()
    added = Note(record=id, seen=0, step=steps.AccountAdded(name=name), by=by)
    given = [
        Note(
            record=id,
            seen=0,
            step=steps.RoleGiven(role=role.value, institution=institution),
            by=by,
        )
        for role, institution in roles
    ]
    try:
        note(store, [added, *given], now=now)
    except IntegrityError as error:
        raise AlreadyKnown(f"An account named {name!r}") from error
    return id


def accounts_with_roles(db: Connection) -> tuple[Account, ...]:
    """The accounts that hold a role of an institution, by name; no steward's."""
    table = tables.accounts
    held = select(tables.roles.c.account_id)
    found = db.execute(
        select(table).where(table.c.id.in_(held)).order_by(table.c.name, table.c.id)
    ).all()
    return tuple(_account(db, row) for row in found)


def names_of_accounts(db: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Account id -> the name it goes by; ids of no account are left out."""
    table = tables.accounts
    return {
        row.id: row.name
        for some in chunks(ids)
        for row in db.execute(
            select(table.c.id, table.c.name).where(table.c.id.in_(some))
        )
    }


def suspend_account(store: Store, account: str, *, by: Actor, now: datetime) -> None:
    """Shuts an account out at once; what it said before stands."""
    with store.reading() as db:
        found = find_account(db, id=account)
    seen = 0 if found is None else found.length
    step = steps.AccountSuspended()
    note(store, [Note(record=account, seen=seen, step=step, by=by)], now=now)
