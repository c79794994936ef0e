"""Accounts, one-time links and revocable sign-ins; passwords only as argon2 hashes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from knowledge_base import steps, tables
from knowledge_base.communities import Stewarding, stewarding_of
from knowledge_base.identity import mark_of, new_id, new_secret
from knowledge_base.notes import Note
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Role
from knowledge_base.sheet import chunks
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from knowledge_base.workflow import note
from policies.errors import WithcareError

LINK_LASTS = timedelta(days=3)
SIGN_IN_LASTS = timedelta(days=14)
_hasher = PasswordHasher()
# Hashed once, so that a name nobody has takes as long as a wrong password.
_NOBODYS = _hasher.hash("nobody has this password")


class NoSuchLink(WithcareError):
    """The link was used, is too old or never was; the same words for all three."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more. Ask for a new one.")


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


def make_link(store: Store, account: str, *, by: Actor, now: datetime) -> str:
    """A one-time link's secret; only its mark is stored. Steward: only her own."""
    secret = new_secret()
    with store.reading() as db:
        found = find_account(db, id=account)
    seen = 0 if found is None else found.length
    step = steps.LinkMade(purpose="sign-in")

    def keep(db: Connection) -> None:
        db.execute(
            insert(tables.links).values(
                token=mark_of(secret),
                account_id=account,
                purpose="sign-in",
                expires_at=now + LINK_LASTS,
            )
        )

    note(store, [Note(record=account, seen=seen, step=step, by=by)], now=now, also=keep)
    return secret


def own_link(store: Store, account: str, *, now: datetime) -> str:
    """A link that a person makes for herself, to sign in somewhere else."""
    return make_link(store, account, by=Actor(Voice.OWN, account=account), now=now)


def use_link(store: Store, secret: str, *, now: datetime) -> str:
    """The account the link belongs to; it works once. Raises `NoSuchLink`."""
    table = tables.links
    with store.writing() as db:
        used = db.execute(
            update(table)
            .where(
                table.c.token == mark_of(secret),
                table.c.used_at.is_(None),
                table.c.expires_at > now,
            )
            .values(used_at=now)
        )
        if used.rowcount != 1:
            raise NoSuchLink
        account = db.scalar(
            select(table.c.account_id).where(table.c.token == mark_of(secret))
        )
    return str(account)


def set_password(store: Store, account: str, password: str) -> None:
    """Only the person herself, signed in, comes here; the screen asks for length."""
    hashed = _hasher.hash(password)
    table = tables.accounts
    with store.writing() as db:
        db.execute(update(table).where(table.c.id == account).values(password=hashed))


def check_password(store: Store, name: str, password: str) -> str | None:
    """The account's id, or None; a name nobody has takes just as long."""
    table = tables.accounts
    with store.reading() as db:
        row = db.execute(select(table).where(table.c.name == name)).first()
    known = _NOBODYS if row is None or row.password is None else row.password
    try:
        _hasher.verify(known, password)
    except VerificationError:
        return None
    if row is None or row.is_suspended or known == _NOBODYS:
        return None
    return str(row.id)


# --- signing in


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a browser is given, and what its forms must carry."""

    secret: str
    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody signed in, with the token her forms must carry."""

    account: Account
    csrf: str
    mark: str


def sign_in(store: Store, account: str, *, now: datetime) -> SignIn:
    new = SignIn(new_secret(), new_secret())
    with store.writing() as db:
        db.execute(
            insert(tables.sign_ins).values(
                token=mark_of(new.secret),
                account_id=account,
                csrf=new.csrf,
                began_at=now,
                seen_at=now,
                expires_at=now + SIGN_IN_LASTS,
            )
        )
    return new


def signed_in(db: Connection, secret: str, *, now: datetime) -> SignedIn | None:
    """Whose browser this is; None where it was ended, is too old or suspended."""
    table = tables.sign_ins
    row = db.execute(
        select(table).where(
            table.c.token == mark_of(secret),
            table.c.ended_at.is_(None),
            table.c.expires_at > now,
        )
    ).first()
    account = None if row is None else find_account(db, id=row.account_id)
    if row is None or account is None or account.is_suspended:
        return None
    return SignedIn(account=account, csrf=row.csrf, mark=row.token)


def sign_ins_of(db: Connection, account: str) -> tuple[Row[Any], ...]:
    """The open sign-ins: mark, began_at, seen_at; newest first."""
    table = tables.sign_ins
    query = (
        select(table.c.token, table.c.began_at, table.c.seen_at)
        .where(table.c.account_id == account, table.c.ended_at.is_(None))
        .order_by(table.c.began_at.desc())
    )
    return tuple(db.execute(query))


def sign_out(store: Store, mark: str, account: str, *, now: datetime) -> None:
    """Ends one sign-in of the account."""
    table = tables.sign_ins
    with store.writing() as db:
        db.execute(
            update(table)
            .where(table.c.token == mark, table.c.account_id == account)
            .values(ended_at=now)
        )


def sign_out_everywhere(store: Store, account: str, *, now: datetime) -> None:
    table = tables.sign_ins
    with store.writing() as db:
        db.execute(
            update(table)
            .where(table.c.account_id == account, table.c.ended_at.is_(None))
            .values(ended_at=now)
        )
