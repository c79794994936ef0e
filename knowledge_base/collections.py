"""Collections, found by a short name of their own, and where their records set out."""

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from knowledge_base.institutions import BY_HAND, require_institution
from knowledge_base.kinds import Kind, Pages
from knowledge_base.projection import AlreadyKnown
from knowledge_base.receiving import receive
from knowledge_base.records import RawContent, find_record
from knowledge_base.steps import Actor
from knowledge_base.store import Store
from knowledge_base.tables import records
from policies.errors import WithcareError


class NoSuchCollection(WithcareError):
    """No collection has this short name; nothing was written."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        super().__init__(
            f"There is no collection {slug!r}; make it with `withcare kb collection`."
        )


def add_collection(
    store: Store,
    slug: str,
    content: RawContent,
    *,
    by: Actor,
    now: datetime,
    institution: str | None = None,
    towards: tuple[str, ...] = (),
) -> str:
    """A collection with this short name; returns its id.

    What is imported into it is of its institution. Raises `AlreadyKnown`, and
    `NoSuchInstitution`.
    """
    with store.reading() as db:
        if institution is not None:
            require_institution(db, institution)
        if _id_of(db, slug) is not None:
            raise AlreadyKnown(f"A collection {slug!r}")
    try:
        return receive(
            store,
            "collection",
            content,
            by=by,
            now=now,
            identifier=slug,
            institution=institution,
            towards=towards,
        )
    except IntegrityError as error:  # somebody else was faster
        raise AlreadyKnown(f"A collection {slug!r}") from error


def find_collection(db: Connection, slug: str) -> str:
    """The id of the collection; raises `NoSuchCollection`."""
    found = _id_of(db, slug)
    if found is None:
        raise NoSuchCollection(slug)
    return found


def _id_of(db: Connection, slug: str) -> str | None:
    found = db.scalar(
        select(records.c.id).where(
            records.c.source == BY_HAND,
            records.c.identifier == slug,
            records.c.kind == "collection",
        )
    )
    return None if found is None else str(found)


def destinations_for(
    db: Connection, kind: Kind, collection: str | None, known: tuple[str, ...]
) -> tuple[str, ...]:
    """Where a new record of this kind sets out for: all destinations, or none.

    Item pages are their collection's choice; a collection that says nothing has none.
    """
    if kind.wiki is None or kind.wiki.pages is Pages.NONE:
        return ()
    if kind.wiki.pages is Pages.ALWAYS:
        return known
    found = None if collection is None else find_record(db, collection)
    wants = found is not None and found.first("item_pages") == "all"
    return known if wants else ()


def ids_by_identifier(db: Connection, collection: str) -> dict[str, str]:
    """The source's identifier -> record id, for the records of the collection."""
    found = db.execute(
        select(records.c.identifier, records.c.id).where(
            records.c.collection_id == collection
        )
    )
    return {row.identifier: row.id for row in found}
