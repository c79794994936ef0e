"""Whether a record was looked at with all private lists that stand.

Whatever comes in or changes is looked at at once. When a list is given, all others are
looked at by the worker, in the order of their ids; how far it has come is one mark.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from knowledge_base.journeys import NotPossible
from knowledge_base.known import Known
from knowledge_base.lists_in_force import newest_list
from knowledge_base.notes import Note
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
    """

    towards: int = 0
    since: int = 0
    after: str = ""

    @property
    def is_done(self) -> bool:
        return self.after == _PAST_ALL

    def done(self) -> "HowFar":
        return HowFar(self.towards, self.since, _PAST_ALL)

    def anew(self, newest: int) -> "HowFar":
        """From the first record on, towards that list."""
        return HowFar(newest, self.towards if self.is_done else self.since, "")


def how_far(db: Connection) -> HowFar:
    mark = find_watermark(db, MARK)
    if mark is None:
        return HowFar(after=_PAST_ALL)
    towards, since, after = (*mark.at.split(" "), "")[:3]
    return HowFar(int(towards), int(since), after)


def keep_how_far(db: Connection, far: HowFar) -> None:
    keep_watermark(db, MARK, Watermark(f"{far.towards} {far.since} {far.after}"))


def is_all_looked_through(db: Connection) -> bool:
    """Whether nothing waits to be looked at with a list that stands."""
    far = how_far(db)
    return far.is_done and far.towards == newest_list(db)


def require_looked_through(db: Connection, one: Note, known: Known) -> None:
    """Raises `NotLookedThrough` where a list that stands was not looked at for it.

    What is shown already stays until then; nothing more of it is.
    """
    newest = newest_list(db)
    if known.lists >= newest:
        return
    far = how_far(db)
    is_past = far.towards == newest and one.record <= far.after
    if far.since < newest and not is_past:
        raise NotLookedThrough(one.record, one.step.kind)
