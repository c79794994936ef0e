"""A step at its place in the chain, as the projections see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from knowledge_base.sheet import Sheet
from knowledge_base.steps import Actor
from policies.errors import WithcareError


@dataclass(frozen=True, slots=True)
class Placed:
    """A step at its place in the chain."""

    record: str
    position: int
    by: Actor
    at: datetime
    text: str | None
    commitment: str | None


class AlreadyKnown(WithcareError):
    """Something new has the name of something that is there; nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is already there; choose another name or load it.")


# The second argument is the kind of step that the projection is written for.
Projection = Callable[[Sheet, Any, Placed], None]
