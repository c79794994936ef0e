"""What stands of actors and records before a step: looked up, never judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.known import Known, read_known
from knowledge_base.notes import Note
from knowledge_base.sheet import chunks
from knowledge_base.steps import Erased


@dataclass(frozen=True, slots=True)
class Standing:
    """A record as the checks see it; everything is None or False for a new one."""

    kind: str | None = None
    institution: str | None = None
    collection: str | None = None
    is_erased: bool = False


_NEW = Standing()


class Inquiry:
    """What the checks look up, each thing once per batch."""

    def __init__(self, db: Connection, notes: Sequence[Note]) -> None:
        self.db, self.notes = db, notes
        self._roles: dict[str, frozenset[tuple[str, str]]] = {}
        self._stewarding: dict[tuple[str, str], tuple[str, ...] | None] = {}
        self._records: dict[str, Standing] | None = None

    def roles(self, account: str) -> frozenset[tuple[str, str]]:
        """(role, institution) pairs of an account in good standing."""
        if account not in self._roles:
            table = tables.roles
            found = self.db.execute(
                select(table.c.role, table.c.institution_id)
                .join(tables.accounts, tables.accounts.c.id == table.c.account_id)
                .where(
                    table.c.account_id == account,
                    tables.accounts.c.is_suspended.is_(False),
                )
            )
            pairs = frozenset((row.role, row.institution_id) for row in found)
            self._roles[account] = pairs
        return self._roles[account]

    def matters(self, account: str, party: str) -> tuple[str, ...] | None:
        """What an active steward may answer for the party; None: no steward of it."""
        key = (account, party)
        if key not in self._stewarding:
            table = tables.stewards
            row = self.db.execute(
                select(table.c.matters)
                .join(tables.accounts, tables.accounts.c.id == table.c.account_id)
                .where(
                    table.c.account_id == account,
                    table.c.community_id == party,
                    table.c.state == "active",
                    tables.accounts.c.is_suspended.is_(False),
                )
            ).first()
            self._stewarding[key] = None if row is None else tuple(row.matters)
        return self._stewarding[key]

    def is_any_steward(self, account: str) -> bool:
        table = tables.stewards
        found = select(table.c.account_id).where(table.c.account_id == account)
        return self.db.execute(found).first() is not None

    def known(self, record: str | None) -> Known:
        """The sum of the record's steps; that of an empty one where there is none."""
        table = tables.records
        found = select(table.c.facts).where(table.c.id == record)
        return read_known(self.db.scalar(found) or {})

    def record(self, id: str) -> Standing:
        if self._records is None:
            self._records = self._find_records()
        return self._records.get(id, _NEW)

    def _find_records(self) -> dict[str, Standing]:
        # An import brings hundreds of notes: one by one they cost a fifth of it.
        table = tables.records
        columns = (
            table.c.id,
            table.c.kind,
            table.c.institution_id,
            table.c.collection_id,
            table.c.content_hash,
        )
        erased_now = {x.record for x in self.notes if isinstance(x.step, Erased)}
        return {
            id: Standing(
                kind, institution, collection, hash is None or id in erased_now
            )
            for some in chunks(one.record for one in self.notes)
            for id, kind, institution, collection, hash in self.db.execute(
                select(*columns).where(table.c.id.in_(some))
            )
        }
