"""On whose desks a record lies: who is to do with it, whoever signs in."""

from collections.abc import Iterable

from knowledge_base.known import Known
from policies.decision import Question
from policies.facts import Facts, Flag, Named


def concerned_with(
    known: Known, facts: Facts, questions: Iterable[Question]
) -> frozenset[str]:
    """The parties that are to do with the record, itself or by its collection.

    A flag that waits for the party that raised it opens nothing to that party: else
    whoever knows an id would see the record by flagging it.
    """
    own = {(f"flag:{x.id}", x.party) for x in facts.flags or () if _is_own(x)}
    parties = {one.to for one in questions if (one.about, one.to) not in own}
    parties |= {label.community for label in facts.labels or ()}
    parties |= {word.party for word in facts.words}
    parties |= {x.party for x in facts.flags or () if x.party and not _is_own(x)}
    if isinstance(facts.concerned, Named):
        parties |= facts.concerned.parties
    return frozenset(parties) | set(known.concern.parties)


def _is_own(flag: Flag) -> bool:
    return flag.party is not None and flag.party == flag.raised_by
