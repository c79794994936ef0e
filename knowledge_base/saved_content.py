"""The words that a page was made from, which the source may have corrected since."""

from sqlalchemy import Connection

from knowledge_base import steps
from knowledge_base.history import Entry, history_of
from knowledge_base.records import RawContent, read_content


def content_as_saved(db: Connection, record: str, destination: str) -> RawContent:
    """What the record held when the save was begun that made its page.

    Nothing where no save arrived, or where the words were erased.
    """
    history = history_of(db, record)
    began = _last_arrived(history, destination)
    told = [
        entry.text
        for entry in history
        if entry.position < began
        and isinstance(entry.step, steps.Received | steps.ContentChanged)
    ]
    return read_content(told[-1]) if told else {}


def _last_arrived(history: tuple[Entry, ...], destination: str) -> int:
    """The position of the intent whose edit was saved last; 0: there is none."""
    began = arrived = 0
    for entry in history:
        match entry.step:
            case steps.Intended() if entry.step.destination == destination:
                began = entry.position
            case steps.Saved() if entry.step.destination == destination:
                arrived = began
    return arrived
