"""What the wiki may answer to an act of ours, each as a type that says what follows.

Nothing here is a success boolean: whoever acts looks at the type, and every type but
the first two says whether the batch goes on and whether a person has to look.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Retry(StrEnum):
    """When the same act may be tried again."""

    NOW = "now"  # at once, after reading the page again
    LATER = "later"  # on the next run
    NEVER = "never"  # only after a person has looked


@dataclass(frozen=True, slots=True)
class Saved:
    """The page was saved. `merged`: the wiki wove in an edit that we had not seen."""

    page_id: int
    revision: int
    old_revision: int | None
    merged: bool
    code: ClassVar[str] = "saved"


@dataclass(frozen=True, slots=True)
class NoChange:
    """The page stood there already just as we wanted it; no revision was made."""

    page_id: int
    code: ClassVar[str] = "no-change"


@dataclass(frozen=True, slots=True)
class Failure:
    """The base of every answer that is no; `stops` ends the batch, not a withdrawal."""

    retry: ClassVar[Retry] = Retry.NEVER
    stops: ClassVar[bool] = False
    needs_person: ClassVar[bool] = True
    is_certain: ClassVar[bool] = True  # False: it may have been saved all the same
    code: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Conflict(Failure):
    """Somebody changed the same lines in between."""

    retry: ClassVar[Retry] = Retry.NOW
    code: ClassVar[str] = "conflict"


@dataclass(frozen=True, slots=True)
class Missing(Failure):
    """The page was deleted; it is never made again without a person."""

    code: ClassVar[str] = "missing"


@dataclass(frozen=True, slots=True)
class Taken(Failure):
    """A page with this title is there already."""

    code: ClassVar[str] = "title-taken"


@dataclass(frozen=True, slots=True)
class Protected(Failure):
    """The page or its title is protected from us."""

    code: ClassVar[str] = "protected"


@dataclass(frozen=True, slots=True)
class Blocked(Failure):
    """The account may not edit any more: somebody wants us to stop."""

    stops: ClassVar[bool] = True
    code: ClassVar[str] = "blocked"


@dataclass(frozen=True, slots=True)
class Lagged(Failure):
    """The wiki asks to be left alone; for so many seconds, 0 if it did not say."""

    retry_after: int
    retry: ClassVar[Retry] = Retry.LATER
    stops: ClassVar[bool] = True
    needs_person: ClassVar[bool] = False
    code: ClassVar[str] = "lagged"


@dataclass(frozen=True, slots=True)
class ReadOnly(Failure):
    """Nobody can save anything there for now."""

    retry: ClassVar[Retry] = Retry.LATER
    stops: ClassVar[bool] = True
    needs_person: ClassVar[bool] = False
    code: ClassVar[str] = "read-only"


@dataclass(frozen=True, slots=True)
class RateLimited(Failure):
    """We were faster than the wiki allows."""

    retry: ClassVar[Retry] = Retry.LATER
    stops: ClassVar[bool] = True
    needs_person: ClassVar[bool] = False
    code: ClassVar[str] = "rate-limited"


@dataclass(frozen=True, slots=True)
class AssertFailed(Failure):
    """We are not, or no longer, signed in as the account we should be."""

    stops: ClassVar[bool] = True
    code: ClassVar[str] = "not-signed-in"


@dataclass(frozen=True, slots=True)
class Refused(Failure):
    """Any other no, by the wiki's own code; one that is not about this page alone."""

    reason: str
    stops: ClassVar[bool] = True
    code: ClassVar[str] = "refused"


@dataclass(frozen=True, slots=True)
class RefusedPage(Failure):
    """A no that is about this page or its text: a filter, a list, its size."""

    reason: str
    code: ClassVar[str] = "page-refused"


@dataclass(frozen=True, slots=True)
class Unreachable(Failure):
    """No answer, or one that is no answer; what became of the act is not known."""

    why: str
    retry: ClassVar[Retry] = Retry.LATER
    stops: ClassVar[bool] = True
    needs_person: ClassVar[bool] = False
    is_certain: ClassVar[bool] = False
    code: ClassVar[str] = "unreachable"


@dataclass(frozen=True, slots=True)
class NotWritten(Failure):
    """A rehearsal: pywikibot was told to simulate, so nothing was sent."""

    stops: ClassVar[bool] = True
    needs_person: ClassVar[bool] = False
    code: ClassVar[str] = "simulated"


EditOutcome = Saved | NoChange | Failure
