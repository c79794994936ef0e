"""Whether a record was looked at with all private lists that stand.

Whatever comes in or changes is looked at at once. When a list is given, all others are
looked at by the worker, in the order of their ids; how far it has come is one mark.
What could not be opened then was not looked at: the mark names the keys that were gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from knowledge_base.journeys import NotPossible
from knowledge_base.keys import keys_of
from knowledge_base.lists_in_force import newest_list
from knowledge_base.notes import Note
from knowledge_base.sheet import Sheet
from knowledge_base.tables import data_keys, word_lists
from knowledge_base.watching import Watermark, find_watermark, keep_watermark

MARK = "#lists"  # its watermark, beside those of the destinations
_PAST_ALL = "~"  # after the id of any record


class NotLookedThrough(NotPossible):
    """The worker has yet to look at the record with a list; nothing was written."""

    def __init__(self, record: str, kind: str) -> None:
        super().__init__(record, kind, "waiting to be looked through")
        self.args = (
            f"Record {record} waits until the worker has looked at it with the lists "
            "of words that communities gave: see that `withcare work` runs, and do the "
            "same again a little later.",
        )


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far the records were looked through.

    `towards`: the newest list of which they are looked through; `since`: the one of
    which all of them were looked through before; `after`: the last record looked at.
    `missed`: the data keys that did not open, of records that were passed over.
    """

    towards: int = 0
    since: int = 0
    after: str = ""
    missed: frozenset[str] = frozenset()

    @property
    def is_done(self) -> bool:
        return self.after == _PAST_ALL

    def past(self, record: str | None, missed: frozenset[str]) -> "HowFar":
        """One portion further, up to that record; None: past all of them."""
        after = _PAST_ALL if record is None else record
        return replace(self, after=after, missed=self.missed | missed)

    def anew(self, newest: int) -> "HowFar":
        """From the first record on, towards that list."""
        is_whole = self.is_done and not self.missed
        return HowFar(newest, self.towards if is_whole else self.since, "")


def how_far(db: Connection) -> HowFar:
    mark = find_watermark(db, MARK)
    if mark is None:
        return HowFar(after=_PAST_ALL)
    towards, since, after = (*mark.at.split(" "), "")[:3]
    return HowFar(int(towards), int(since), after, frozenset(mark.seen))


def keep_how_far(db: Connection, far: HowFar) -> None:
    at = f"{far.towards} {far.since} {far.after}"
    keep_watermark(db, MARK, Watermark(at, tuple(far.missed)))


def is_all_looked_through(db: Connection, community: str | None = None) -> bool:
    """Whether nothing waits to be looked at with a list that stands, or with theirs.

    What was looked at with a list that nobody could open waits. A record that nobody
    can open waits for nothing: it shows nothing, and asks.
    """
    far, was = how_far(db), word_lists.c.was_unreadable.is_(True)
    if not far.is_done or far.towards != newest_list(db):
        return False
    unread = select(word_lists.c.community_id).where(was)
    if community is not None:
        unread = unread.where(word_lists.c.community_id == community)
    is_read = db.execute(unread.limit(1)).first() is None
    return is_read and not opens_what_was_missed(db, far)


def opens_what_was_missed(db: Connection, far: HowFar) -> bool:
    """Whether a record that could not be opened when it was its turn opens by now.

    A key that is no more was found and turned: all that stood under it was opened.
    """
    if not far.missed:
        return False
    stand = select(data_keys.c.id).where(data_keys.c.id.in_(sorted(far.missed)))
    if far.missed - set(db.scalars(stand)):
        return True
    keys = keys_of(db)
    return keys is not None and any(keys.cipher(db, id) for id in far.missed)


def require_looked_through(
    db: Connection, opening: Sequence[Note], sheet: Sheet
) -> None:
    """Raises `NotLookedThrough` where a list that stands was not looked at for one.

    What is shown already stays until then; nothing more of it is.
    """
    newest = newest_list(db)
    behind = [x for x in opening if sheet.records[x.record].known.lists < newest]
    far = how_far(db) if behind else None
    if far is None or far.since >= newest:
        return
    is_valid = far.towards == newest and not opens_what_was_missed(db, far)
    for one in behind:
        if not (is_valid and one.record <= far.after):
            raise NotLookedThrough(one.record, one.step.kind)
