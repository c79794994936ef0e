"""By which ways records come to somebody's desk: her communities, and her house.

What lies there was worked out when a record was weighed last. A list asks for it, and
so is no shorter for what is hidden, and takes no longer; it decides nothing: whoever
lists opens each line through her desk view.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, exists, false, true

from knowledge_base.accounts import Account
from knowledge_base.desk_words.marks import above, is_current, light_of, with_its_record
from knowledge_base.rights import Role
from knowledge_base.stewardship import EVERYTHING
from knowledge_base.store import Store
from knowledge_base.tables import desk_readers, desk_records, records
from policies.facts import ARCHIVIST


@dataclass(frozen=True, slots=True)
class Way:
    """For whom she is asked, and of which records; `institutions` "" are all of them.

    `matters` are those of a steward; None for an archivist. `waits`: she may only say
    no yet, and what is secret is not hers.
    """

    party: str
    matters: tuple[str, ...] | None = None
    institutions: tuple[str, ...] = ("",)
    waits: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all that the party is asked is hers: then it is counted already."""
        return self.matters is None or EVERYTHING in self.matters

    def reaches(self, record: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a record is hers, asked of the database row by row."""
        which = self._which()
        if which is None:
            return true()
        return exists().where(records.c.id == record, which).correlate_except(records)

    def _which(self) -> ColumnElement[bool] | None:
        if self.matters is None:
            if "" in self.institutions:
                return None
            return records.c.institution_id.in_(self.institutions)
        if EVERYTHING in self.matters:
            return None
        itself = records.c.id.in_(self.matters)
        return itself | records.c.collection_id.in_(self.matters)


def ways_of(account: Account, *, with_waiting: bool = False) -> tuple[Way, ...]:
    """A steward's are her matters; an archivist's are the records of her institution.

    Where others read of it as well, a number alone would tell them what is there.
    `with_waiting`: also where she may only say no yet. Such a list is opened line by
    line through her desk; a count is not, and never has it.
    """
    ways = [
        Way(one.community, tuple(one.matters), waits=one.state != "active")
        for one in account.stewarding
        if one.state == "active" or (with_waiting and one.only_tightens)
    ]
    return (*ways, *as_archivist(account))


def as_archivist(account: Account) -> tuple[Way, ...]:
    scopes = tuple(sorted(account.scopes(Role.ARCHIVIST)))
    return (Way(ARCHIVIST, None, scopes),) if scopes else ()


def with_its_readers() -> FromClause:
    """What was worked out of each record, beside each who may open it."""
    return with_its_record().join(
        desk_readers, desk_readers.c.entry == desk_records.c.id
    )


def is_hers(store: Store, way: Way) -> list[ColumnElement[bool]]:
    """Whether a row of `with_its_readers` counts, and comes to her by that way."""
    hers = [
        desk_readers.c.reader == way.party,
        is_current(light_of(store)),
        way.reaches(desk_records.c.record_id),
    ]
    if way.waits:
        hers.append(desk_readers.c.is_secret == false())
    return hers


def is_kept_secret(record: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether it was worked out of the record that to be there is its people's secret.

    However long ago: where it is none any more, a list is a moment late with it.
    """
    return (
        exists()
        .select_from(
            desk_records.join(desk_readers, desk_readers.c.entry == desk_records.c.id)
        )
        .where(desk_records.c.record_id == record, desk_readers.c.is_secret == true())
        .correlate_except(desk_records, desk_readers)
    )


def lies_with(
    store: Store, way: Way, record: ColumnElement[str]
) -> ColumnElement[bool]:
    """Whether a record lies on her desk by that way, asked of the database."""
    of_it = desk_records.c.record_id == record
    return (
        exists()
        .select_from(with_its_readers())
        .where(of_it, *is_hers(store, way))
        .correlate_except(desk_records, desk_readers, records, above)
    )
