"""The words of records as marks, for the desks of those who may open them.

A mark is a keyed hash of the beginning of a word: the same word has another mark for
each party. Whoever has the database and no key learns how many marks a record has, and
which records of one party share one.
"""

from knowledge_base.desk_words.catching_up import forget_how_far, mark_stale
from knowledge_base.desk_words.erasing import erase_marks
from knowledge_base.desk_words.marking import mark_anew

__all__ = ["erase_marks", "forget_how_far", "mark_anew", "mark_stale"]
