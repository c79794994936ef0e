"""A step as somebody wishes to take it: what they saw, who they are, what they say."""

from dataclasses import dataclass

from knowledge_base.steps import Actor, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A step to be taken; `seen` is the history length the writer saw.

    Several notes on one record in one call all carry the length from before the
    first of them.
    """

    record: str
    seen: int
    step: Step
    by: Actor
    text: str | None = None
