"""Passwords, kept only as argon2 hashes."""

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, select, update

from knowledge_base import steps, tables
from knowledge_base.accounts import about_account
from knowledge_base.sign_ins import close_every_way_in
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store

_hasher = PasswordHasher()
# Hashed once, so that a name nobody has takes as long as a wrong password.
_NOBODYS = _hasher.hash("nobody has this password")


def set_password(store: Store, account: str, password: str, *, now: datetime) -> None:
    """Keeps it, and ends every sign-in and every unused link of the account.

    Only the person herself, signed in, comes here; the screen asks for length and
    for the password that was.
    """
    hashed = _hasher.hash(password)
    table = tables.accounts

    def keep(db: Connection) -> None:
        db.execute(update(table).where(table.c.id == account).values(password=hashed))
        close_every_way_in(db, account, now=now)

    by = Actor(Voice.OWN, account=account)
    about_account(store, account, steps.PasswordSet(), by=by, now=now, also=keep)


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
