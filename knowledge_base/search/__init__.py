"""Finds what anyone may see: our own words, looked up by whichever database it is."""

from knowledge_base.search.finding import find_shown

__all__ = ["find_shown"]
