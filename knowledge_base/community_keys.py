"""A community's own key: what lets it back in when nobody of it can answer any more.

Whoever joins with an invitation and the key is confirmed by the community itself. The
key is shown once, to a steward, and only its mark is stored; it ends when it is used
or when another is made. No institution and no operator ever holds one.
"""

from datetime import datetime

from sqlalchemy import Connection

from knowledge_base import steps
from knowledge_base.history import length_of
from knowledge_base.identity import mark_of, new_secret
from knowledge_base.notes import Note
from knowledge_base.steps import Actor
from knowledge_base.stewardship import standing_key
from knowledge_base.store import Store
from knowledge_base.workflow import note
from policies.errors import WithcareError


class NotTheKey(WithcareError):
    """What was given is not the community's key; nobody joined, nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            "This is not the key of your community, or it was used or replaced. You "
            "can join without it, and a steward of your community confirms you."
        )


def make_key(store: Store, community: str, *, by: Actor, now: datetime) -> str:
    """A new key of the community, shown this once; the one before it ends."""
    secret = new_secret()
    with store.reading() as db:
        seen = length_of(db, community)
    step = steps.KeyMade(mark=mark_of(secret))
    note(store, [Note(record=community, seen=seen, step=step, by=by)], now=now)
    return secret


def mark_that_fits(db: Connection, community: str, secret: str) -> str:
    """The mark of the community's key; raises `NotTheKey`."""
    known, given = standing_key(db, community), mark_of(secret.strip())
    if known is None or known.mark != given:
        raise NotTheKey
    return given
