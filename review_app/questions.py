"""The questions of the rulebook in words, for those who may see the record.

They read the internal reason: the public one is the same for many questions on
purpose, so that it betrays nothing, and belongs on pages that anyone may read.
"""

from collections.abc import Iterable

from knowledge_base.asking import MAY_OPEN
from policies.rulebook import NoSuchRule
from review_app.languages import language, message, said_in
from review_app.room import room

Words = tuple[str, str]  # the text, its language


def question(rule: str) -> Words:
    """What the rule asks, in the nearest language to hers that has words for it."""
    if rule == MAY_OPEN:
        return message("question-may-open"), language()
    try:
        asked = room().store.rulebook.rule(rule).question
    except NoSuchRule:  # asked under an earlier rulebook
        return rule, "en"
    return said_in(dict(asked.internal))


def said_once(rules: Iterable[str]) -> tuple[Words, ...]:
    """What these rules ask, in their order; what two say alike is said once."""
    return tuple(dict.fromkeys(question(rule) for rule in rules))


def alike(rule: str) -> tuple[str, ...]:
    """The rules whose question reads the same to her, this one among them; by id."""
    words = question(rule)
    known = (one.id for one in room().store.rulebook.rules)
    return tuple(one for one in known if question(one) == words) or (rule,)
