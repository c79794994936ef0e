"""Finds records by our own words, looked up by whichever database it is.

What anyone may see is one column, what is on a desk another.
"""

from knowledge_base.search.at_the_desk import DeskPage, find_at_desk
from knowledge_base.search.finding import find_shown

__all__ = ["DeskPage", "find_at_desk", "find_shown"]
