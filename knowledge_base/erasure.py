"""Takes the words out of a record's history and leaves that something happened."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from knowledge_base.clearing import owe_clearing
from knowledge_base.desk_words import erase_marks
from knowledge_base.pages import PageState, title_key, turn_page
from knowledge_base.tables import contents, own_words, pages, records, steps
from policies.errors import WithcareError


class AlreadyErased(WithcareError):
    """The record is empty already; nothing more was written."""

    def __init__(self, record: str) -> None:
        self.record = record
        super().__init__(f"Record {record} was erased already; nothing is left of it.")


def require_unerased(db: Connection, record: str) -> None:
    """Raises `AlreadyErased`; nothing for a record that never was."""
    found = select(records.c.id).where(
        records.c.id == record, records.c.content_hash.is_(None)
    )
    if db.execute(found).first() is not None:
        raise AlreadyErased(record)


def erase_texts(db: Connection, record: str, *, now: datetime) -> None:
    """Empties every text of the record, salt and all; steps are not touched.

    The commitment stays in the chain, so that the audit still holds and says that a
    text was erased.
    """
    of_record = select(steps.c.commitment).where(
        steps.c.record_id == record, steps.c.commitment.is_not(None)
    )
    commitments = list(db.scalars(of_record))
    db.execute(
        update(contents)
        .where(contents.c.commitment.in_(commitments))
        .values(salt=None, text=None, erased_at=now)
    )
    db.execute(delete(own_words).where(own_words.c.record_id == record))
    erase_marks(db, (record,))
    owe_clearing(db, now=now)
    erase_pages(db, record)


def let_page_go(db: Connection, page: PageState) -> None:
    """The page is off the wiki, and what it said is kept here no more.

    Its titles are: by them it is known again where somebody restores it. Of an erased
    record they go as well.
    """
    turn_page(db, page.record, page.destination, status="gone")
    mine = (pages.c.record_id == page.record) & (
        pages.c.destination == page.destination
    )
    db.execute(update(pages).where(mine).values(base_units=None, base_sha1=None))
    content = db.scalar(select(records.c.content).where(records.c.id == page.record))
    if content is None:
        erase_pages(db, page.record)


def erase_pages(db: Connection, record: str) -> None:
    """Empties what is known of the record's pages, but for one that still stands."""
    of_ours = update(pages).where(pages.c.record_id == record)
    db.execute(of_ours.values(base_units=None, base_sha1=None))
    # A title may say what the record said. One that stands on a wiki is kept: whoever
    # takes it down has to know it.
    unnamed = f"erased {record}"
    db.execute(
        of_ours.where(pages.c.page_id.is_(None) | (pages.c.status == "gone")).values(
            title=unnamed, title_key=title_key(unnamed), past_titles=[]
        )
    )
