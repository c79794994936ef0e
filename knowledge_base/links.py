"""One-time links: the first way in, and a person's own way to another browser.

Only the mark of a link is stored; whoever reads the store can sign in with none.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from knowledge_base import steps, tables
from knowledge_base.accounts import about_account, find_account
from knowledge_base.identity import mark_of, new_secret
from knowledge_base.sign_ins import SignIn, begin_sign_in
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from policies.errors import WithcareError

LINK_LASTS = timedelta(days=3)


class NoSuchLink(WithcareError):
    """The link was used, is too old or never was; the same words for all three."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more. Ask for a new one.")


def make_link(store: Store, account: str, *, by: Actor, now: datetime) -> str:
    """A one-time link's secret; only its mark is stored. Steward: only her own."""
    secret = new_secret()
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

    about_account(store, account, step, by=by, now=now, also=keep)
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
                table.c.expires_at > now,
            )
            .values(used_at=now)
        )
        if used.rowcount != 1:
            raise NoSuchLink
        id = db.scalar(select(table.c.account_id).where(table.c.token == mark))
        account = find_account(db, id=str(id))
        if account is None or account.is_suspended:
            raise NoSuchLink
        return begin_sign_in(db, account.id, now=now)
