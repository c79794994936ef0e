"""Accounts: who may sign in, with which roles; a steward's is made by nobody here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, select
from sqlalchemy.exc import IntegrityError

from knowledge_base import steps, tables
from knowledge_base.communities import STEWARDING, Stewarding, stewarding
from knowledge_base.identity import new_id
from knowledge_base.institutions import require_institution
from knowledge_base.notes import Note
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Role
from knowledge_base.sheet import chunks
from knowledge_base.steps import Actor
from knowledge_base.stewardship import covers
from knowledge_base.store import Store
from knowledge_base.workflow import Also, note


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

    def scopes(self, role: Role) -> frozenset[str]:
        """The institutions for which it holds the role; "" stands for all there are."""
        return frozenset(scope for name, scope in self.roles if name == role)

    def has_role(self, role: Role) -> bool:
        """Whether it holds the role anywhere: that opens a door, never a record."""
        return bool(self.scopes(role))

    def may_work_for(self, role: Role, institution: str | None) -> bool:
        """Whether the role reaches a record of this institution.

        A record without one is everybody's or nobody's: only a role for all reaches it.
        """
        return bool(self.scopes(role) & {"", institution})

    def may_tend(self, other: "Account") -> bool:
        """Whether, as an operator, it reaches everything that the other works for."""
        own = self.scopes(Role.OPERATOR)
        touched = {scope for _, scope in other.roles}
        return "" in own or (bool(touched) and touched <= own)

    @property
    def communities(self) -> frozenset[str]:
        """The communities for which it may answer today."""
        return frozenset(s.community for s in self.stewarding if s.state == "active")

    def answering(self, record: str, collection: str | None) -> frozenset[str]:
        """The communities for which this very record is one of its matters."""
        return frozenset(
            one.community for one in self.stewarding if one.covers(record, collection)
        )

    def only_tightening(self, record: str, collection: str | None) -> frozenset[str]:
        """The communities for which she may say no to the record, and nothing else."""
        return frozenset(
            one.community
            for one in self.stewarding
            if one.only_tightens and covers(one.matters, record, collection)
        )

    def is_for_everything(self, community: str) -> bool:
        """Whether it may answer for the whole of that community today."""
        return any(
            one.is_for_everything
            for one in self.stewarding
            if one.community == community
        )


def find_account(db: Connection, *, id: str = "", name: str = "") -> Account | None:
    """The account with this id or this name, or None."""
    table = tables.accounts
    return next(iter(_find(db, table.c.id == id if id else table.c.name == name)), None)


def _find(db: Connection, which: ColumnElement[bool]) -> tuple[Account, ...]:
    """These accounts, by name, each with what it holds."""
    known = tables.accounts.c
    query = select(*HOLDING).select_from(with_what_it_holds()).where(which)
    held: dict[str, list[Row[Any]]] = {}
    for row in db.execute(query.order_by(known.name, known.id)):
        held.setdefault(row.id, []).append(row)
    return tuple(account_in(rows) for rows in held.values())


HOLDING: tuple[ColumnElement[Any], ...] = (
    tables.accounts.c.id,
    tables.accounts.c.name,
    tables.accounts.c.password,
    tables.accounts.c.is_suspended,
    tables.accounts.c.length,
    tables.roles.c.role,
    tables.roles.c.institution_id,
    *STEWARDING,
)


def with_what_it_holds(accounts: FromClause = tables.accounts) -> FromClause:
    """Each account beside its roles and what it stewards; one row where it has none."""
    id, roles, stewards = tables.accounts.c.id, tables.roles, tables.stewards
    places = tables.communities
    return (
        accounts.outerjoin(roles, roles.c.account_id == id)
        .outerjoin(stewards, stewards.c.account_id == id)
        .outerjoin(places, places.c.id == stewards.c.community_id)
    )


def account_in(rows: Sequence[Row[Any]]) -> Account:
    """The one account of which these rows, with the columns of HOLDING, are all."""
    roles = {(row.role, row.institution_id) for row in rows if row.role is not None}
    # Hardly anybody has some of both; who has is there once for each pair of them.
    places = {row.community_id: row for row in rows if row.community_id is not None}
    first = rows[0]
    return Account(
        id=first.id,
        name=first.name,
        is_suspended=first.is_suspended,
        has_password=first.password is not None,
        roles=tuple(sorted(roles)),
        stewarding=tuple(stewarding(places[id]) for id in sorted(places)),
        length=first.length,
    )


def add_account(
    store: Store,
    name: str,
    roles: tuple[tuple[Role, str], ...],
    *,
    by: Actor,
    now: datetime,
    with_it: tuple[steps.Step, ...] = (),
    also: Callable[[Connection, str], None] | None = None,
) -> str:
    """A new account with these roles; returns its id. Nobody can give a steward's.

    A role is held for one institution, or with "" for all. The steps `with_it` are
    taken, and what `also` writes for the new id is written, in the same transaction.
    Raises `AlreadyKnown` for a name in use, and `NoSuchInstitution`.
    """
    with store.reading() as db:
        for institution in {scope for _, scope in roles if scope}:
            require_institution(db, institution)
    id = new_id()
    given = [steps.RoleGiven(role=role.value, institution=of) for role, of in roles]
    taken = (steps.AccountAdded(name=name), *given, *with_it)

    def beside(db: Connection) -> None:
        if also is not None:
            also(db, id)

    notes = [Note(record=id, seen=0, step=step, by=by) for step in taken]
    try:
        note(store, notes, now=now, also=beside)
    except IntegrityError as error:
        raise AlreadyKnown(f"An account named {name!r}") from error
    return id


def accounts_for(db: Connection, operator: Account) -> tuple[Account, ...]:
    """The accounts with a role, by name, as far as the operator reaches; no steward's.

    An operator for all finds those whose last role was taken, too.
    """
    stewards = select(tables.stewards.c.account_id)
    found = _find(db, tables.accounts.c.id.not_in(stewards))
    return tuple(one for one in found if operator.may_tend(one))


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


def give_role(
    store: Store,
    account: str,
    role: Role,
    institution: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Gives one role more. Raises `AlreadyKnown`, and `NoSuchInstitution`."""
    if institution:
        with store.reading() as db:
            require_institution(db, institution)
    step = steps.RoleGiven(role=role.value, institution=institution)
    try:
        about_account(store, account, step, by=by, now=now)
    except IntegrityError as error:
        raise AlreadyKnown("This role of the account") from error


def take_role(
    store: Store,
    account: str,
    role: Role,
    institution: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Takes one role away, at once; the account stays, with whatever else it holds."""
    step = steps.RoleTaken(role=role.value, institution=institution)
    about_account(store, account, step, by=by, now=now)


def suspend_account(store: Store, account: str, *, by: Actor, now: datetime) -> None:
    """Shuts an account out at once; what it said before stands."""
    about_account(store, account, steps.AccountSuspended(), by=by, now=now)


def about_account(
    store: Store,
    account: str,
    step: steps.Step,
    *,
    by: Actor,
    now: datetime,
    also: Also | None = None,
) -> None:
    """Takes one step on an account; `also` becomes true in the same transaction."""
    with store.reading() as db:
        found = find_account(db, id=account)
    seen = 0 if found is None else found.length
    taken = Note(record=account, seen=seen, step=step, by=by)
    note(store, [taken], now=now, also=also)
