"""What each kind of step changes in the tables that stand beside the history.

One small function per kind; a kind without one changes nothing but the history.
"""

from collections.abc import Mapping

from knowledge_base.projection.answers import OF_ANSWERS
from knowledge_base.projection.parties import OF_PARTIES
from knowledge_base.projection.placed import AlreadyKnown, Placed, Projection
from knowledge_base.projection.records import OF_RECORDS
from knowledge_base.sheet import Sheet
from knowledge_base.steps import Step

__all__ = ["AlreadyKnown", "Placed", "project"]

PROJECTIONS: Mapping[type[Step], Projection] = {
    **OF_RECORDS,
    **OF_ANSWERS,
    **OF_PARTIES,
}


def project(sheet: Sheet, step: Step, at: Placed) -> None:
    """Changes the sheet as the step says; the row's history length grows by one."""
    projection = PROJECTIONS.get(type(step))
    if projection is not None:
        projection(sheet, step, at)
    sheet.grow(at.record)
