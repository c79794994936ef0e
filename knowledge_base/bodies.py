"""What of a step stands in the chain for good, and what travels beside it as a text.

A body can never be erased, so it holds nothing that says what a record said: no words
that were found in it, and no plain hash of it, for a short text is guessed by trying.
Where a step is about a content, its body names the commitment, whose salt is erased
together with the text.
"""

from typing import Any

from knowledge_base import steps
from knowledge_base.columns import canonical
from knowledge_base.notes import Note
from knowledge_base.steps import Step, body_of


def text_beside(one: Note) -> str | None:
    """The text that is committed to with the step: its own, or the words it found."""
    if not isinstance(one.step, steps.Screened):
        return one.text
    words = [found.evidence for found in one.step.findings]
    return canonical(words) if any(words) else one.text


def stored_body(
    step: Step, *, commitment: str | None, content: str | None
) -> dict[str, Any]:
    """The body as it is chained; `content`: the commitment of what the record says."""
    body = body_of(step)
    match step:
        case steps.Received() | steps.ContentChanged():
            body["content_hash"] = commitment or ""
        case steps.Approved() | steps.Reopened():
            body["content_hash"] = content or ""
        case steps.LabelApplied() if step.text_hash:
            body["text_hash"] = commitment or ""
        case steps.Screened():
            for found in body["findings"]:
                found["evidence"] = ""
    return body
