"""What was reported of a record before, and whether a person has answered it.

The same request about the same content goes to a person: else one visitor could take
a page down for ever, however often those concerned say that it may stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from knowledge_base import steps
from knowledge_base.steps import Voice
from knowledge_base.traces import Trace, traces_of


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the asker ticked; nobody is asked for more."""

    concerns_asker: bool
    is_grave: bool

    @property
    def ask_to_close(self) -> bool:
        return self.concerns_asker or self.is_grave

    def are_within(self, others: Iterable["Grounds"]) -> bool:
        """Whether each of these grounds is among those of the others."""
        known = tuple(others)
        return (
            not self.concerns_asker or any(one.concerns_asker for one in known)
        ) and (not self.is_grave or any(one.is_grave for one in known))


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierReports:
    """`answered`: those about the content as it is now; `waiting`: those still open."""

    answered: tuple[Grounds, ...]
    waiting: tuple[Grounds, ...]


_KINDS = (
    steps.Received,
    steps.ContentChanged,
    steps.Reported,
    steps.Held,
    steps.FlagAnswered,
)


def earlier_reports(db: Connection, record: str) -> EarlierReports:
    """The reports of the record that anyone wrote, by what became of them."""
    return _sorted(traces_of(db, record, *_KINDS))


def _sorted(traces: Iterable[Trace]) -> EarlierReports:
    content, grounds = "", Grounds(concerns_asker=False, is_grave=False)
    open_now: dict[str, tuple[str, Grounds]] = {}
    answered: list[tuple[str, Grounds]] = []
    for one in traces:
        match one.step:
            case (
                steps.Received(content_hash=said)
                | steps.ContentChanged(content_hash=said)
            ):
                content = said
            case steps.Reported(concerns_asker=concerns, is_grave=grave):
                grounds = Grounds(concerns, grave)
            case steps.Held(flag=flag) if one.voice is Voice.ANYONE:
                # A report and its flag are written together, in this order.
                open_now[flag] = (content, grounds)
            case steps.FlagAnswered(flag=flag) if flag in open_now:
                answered.append(open_now.pop(flag))
    return EarlierReports(
        answered=tuple(of for hash, of in answered if hash == content),
        waiting=tuple(of for _, of in open_now.values()),
    )
