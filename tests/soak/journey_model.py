"""What a history may be, written a second time: from the design, not from the code.

It is told each step of a record as it stands in the history, and says where that leads
and what must not have been possible. It knows nothing of the rulebook; so it is never
stricter than the product, and whatever it finds should not have happened.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from knowledge_base import steps
from knowledge_base.history import Entry
from policies.facts import ARCHIVIST

PERSONS = ("community", "institution", "self")
NOT_ERASED = (
    "received in-review approved publishing published changed closing closed refused"
    " withdrawing withdrawn"
)
# step: "from … > to", or "> to / to where a page was ever saved"; "=" is unchanged.
ROWS: Mapping[str, tuple[str, ...]] = {
    "screened": ("received > in-review", f"{NOT_ERASED} > ="),
    "proposed": (
        "in-review approved publishing published changed closed refused withdrawn > =",
    ),
    "answered": (f"{NOT_ERASED} > =",),
    "approved": (
        "in-review approved published changed refused withdrawn > approved",
        "publishing > =",
    ),
    "refused": (
        "in-review approved publishing published changed closed"
        " > refused / withdrawing",
        "closing > withdrawing",
    ),
    "lapsed": ("approved > in-review / changed", "published > changed"),
    "intended": ("approved published > publishing",),
    "saved": (
        "publishing > published",
        "closed > closing",
        "refused withdrawn > withdrawing",
        "in-review approved published changed closing withdrawing erased > =",
    ),
    "not-saved": ("publishing > approved", "closing closed withdrawing withdrawn > ="),
    "changed": (
        "published > changed",
        "approved > in-review / changed",
        "changed > =",
    ),
    "held": (f"{NOT_ERASED} erased > =",),
    "reported": (f"{NOT_ERASED} erased > =",),
    "closed": (
        "approved publishing published changed > in-review / closing",
        "closed > closed / closing",
        "closing > =",
    ),
    "stub-saved": ("closing > closed",),
    "narrowed": (f"{NOT_ERASED.replace('received ', '')} > =",),
    "reopened": ("closed > approved",),
    "withdrawal-asked": (
        "withdrawn erased > =",
        f"{NOT_ERASED} > withdrawing",
    ),
    "withdrawn": ("withdrawing > withdrawn", "in-review erased > ="),
    "remembered": (
        "received in-review approved publishing published changed closed refused"
        " > withdrawn / withdrawing",
        "closing > withdrawing",
        "withdrawing withdrawn erased > =",
    ),
    "erased": ("received in-review refused withdrawn > erased",),
}
_OF_A_PARTY = (steps.Answered, steps.Refused, steps.WithdrawalAsked)
ENDS_AN_APPROVAL = frozenset(
    {"refused", "withdrawal-asked", "remembered", "closed", "lapsed"}
)


def after(kind: str, state: str, *, was_saved: bool) -> str | None:
    """The state that the step leads to; None where it is not possible."""
    for row in ROWS[kind]:
        before, _, to = row.partition(" > ")
        if state in before.split():
            first, _, if_saved = to.partition(" / ")
            leads = if_saved if if_saved and was_saved else first
            return state if leads == "=" else leads
    return None


@dataclass
class Journey:
    """One record towards one destination, as its history tells it."""

    state: str = "received"
    was_saved: bool = False
    is_approved: bool = False
    noes: set[str] = field(default_factory=set)
    speaks_for: Mapping[str, str] = field(default_factory=dict)  # account -> party

    def follow(
        self, entry: Entry, above: frozenset[str] = frozenset()
    ) -> Iterator[str]:
        """Goes one step further; yields whatever should not have been possible.

        `above`: the parties whose no to the record's collection stands.
        """
        kind = entry.step.kind
        if kind in ROWS:
            yield from self._move(entry)
        yield from self._hear(entry)
        if kind in ("approved", "reopened", "intended"):
            yield from self._opens(entry, self.noes | above)

    def _move(self, entry: Entry) -> Iterator[str]:
        kind, before = entry.step.kind, self.state
        saved = self.was_saved or before == "publishing"
        to = after(kind, before, was_saved=saved)
        if to is None:
            yield f"{kind} from {before}, which no row of the table allows"
            return
        needs_person = getattr(entry.step, "needs_person", False)
        if needs_person and before == "publishing":
            to = "changed" if self.was_saved else "in-review"
            self.is_approved = False
        self.state = to
        self.was_saved |= kind == "saved"
        self.is_approved &= kind not in ENDS_AN_APPROVAL

    def _hear(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry.step, _OF_A_PARTY):
            speaker = self.speaks_for.get(entry.actor or "", ARCHIVIST)
            if entry.step.party != speaker:
                yield f"{entry.step.kind} by somebody of another party"
        match entry.step:
            case steps.Answered(says="no", destination="*", party=party):
                self.noes.add(party)
            case steps.Answered(says="yes", party=party):
                self.noes.discard(party)

    def _opens(self, entry: Entry, noes: set[str] | frozenset[str]) -> Iterator[str]:
        kind = entry.step.kind
        if noes:
            yield f"{kind} over the no of {len(noes)} parties"
        if kind == "intended":
            if not self.is_approved:
                yield "intended without an approval that stands"
        elif entry.voice.value not in PERSONS or entry.actor is None:
            yield f"{kind} by {entry.voice.value}, who is no person"
        else:
            self.is_approved = True
