"""On whose desks a record lies: who is to do with it, whoever signs in."""

from collections.abc import Iterable

from knowledge_base.known import Known
from policies.decision import Question
from policies.facts import ARCHIVIST, Facts, Flag, Named, NotKnown
from policies.hints import WordClass
from policies.word_lists import LIST_RULES


def concerned_with(
    known: Known, facts: Facts, questions: Iterable[Question]
) -> frozenset[str]:
    """The parties that are to do with the record, itself or by its collection.

    A flag that waits for the party that raised it opens nothing to that party: else
    whoever knows an id would see the record by flagging it. Nor does a private list
    open what others have to do with: see `is_passed_on`.
    """
    own = {(f"flag:{x.id}", x.party) for x in facts.flags or () if _is_own(x)}
    parties = {
        one.to
        for one in questions
        if (one.about, one.to) not in own and not is_passed_on(one, facts)
    }
    parties |= {label.community for label in facts.labels or ()}
    parties |= {word.party for word in facts.words}
    parties |= {x.party for x in facts.flags or () if x.party and not _is_own(x)}
    if isinstance(facts.concerned, Named):
        parties |= facts.concerned.parties
    return frozenset(parties) | set(known.concern.parties)


def is_passed_on(question: Question, facts: Facts) -> bool:
    """Whether a private list's question has to be passed on by somebody of the record.

    A community that lists a common word would otherwise read whatever others keep to
    themselves. Where another community has to do with the record, or may have while
    nobody has said whom it concerns, or its source restricts it, somebody there asks
    the list's community; until then it is held.
    """
    if question.rule not in LIST_RULES:
        return False
    others = {label.community for label in facts.labels or ()}
    others |= {word.party for word in facts.words}
    for flag in facts.flags or ():
        others |= {flag.party or ARCHIVIST, flag.raised_by or ARCHIVIST}
    if isinstance(facts.concerned, Named):
        others |= facts.concerned.parties
    hints = {one.rule for one in facts.findings or ()}
    if isinstance(facts.concerned, NotKnown) and not hints.isdisjoint(_OF_A_PEOPLE):
        return True
    return _AT_SOURCE in hints or bool(others - {question.to, ARCHIVIST})


_AT_SOURCE = "hint-restriction-at-source"
_OF_A_PEOPLE = {"hint-people-named", "hint-culture-given"} | {
    f"hint-words-{of}" for of in WordClass
}
"""What shows that a people may be concerned; it may be another than the list's."""


def _is_own(flag: Flag) -> bool:
    return flag.party is not None and flag.party == flag.raised_by
