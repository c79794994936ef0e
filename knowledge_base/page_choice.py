"""Whether a record has a page of its own: its kind says so, or its collection."""

from sqlalchemy import Connection

from knowledge_base.kinds import Pages, shipped_kinds
from knowledge_base.records import Record, find_record

ALL = "all"


def has_page(db: Connection, record: Record) -> bool:
    """Where it is a choice, the record's collection makes it; left empty, it is no.

    A record of no collection has nobody to choose for it: the approval is the choice.
    """
    kind = shipped_kinds()[record.kind]
    if kind.wiki is None or kind.wiki.pages is Pages.NONE:
        return False
    if kind.wiki.pages is Pages.ALWAYS or record.collection is None:
        return True
    collection = find_record(db, record.collection)
    return collection is not None and collection.first("item_pages") == ALL
