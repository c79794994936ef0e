"""Sees that the file of markers is whole before anything is made that relies on it."""

from sqlalchemy import func, select

from knowledge_base.chain import take_turn
from knowledge_base.markers.marker import DamagedMarkers
from knowledge_base.markers.marking import MarkersOwed, write_owed
from knowledge_base.store import Store
from knowledge_base.tables import markers


def settle(store: Store) -> None:
    """Makes the file whole where it can; raises `MarkersOwed` and `DamagedMarkers`.

    A store that no file of markers stands beside owes nothing to it.
    """
    book = store.markers
    if book is None:
        return
    with store.writing() as db:
        take_turn(db)
        lacking = write_owed(db, book)
        known = db.scalar(select(func.count()).select_from(markers)) or 0
    if lacking:
        raise MarkersOwed(lacking)
    if not book.path.exists():
        book.append(())
    if book.head()[0] < known:
        raise DamagedMarkers(
            str(book.path),
            f"it ends at marker {book.head()[0]}, and the store knows of {known}. "
            "Without the file the store writes it anew",
        )
