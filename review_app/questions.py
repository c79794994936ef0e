"""The questions of the rulebook in words, for lists that show many of them."""

from policies.rulebook import NoSuchRule
from review_app.languages import said_in
from review_app.room import room


def question(rule: str) -> tuple[str, str]:
    """(what the rule asks, said so that it betrays nothing; its language)."""
    try:
        asked = room().store.rulebook.rule(rule).question
    except NoSuchRule:  # asked under an earlier rulebook
        return rule, "en"
    return said_in(dict(asked.public))
