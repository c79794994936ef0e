"""Communities: their places, their stewards, their seasons."""

from dataclasses import dataclass

from knowledge_base.steps.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityAdded(Step):
    kind = "community-added"
    part_of: str | None
    needs_second: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OneIsEnough(Step):
    """The community wishes that its first steward answers without a second person.

    The evidence is the text. Somebody else writes the invitation down.
    """

    kind = "one-is-enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRecorded(Step):
    """An institution writes down that a community named its steward.

    The evidence (a resolution, a letter, a word at a meeting) is the text. The
    half-mark is the fingerprint of a secret that only the invited person has.
    """

    kind = "invitation-recorded"
    invitation: str
    half_mark: str
    matters: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationTakenBack(Step):
    """It was written down wrongly and nobody has joined by it: it opens nothing now."""

    kind = "invitation-taken-back"
    invitation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardJoined(Step):
    kind = "steward-joined"
    account: str
    invitation: str
    waits_for_second: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardConfirmed(Step):
    kind = "steward-confirmed"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardSuspended(Step):
    """The one emergency power over a steward, and it only tightens."""

    kind = "steward-suspended"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted(Step):
    """Another steward of the community lifts it; nobody else can."""

    kind = "suspension-lifted"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade(Step):
    """A new key of the community's own; the one before it opens nothing any more."""

    kind = "key-made"
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedByKey(Step):
    """Whoever joined had the community's key as well; with that it is used up."""

    kind = "confirmed-by-key"
    account: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StewardLeft(Step):
    kind = "steward-left"
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsListed(Step):
    """The community gave its private list of words, in place of the one before.

    The words, each under its number, are the text, and stand nowhere else.
    `next_number`: the first that was never given to a word of it.
    """

    kind = "words-listed"
    next_number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonNamed(Step):
    kind = "season-named"
    season: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonDated(Step):
    """The community said between which days it is open, or with "" takes them away.

    Both days as "11-15", every year, or as "2026-11-15", once. `zone` is the time
    zone of its place, as "Pacific/Auckland"; "" is not known.
    """

    kind = "season-dated"
    season: str
    opens: str
    closes: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonTurned(Step):
    kind = "season-turned"
    season: str
    is_open: bool
