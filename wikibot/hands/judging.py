"""Judges what an anonymous reader got: whether it shows something that was taken back.

Rows are told by the page's id where they have one: others' pages may rightly have the
same title or use the same words.
"""

import html
import json
from collections.abc import Callable
from typing import Any

from wikibot.hands.evidence import Probe, Sought
from wikibot.hands.outcomes import Unreachable
from wikibot.hands.reader import Answer


def judge(
    where: str, answer: Answer | Unreachable, is_clean: Callable[[str], bool]
) -> Probe:
    if isinstance(answer, Unreachable):
        return Probe(where, None)
    # MediaWiki 1.39 says of a hidden revision's HTML, in a reply of its own, that it
    # broke; a 5xx of anybody else says nothing about the wiki.
    if answer.status >= 500 and '"httpCode":' not in answer.text:
        return Probe(where, None)
    try:
        return Probe(where, is_clean(answer.text))
    except (ValueError, KeyError, TypeError):
        return Probe(where, None)


def free_of(words: frozenset[str]) -> Callable[[str], bool]:
    def is_clean(text: str) -> bool:
        plain = html.unescape(text)
        read = (
            plain.encode().decode("unicode-escape", "ignore") if "\\u" in text else ""
        )
        return not any(word in hay for word in words for hay in (text, plain, read))

    return is_clean


def shows_ours(
    row: dict[str, Any], sought: Sought, is_clean: Callable[[str], bool]
) -> bool:
    """Whether the row is about our page, and shows what may not be seen of it."""
    if not is_about(row, sought):
        return False
    return sought.title_too or not is_clean(json.dumps(row, ensure_ascii=False))


def is_about(row: dict[str, Any], sought: Sought) -> bool:
    # In a log the page's id now is that of whoever stands at the title now.
    page_id = row.get("logpage", row.get("pageid", 0))
    if page_id in sought.page_ids:
        return True
    if sought.others.have(page_id, row.get("title", "")):
        return False
    # A log entry may name the page as where something went.
    named = json.dumps(row.get("logparams", row.get("params", "")), ensure_ascii=False)
    named_as = (json.dumps(one, ensure_ascii=False) for one in sought.named)
    return row.get("title") in sought.named or not free_of(frozenset(named_as))(named)
