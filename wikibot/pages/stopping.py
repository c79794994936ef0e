"""The stop page: anyone who can edit may stop publishing by one word on it."""

import re

STOP_WORDS = ("stop", "قف", "停止")

_FIRST_WORD = re.compile(r"\w+")


def says_stop(wikitext: str) -> bool:
    """Whether the first line that says anything begins with a word for stop.

    It stops publishing only; a withdrawal and the closing of a page go on.
    """
    lines = (line for line in wikitext.splitlines() if _FIRST_WORD.search(line))
    words = _FIRST_WORD.findall(next(lines, "").casefold())
    return bool(words) and words[0] in STOP_WORDS
