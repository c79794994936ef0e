"""What every step is: a frozen value with a stable tag, taken by an actor."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Voice(StrEnum):
    """In whose name a step is taken."""

    SOFTWARE = "software"
    INSTITUTION = "institution"
    COMMUNITY = "community"
    OWN = "self"
    OPERATOR = "operator"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step. `account` is None for software and for anyone without one."""

    voice: Voice
    account: str | None = None
    party: str | None = None  # for whom a steward speaks; None for everybody else
    reason: str | None = None  # a code of reasons.yaml; an institution must give one
    by_command: bool = False


SOFTWARE = Actor(Voice.SOFTWARE)
ANYONE = Actor(Voice.ANYONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The base of all kinds; `kind` is the stable tag under which it is stored."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
