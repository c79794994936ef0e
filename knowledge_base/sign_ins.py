"""Sign-ins: each browser has one of its own, and each can be ended from another."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    insert,
    select,
    update,
)

from knowledge_base import steps, tables
from knowledge_base.accounts import (
    HOLDING,
    Account,
    about_account,
    account_in,
    with_what_it_holds,
)
from knowledge_base.identity import mark_of, new_secret
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from knowledge_base.sweeping import sweep

SIGN_IN_LASTS = timedelta(days=14)
A_WRONG_CLOCK = timedelta(days=1)  # further ahead than this no clock of ours may be
SEEN_EVERY = timedelta(minutes=5)  # how exactly it is kept when one was last used


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
    seen_at: datetime


def lets_in(
    expires: Column[datetime], lasts: timedelta, *, now: datetime
) -> ColumnElement[bool]:
    """Whether a way in is not over, nor of a clock that was far ahead.

    It would outlast its time by as much as that clock was wrong.
    """
    return (expires > now) & (expires <= now + lasts + A_WRONG_CLOCK)


def sign_in(store: Store, account: str, *, now: datetime) -> SignIn:
    with store.writing() as db:
        return begin_sign_in(db, account, now=now)


def begin_sign_in(db: Connection, account: str, *, now: datetime) -> SignIn:
    """A new sign-in, within the transaction that says why she may."""
    new = SignIn(new_secret(), new_secret())
    table = tables.sign_ins
    sweep(
        db, table.c.token, table.c.ended_at.is_not(None) | (table.c.expires_at <= now)
    )
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


_SIGNED_IN: tuple[ColumnElement[Any], ...] = (
    tables.sign_ins.c.token,
    tables.sign_ins.c.csrf,
    tables.sign_ins.c.seen_at,
    *HOLDING,
)


def signed_in(db: Connection, secret: str, *, now: datetime) -> SignedIn | None:
    """Whose browser this is; None where it was ended, is too old or suspended.

    One query, with all that the account holds: every page begins with it.
    """
    table, accounts = tables.sign_ins, tables.accounts
    owner = table.join(accounts, accounts.c.id == table.c.account_id)
    rows = db.execute(
        select(*_SIGNED_IN)
        .select_from(with_what_it_holds(owner))
        .where(
            table.c.token == mark_of(secret),
            table.c.ended_at.is_(None),
            lets_in(table.c.expires_at, SIGN_IN_LASTS, now=now),
        )
    ).all()
    if not rows or rows[0].is_suspended:
        return None
    first, account = rows[0], account_in(rows)
    return SignedIn(
        account=account, csrf=first.csrf, mark=first.token, seen_at=first.seen_at
    )


def keep_seen(store: Store, one: SignedIn, *, now: datetime) -> None:
    """Keeps that the sign-in was used, once in a while: not every page is a write."""
    if now - one.seen_at < SEEN_EVERY:
        return
    table = tables.sign_ins
    with store.writing() as db:
        db.execute(update(table).where(table.c.token == one.mark).values(seen_at=now))


def sign_ins_of(db: Connection, account: str, *, now: datetime) -> tuple[Row[Any], ...]:
    """The sign-ins that still let in: mark, began_at, seen_at; newest first."""
    table = tables.sign_ins
    query = (
        select(table.c.token, table.c.began_at, table.c.seen_at)
        .where(
            table.c.account_id == account,
            table.c.ended_at.is_(None),
            lets_in(table.c.expires_at, SIGN_IN_LASTS, now=now),
        )
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
    """Ends every sign-in of the account, and every link that was not used yet."""

    def end(db: Connection) -> None:
        close_every_way_in(db, account, now=now)

    step, by = steps.SignedOutEverywhere(), Actor(Voice.OWN, account=account)
    about_account(store, account, step, by=by, now=now, also=end)


def close_every_way_in(db: Connection, account: str, *, now: datetime) -> None:
    """A link that was made before would undo what its owner just did."""
    links, sign_ins = tables.links, tables.sign_ins
    # The links first: one that is being used right now has made its sign-in by then.
    db.execute(
        update(links)
        .where(links.c.account_id == account, links.c.used_at.is_(None))
        .values(used_at=now)
    )
    db.execute(
        update(sign_ins)
        .where(sign_ins.c.account_id == account, sign_ins.c.ended_at.is_(None))
        .values(ended_at=now)
    )
