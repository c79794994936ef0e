"""What a mark is, and while what the marks of a record count."""

import hmac
from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, FromClause, and_, func

from knowledge_base.columns import canonical
from knowledge_base.identity import mark_of
from knowledge_base.kept_views.light import lights_of
from knowledge_base.keys import HOUSE
from knowledge_base.records import RawContent
from knowledge_base.store import Store
from knowledge_base.tables import desk_records, records
from policies.facts import ARCHIVIST
from policies.view import OwnWords

SHAPE = 1
"""Of what is kept; another number, and all of it is worked out anew."""

above = records.alias("above")


def mark(key: bytes, word: str) -> int:
    """63 bits that nobody comes back from, or makes for a guess, without the key."""
    return int.from_bytes(hmac.digest(key, word.encode(), "sha256")[:8], "big") >> 1


def marks(key: bytes, words: Iterable[str]) -> frozenset[int]:
    return frozenset(mark(key, word) for word in words)


def texts_of(content: RawContent, own_words: Iterable[OwnWords]) -> Iterator[str]:
    """What a record is found by at a desk: all that it says, in whoever's words."""
    for values in content.values():
        yield from values
    yield from (one.text for one in own_words)


def party_of(reader: str, institution: str | None) -> str:
    """Whose key marks what this reader finds: a community's own, else the house's."""
    return (institution or HOUSE) if reader == ARCHIVIST else reader


def light_of(store: Store) -> str:
    """The rules and the places in whose light it was worked out who may open it.

    Without keys no word is marked: whoever opens the store with them marks all anew.
    """
    places = sorted(lights_of(store).items())
    of = [SHAPE, store.rulebook.version, places]
    return mark_of(canonical(of if store.has_keys else [*of, "without keys"]))


def with_its_record() -> FromClause:
    """Each entry beside its record and the collection above."""
    return desk_records.join(
        records, records.c.id == desk_records.c.record_id
    ).outerjoin(above, above.c.id == records.c.collection_id)


def is_current(light: str) -> ColumnElement[bool]:
    """Whether an entry counts: its facts, those of its collection, and the rules."""
    return and_(
        desk_records.c.light == light,
        desk_records.c.weighed == records.c.weighed,
        desk_records.c.above == func.coalesce(above.c.weighed, 0),
    )
