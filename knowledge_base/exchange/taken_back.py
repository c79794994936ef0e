"""Whether what comes in was refused or taken back before, under whatever other name.

A no is to the thing and not to its number in one source. The same content from
elsewhere is taken in, but held until those who said no have looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, select

from knowledge_base import steps, tables
from knowledge_base.identity import new_id
from knowledge_base.journeys import State
from knowledge_base.known import read_known
from knowledge_base.notes import Note
from knowledge_base.sheet import chunks
from knowledge_base.steps import ANYONE
from policies.facts import ARCHIVIST, NOT_WRITTEN_YET, Says

TOLD = (
    "this is the same as a record that was refused or taken back; it is held until "
    "those concerned have looked at it: leave it to them"
)
TOLD_MARKED = (
    "this was taken back or erased here before, and comes in as taken back, without "
    "anything that it says: leave it to those concerned"
)
_NO = tuple(
    state.value
    for state in (State.REFUSED, State.WITHDRAWING, State.WITHDRAWN, State.ERASED)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What is known of a record about to come in, or to change, as `record`.

    `identifier` is None where only the content is to be compared.
    """

    record: str
    seen: int
    content_hash: str
    identifier: str | None = None


def holding(
    db: Connection,
    coming: Sequence[Coming],
    *,
    kind: str,
    institution: str | None,
    destinations: Sequence[str],
    marked: frozenset[str] = frozenset(),
) -> dict[str, list[Note]]:
    """The flags for those that were taken back before, by record id.

    The content is compared everywhere. Of what was erased only the identifier is
    left, which says something within one institution alone. `marked` are the hashes of
    contents of which a marker says the same.
    """
    said_no = _said_no(destinations)
    if not marked and not _has_any(db, said_no):
        return {}
    hashes = tables.records.c.content_hash
    by_content = _parties(
        db, [one.content_hash for one in coming], hashes, kind, said_no
    )
    identifiers = [one.identifier for one in coming if one.identifier is not None]
    by_identifier = _parties(
        db,
        identifiers,
        tables.records.c.identifier,
        kind,
        said_no,
        tables.records.c.institution_id.is_not_distinct_from(institution),
    )
    found: dict[str, list[Note]] = {}
    for one in coming:
        same = by_content.get(one.content_hash)
        named = by_identifier.get(one.identifier or "")
        if same is not None or named is not None or one.content_hash in marked:
            parties = (same or frozenset()) | (named or frozenset())
            found[one.record] = _flags(one, parties)
    return found


def _has_any(db: Connection, said_no: tuple[Select[tuple[str]], ...]) -> bool:
    # Where no word stands none stands over a collection. Asked for the first of those,
    # PostgreSQL looked through every record, with each portion.
    moved, standing, _ = said_no
    return any(db.execute(ids.limit(1)).first() for ids in (moved, standing))


def _said_no(destinations: Sequence[str]) -> tuple[Select[tuple[str]], ...]:
    """Records that were refused, withdrawn or erased, or whose collection was."""
    journeys, words, records = tables.journeys, tables.words, tables.records
    standing = select(words.c.record_id).where(
        words.c.says == Says.NO.value, words.c.superseded_by.is_(None)
    )
    moved = select(journeys.c.record_id).where(
        journeys.c.destination.in_(destinations), journeys.c.state.in_(_NO)
    )
    return (
        moved,
        standing,
        select(records.c.id).where(records.c.collection_id.in_(standing)),
    )


def _parties(
    db: Connection,
    wanted: Sequence[str],
    column: ColumnElement[str | None],
    kind: str,
    said_no: tuple[Select[tuple[str]], ...],
    *more: ColumnElement[bool],
) -> dict[str, frozenset[str]]:
    """Who is to look, for each of the wanted values under which something is."""
    records = tables.records
    found: dict[str, frozenset[str]] = {}
    for some in chunks(wanted):
        for ids in said_no:
            query = select(
                column, records.c.id, records.c.collection_id, records.c.facts
            ).where(records.c.id.in_(ids), column.in_(some), records.c.kind == kind)
            for value, id, collection, facts in db.execute(query.where(*more)).all():
                known = read_known(facts)
                parties = {*known.concern.parties, *_refusing(db, id, collection)}
                parties |= {label.community for label in known.labels}
                found[value] = found.get(value, frozenset()) | parties
    return found


def _refusing(db: Connection, *ids: str | None) -> set[str]:
    """The communities whose no stands for any of these; the archivist is none."""
    words = tables.words
    query = select(words.c.party).where(
        words.c.record_id.in_([id for id in ids if id is not None]),
        words.c.says == Says.NO.value,
        words.c.superseded_by.is_(None),
    )
    return set(db.scalars(query)) - {ARCHIVIST}


def _flags(one: Coming, parties: frozenset[str]) -> list[Note]:
    """A flag for each party; without one, for whoever turns out to be concerned."""
    return [
        Note(
            record=one.record,
            seen=one.seen,
            step=steps.Held(
                flag=new_id(),
                against=NOT_WRITTEN_YET,
                party=party,
                is_grave=False,
                field=None,
                start=None,
                end=None,
            ),
            by=ANYONE,
        )
        for party in sorted(parties) or (None,)
    ]
