"""Records as they are held, content and all; for the gate's side of the door only.

What leaves the knowledge base is a `PublicView` or a `DeskView`, never a `Record`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from knowledge_base.columns import canonical, storable
from knowledge_base.identity import mark_of
from knowledge_base.keys import read_text
from knowledge_base.known import Known
from knowledge_base.sealed_facts import read_sealed
from knowledge_base.sheet import chunks
from knowledge_base.tables import contents, own_words, records
from policies.errors import WithcareError
from policies.view import OwnWords

RawContent = Mapping[str, tuple[str, ...]]  # field name -> values, source order


class NoSuchRecord(WithcareError):
    """There is no such record, or none that may be spoken of: the same words."""

    def __init__(self) -> None:
        super().__init__("There is no record here that can be shown.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`content` is empty when the record was erased; `own_words` in order given."""

    id: str
    kind: str
    source: str
    identifier: str
    collection: str | None
    institution: str | None
    length: int
    content: RawContent
    content_hash: str | None
    known: Known
    own_words: tuple[OwnWords, ...]
    received_at: datetime

    def first(self, field: str) -> str:
        """The field's first value, or an empty string."""
        values = self.content.get(field) or ("",)
        return values[0]

    @property
    def is_unreadable(self) -> bool:
        """Whether what it says, or what is known of it, stands there and does not open.

        `content` is as empty then as that of a record which says nothing at all.
        """
        if self.content_hash is None:
            return False
        says = self.content or self.content_hash == hash_of(content_text({}))
        return self.known.unreadable is not None or not says


def content_text(content: RawContent) -> str:
    """The content as it is stored: canonical JSON, empty fields left out.

    Raises `UnstorableText`, which JSON's escapes would otherwise hide.
    """
    storable("".join(value for values in content.values() for value in values))
    return canonical({name: values for name, values in content.items() if values})


def read_content(text: str | None) -> RawContent:
    """The content as `content_text` wrote it; nothing where it was erased."""
    return msgspec.json.decode(text or "{}", type=dict[str, tuple[str, ...]])


def hash_of(text: str) -> str:
    return mark_of(text)


def find_record(db: Connection, id: str) -> Record | None:
    return find_records(db, (id,)).get(id)


def get_record(db: Connection, id: str) -> Record:
    """Raises `NoSuchRecord`."""
    found = find_record(db, id)
    if found is None:
        raise NoSuchRecord
    return found


def find_records(db: Connection, ids: Iterable[str]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for some in chunks(ids):
        spoken = own_words_of(db, some)
        query = _WITH_CONTENT.where(records.c.id.in_(some))
        for row in db.execute(query).mappings():
            found[row["id"]] = _record(db, row, spoken.get(row["id"], ()))
    return found


_WITH_CONTENT = select(records, contents.c.salt, contents.c.text).outerjoin(
    contents, contents.c.commitment == records.c.content
)


@dataclass(frozen=True, slots=True)
class Whole:
    """A collection, as far as it says something of what is in it."""

    id: str
    kind: str
    known: Known


def find_with_wholes(
    db: Connection, ids: Iterable[str]
) -> tuple[dict[str, Record], dict[str, Whole]]:
    """These records without their own words, and the collections that they are in.

    In one query; each by its id.
    """
    found: dict[str, Record] = {}
    wholes: dict[str, Whole] = {}
    query = _WITH_CONTENT.add_columns(
        _above.c.kind.label("whole_kind"), _above.c.facts.label("whole_facts")
    ).outerjoin(_above, _above.c.id == records.c.collection_id)
    for some in chunks(ids):
        for row in db.execute(query.where(records.c.id.in_(some))).mappings():
            record = _record(db, row, ())
            found[record.id], above = record, record.collection
            if above is not None and above not in wholes:
                known = read_sealed(db, above, row["whole_facts"])
                wholes[above] = Whole(above, row["whole_kind"], known)
    return found, wholes


_above = records.alias("above")


def _record(
    db: Connection, row: Mapping[Any, Any], spoken: tuple[OwnWords, ...]
) -> Record:
    return Record(
        id=row["id"],
        kind=row["kind"],
        source=row["source"],
        identifier=row["identifier"],
        collection=row["collection_id"],
        institution=row["institution_id"],
        length=row["length"],
        content=read_content(read_text(db, row["content"], row["salt"], row["text"])),
        content_hash=row["content_hash"],
        known=read_sealed(db, row["id"], row["facts"]),
        own_words=spoken,
        received_at=row["received_at"],
    )


def own_words_of(db: Connection, ids: Sequence[str]) -> dict[str, tuple[OwnWords, ...]]:
    """What communities say of each of these in their own words, in order given."""
    query = (
        select(own_words, contents.c.salt, contents.c.text)
        .join(contents, contents.c.commitment == own_words.c.content)
        .where(own_words.c.record_id.in_(ids), contents.c.text.is_not(None))
        .order_by(own_words.c.step)
    )
    spoken: dict[str, tuple[OwnWords, ...]] = {}
    for row in db.execute(query):
        text = read_text(db, row.content, row.salt, row.text)
        if text is None:
            continue  # its key is gone
        said = msgspec.json.decode(text, type=dict[str, str])
        words = OwnWords(
            party=row.party,
            signed=said.get("signed", ""),
            field=row.field,
            text=said["text"],
            language=row.language,
            instead=row.instead,
        )
        spoken[row.record_id] = (*spoken.get(row.record_id, ()), words)
    return spoken
