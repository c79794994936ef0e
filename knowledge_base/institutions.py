"""Institutions: organisations written down here, for which people work.

A role, a collection and the records of it belong to one of them, or to none. An
organisation that came in from a source is a record like any other, and nobody's house.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from knowledge_base.records import find_records
from knowledge_base.tables import records
from policies.errors import WithcareError

KIND = "organisation"
BY_HAND = "withcare"  # the source of what a person here made


class NoSuchInstitution(WithcareError):
    """Nothing written down here as an institution has this id; nothing was written."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(
            f"There is no institution {id!r}; make it with `withcare kb institution`, "
            "which prints its id."
        )


@dataclass(frozen=True, slots=True)
class Institution:
    """One house, under the name it goes by."""

    id: str
    name: str


def institutions(db: Connection) -> tuple[Institution, ...]:
    """All of them, by name; none that was erased."""
    ids = tuple(db.scalars(select(records.c.id).where(*_ARE_INSTITUTIONS)))
    found = [
        Institution(id, one.first("name")) for id, one in find_records(db, ids).items()
    ]
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


def is_institution(db: Connection, id: str) -> bool:
    found = select(records.c.id).where(records.c.id == id, *_ARE_INSTITUTIONS)
    return db.execute(found).first() is not None


def require_institution(db: Connection, id: str) -> None:
    """Raises `NoSuchInstitution`."""
    if not is_institution(db, id):
        raise NoSuchInstitution(id)


_ARE_INSTITUTIONS = (
    records.c.kind == KIND,
    records.c.source == BY_HAND,
    records.c.content_hash.is_not(None),
)
