"""What stands of actors and records before a step: looked up, never judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from knowledge_base import tables
from knowledge_base.institutions import is_institution
from knowledge_base.known import Known
from knowledge_base.notes import Note
from knowledge_base.sealed_facts import read_sealed
from knowledge_base.sheet import chunks
from knowledge_base.steps import Erased, Received


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
        self._reaches: dict[tuple[str, str], frozenset[str]] = {}
        self._stewarding: dict[tuple[str, str], tuple[str, ...] | None] = {}
        self._records: dict[str, Standing] | None = None
        self._elsewhere: dict[str, str | None] = {}  # collections, mostly
        self._arriving = {
            one.record: one.step for one in notes if isinstance(one.step, Received)
        }

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

    def reach(self, account: str, role: str) -> frozenset[str]:
        """For which institutions it holds the role in good standing; "": for all."""
        key = (account, role)
        if key not in self._reaches:
            held = self.roles(account)
            self._reaches[key] = frozenset(
                scope for name, scope in held if name == role
            )
        return self._reaches[key]

    def scopes(self, account: str) -> frozenset[str]:
        """All institutions of an account's roles, "" for all there are, suspended too.

        Nothing for one that holds no role, a steward's among them.
        """
        table = tables.roles
        found = select(table.c.institution_id).where(table.c.account_id == account)
        return frozenset(self.db.scalars(found))

    def holds(self, account: str, role: str, institution: str) -> bool:
        table = tables.roles
        found = select(table.c.role).where(
            table.c.account_id == account,
            table.c.role == role,
            table.c.institution_id == institution,
        )
        return self.db.execute(found).first() is not None

    def is_new(self, account: str) -> bool:
        """Whether the account comes into being only with this batch."""
        table = tables.accounts
        found = select(table.c.id).where(table.c.id == account)
        return self.db.execute(found).first() is None

    def has_password(self, account: str) -> bool:
        table = tables.accounts
        found = select(table.c.password).where(table.c.id == account)
        return self.db.scalar(found) is not None

    def is_institution(self, id: str) -> bool:
        return is_institution(self.db, id)

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

    def waiting_matters(self, account: str, party: str) -> tuple[str, ...] | None:
        """What a steward waits to answer for in a place that never opened; or None."""
        table, parties = tables.stewards, tables.communities
        row = self.db.execute(
            select(table.c.matters)
            .join(tables.accounts, tables.accounts.c.id == table.c.account_id)
            .join(parties, parties.c.id == table.c.community_id)
            .where(
                table.c.account_id == account,
                table.c.community_id == party,
                table.c.state == "waiting",
                parties.c.state == "named",
                tables.accounts.c.is_suspended.is_(False),
            )
        ).first()
        return None if row is None else tuple(row.matters)

    def is_any_steward(self, account: str) -> bool:
        table = tables.stewards
        found = select(table.c.account_id).where(table.c.account_id == account)
        return self.db.execute(found).first() is not None

    def known(self, record: str | None) -> Known:
        """The sum of the record's steps; that of an empty one where there is none."""
        table = tables.records
        found = select(table.c.facts).where(table.c.id == record)
        return read_sealed(self.db, record or "", self.db.scalar(found) or {})

    def institution(self, record: str) -> str | None:
        """Whose the record is, or will be with this batch; None: no institution's."""
        if self.record(record) is not _NEW:
            return self.record(record).institution
        if record in self._arriving:
            return self._arriving[record].institution
        if record not in self._elsewhere:
            table = tables.records
            found = select(table.c.institution_id).where(table.c.id == record)
            self._elsewhere[record] = self.db.scalar(found)
        return self._elsewhere[record]

    def record(self, id: str) -> Standing:
        if self._records is None:
            self._records = self._find_records()
        return self._records.get(id, _NEW)

    def _find_records(self) -> dict[str, Standing]:
        # An import brings hundreds of notes: one by one they cost a fifth of it.
        erased_now = {x.record for x in self.notes if isinstance(x.step, Erased)}
        return {
            id: Standing(
                kind, institution, collection, hash is None or id in erased_now
            )
            for some in chunks(one.record for one in self.notes)
            for id, kind, institution, collection, hash in self.db.execute(
                _STANDING, {"ids": some}
            )
        }


_STANDING = select(
    tables.records.c.id,
    tables.records.c.kind,
    tables.records.c.institution_id,
    tables.records.c.collection_id,
    tables.records.c.content_hash,
).where(tables.records.c.id.in_(bindparam("ids", expanding=True)))
