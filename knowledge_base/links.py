"""One-time links: the first way in, and a person's own way to another browser.

Only the mark of a link is stored; whoever reads the store can sign in with none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from knowledge_base import steps, tables
from knowledge_base.accounts import about_account, add_account, find_account
from knowledge_base.identity import mark_of, new_secret
from knowledge_base.notes import Note
from knowledge_base.projection import AlreadyKnown
from knowledge_base.rights import Role
from knowledge_base.sign_ins import (
    SignIn,
    begin_sign_in,
    close_every_way_in,
    lets_in,
)
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from knowledge_base.sweeping import sweep
from knowledge_base.workflow import note
from policies.errors import WithcareError

LINK_LASTS = timedelta(days=3)
OWN, FIRST = "sign-in", "first"  # made by herself; made by somebody else

Roles = tuple[tuple[Role, str], ...]  # each for an institution's id, or "" for all


class NoSuchLink(WithcareError):
    """The link was used, is too old or never was; the same words for all three."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more. Ask for a new one.")


def make_link(store: Store, account: str, *, by: Actor, now: datetime) -> str:
    """A one-time link's secret; only its mark is stored.

    Somebody else's lets in only who has no password yet. A steward: only her own.
    """
    secret, purpose = new_secret(), OWN if by.voice is Voice.OWN else FIRST

    def keep(db: Connection) -> None:
        _keep_link(db, account, secret, purpose, now=now)

    step = steps.LinkMade(purpose=purpose)
    about_account(store, account, step, by=by, now=now, also=keep)
    return secret


@dataclass(frozen=True, slots=True)
class LetIn:
    """A first link's secret; `was_there`: the account had been made before."""

    secret: str
    was_there: bool


def let_in(store: Store, name: str, roles: Roles, *, by: Actor, now: datetime) -> LetIn:
    """A new account and its first link; asked again, another link for the same account.

    A command that was killed has printed its link to nobody, and nobody else may be
    there yet who could make one. Raises `AlreadyKnown` where the account of that name
    is another: it has other roles, or somebody has signed in to it.
    """
    with store.reading() as db:
        found = find_account(db, name=name)
    if found is None:
        return LetIn(add_with_link(store, name, roles, by=by, now=now), was_there=False)
    is_as_asked = {*found.roles} == {(role.value, at) for role, at in roles}
    if found.is_suspended or found.has_password or not is_as_asked:
        raise AlreadyKnown(f"An account named {name!r}")
    secret = new_secret()

    def begin_anew(db: Connection) -> None:
        if _was_signed_in_to(db, found.id):
            raise AlreadyKnown(f"An account named {name!r}")
        close_every_way_in(db, found.id, now=now)
        _keep_link(db, found.id, secret, FIRST, now=now)

    step = steps.LinkMade(purpose=FIRST)
    about_account(store, found.id, step, by=by, now=now, also=begin_anew)
    return LetIn(secret, was_there=True)


def add_with_link(
    store: Store, name: str, roles: Roles, *, by: Actor, now: datetime
) -> str:
    """A new account and its first link in one transaction; returns the link's secret.

    Raises `AlreadyKnown` for a name in use, and `NoSuchInstitution`.
    """
    secret = new_secret()

    def keep(db: Connection, account: str) -> None:
        _keep_link(db, account, secret, FIRST, now=now)

    first = (steps.LinkMade(purpose=FIRST),)
    add_account(store, name, roles, by=by, now=now, with_it=first, also=keep)
    return secret


def _was_signed_in_to(db: Connection, account: str) -> bool:
    table = tables.sign_ins
    found = select(table.c.token).where(table.c.account_id == account)
    return db.execute(found).first() is not None


def _keep_link(
    db: Connection, account: str, secret: str, purpose: str, *, now: datetime
) -> None:
    table = tables.links
    sweep(db, table.c.token, table.c.used_at.is_not(None) | (table.c.expires_at <= now))
    db.execute(
        insert(table).values(
            token=mark_of(secret),
            account_id=account,
            purpose=purpose,
            expires_at=now + LINK_LASTS,
        )
    )


def reset_account(store: Store, account: str, *, by: Actor, now: datetime) -> str:
    """A new first link for somebody who cannot get in; never for a steward.

    Her password and every sign-in end with it, so that nobody comes in unseen beside
    her, and her own page says that it was done.
    """
    secret = new_secret()

    def begin_anew(db: Connection) -> None:
        table = tables.accounts
        db.execute(update(table).where(table.c.id == account).values(password=None))
        close_every_way_in(db, account, now=now)
        _keep_link(db, account, secret, FIRST, now=now)

    with store.reading() as db:
        found = find_account(db, id=account)
    seen = 0 if found is None else found.length
    taken = (steps.AccountReset(), steps.LinkMade(purpose=FIRST))
    notes = [Note(record=account, seen=seen, step=step, by=by) for step in taken]
    note(store, notes, now=now, also=begin_anew)
    return secret


def own_link(store: Store, account: str, *, now: datetime) -> str:
    """A link that a person makes for herself, to sign in somewhere else."""
    return make_link(store, account, by=Actor(Voice.OWN, account=account), now=now)


def use_link(store: Store, secret: str, *, now: datetime) -> SignIn:
    """Signs in by the link; it works once. Raises `NoSuchLink`.

    Link and sign-in are one transaction: whatever ends links ends this sign-in too.
    """
    table = tables.links
    mark = mark_of(secret)
    with store.writing() as db:
        used = db.execute(
            update(table)
            .where(
                table.c.token == mark,
                table.c.used_at.is_(None),
                lets_in(table.c.expires_at, LINK_LASTS, now=now),
            )
            .values(used_at=now)
        )
        if used.rowcount != 1:
            raise NoSuchLink
        row = db.execute(select(table).where(table.c.token == mark)).one()
        account = find_account(db, id=row.account_id)
        if account is None or account.is_suspended:
            raise NoSuchLink
        if row.purpose != OWN and account.has_password:
            raise NoSuchLink
        return begin_sign_in(db, account.id, now=now)
