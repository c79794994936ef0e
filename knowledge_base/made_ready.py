"""What a record is to say, made ready to be taken in.

It follows from the content alone: no store is asked, so that it may be done ahead of
the store, and in another process.
"""

from typing import NamedTuple

from knowledge_base.kinds import Kind
from knowledge_base.records import RawContent, content_text, hash_of
from policies.facts import Finding
from policies.hints import find_hints


class Ready(NamedTuple):
    """A content as it is stored, and what anybody may notice in it.

    `hints` are without what stands on a private list: those are asked at the last.
    """

    content: RawContent
    text: str
    content_hash: str
    hints: frozenset[Finding]


def make_ready(kind: Kind, content: RawContent) -> Ready:
    """Raises `UnstorableText`."""
    text = content_text(content)
    return Ready(content, text, hash_of(text), find_hints(kind.content(content)))
