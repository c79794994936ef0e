"""What a desk is laid with: of each record all that is known, each thing read once.

It is for `views` alone. The same queries run whatever is there, and how many they are
does not follow how many records are looked at together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from knowledge_base.gate import Judged, facts_from
from knowledge_base.history import Entry, Journey, histories_of, journeys_for
from knowledge_base.journeys import State
from knowledge_base.parties import Community, communities
from knowledge_base.records import Record, Whole, find_with_wholes, own_words_of
from knowledge_base.said import Said, said_of
from knowledge_base.sheet import chunks
from policies.facts import Facts


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of some records, each by its id; and all that can be asked."""

    records: Mapping[str, Record]
    facts: Mapping[str, Facts]
    towards: Mapping[str, tuple[Journey, ...]]
    histories: Mapping[str, tuple[Entry, ...]]
    said: Mapping[str, tuple[Said, ...]]
    parties: tuple[Community, ...]


def gather(db: Connection, ids: Sequence[str], *, for_a_list: bool) -> Gathered:
    """`for_a_list`: without what a list has no room for, which is what happened to
    each, and what is said of it in others' words.
    """
    records, wholes = find_with_wholes(db, ids)
    said = said_of(db, tuple(dict.fromkeys((*ids, *wholes))))
    parties = communities(db)
    return Gathered(
        records=records if for_a_list else _in_own_words(db, ids, records),
        facts=_facts(db, records, wholes, said, parties),
        towards=_towards(db, ids),
        histories={} if for_a_list else histories_of(db, ids),
        said=said,
        parties=parties,
    )


def _in_own_words(
    db: Connection, ids: Sequence[str], records: Mapping[str, Record]
) -> Mapping[str, Record]:
    spoken = {}
    for some in chunks(ids):
        spoken.update(own_words_of(db, some))
    return {
        id: replace(one, own_words=spoken.get(id, ())) for id, one in records.items()
    }


def _facts(
    db: Connection,
    records: Mapping[str, Record],
    wholes: Mapping[str, Whole],
    said: Mapping[str, tuple[Said, ...]],
    parties: Sequence[Community],
) -> Mapping[str, Facts]:
    rows = [
        Judged(one.id, one.kind, one.collection, one.known) for one in records.values()
    ]
    above = [Judged(one.id, one.kind, None, one.known) for one in wholes.values()]
    seasons = {x.id: x.turned for one in parties for x in one.seasons}
    return facts_from(db, rows, above, said, seasons)


def _towards(db: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Journey, ...]]:
    """The journeys of each, by destination."""
    found: dict[str, tuple[Journey, ...]] = {}
    journeys = journeys_for(db, tuple(ids), tuple(State))
    for one in sorted(journeys, key=lambda one: one.destination):
        found[one.record] = (*found.get(one.record, ()), one)
    return found
