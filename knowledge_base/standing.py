"""Whether the actor of a step stands where the step says: the table of rights, asked.

Nothing here loosens: each check can only refuse. The refusals that protect a
community from those who run the software stand together at the end.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, Table, func, select

from knowledge_base import steps, tables
from knowledge_base.known import Known, read_known
from knowledge_base.notes import Note
from knowledge_base.rights import NEEDED_ROLE, RIGHTS, Forbidden, Role
from knowledge_base.sheet import chunks
from knowledge_base.steps import Voice
from knowledge_base.stewardship import may_confirm, must_be_confirmed
from policies.facts import ARCHIVIST


def check(db: Connection, notes: Sequence[Note]) -> None:
    """Raises `Forbidden` for the first note that is not its actor's to take."""
    desk = _Desk(db, notes)
    for one in notes:
        if one.by.voice not in RIGHTS[type(one.step)]:
            raise Forbidden(one.step.kind, "nobody may take it in that name.")
        _BY_VOICE[one.by.voice](desk, one)
        extra = _BY_STEP.get(type(one.step))
        if extra is not None:
            extra(desk, one)


class _Desk:
    """What the checks look up, each thing once per batch."""

    def __init__(self, db: Connection, notes: Sequence[Note]) -> None:
        self.db, self.notes = db, notes
        self._roles: dict[str, frozenset[tuple[str, str]]] = {}
        self._stewarding: dict[tuple[str, str], tuple[str, ...] | None] = {}
        self._records: dict[str, tuple[str | None, str | None]] | None = None

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

    def record(self, id: str) -> tuple[str | None, str | None]:
        """(institution, collection) of a record; (None, None) for a new one."""
        if self._records is None:
            self._records = self._find_records()
        return self._records.get(id, (None, None))

    def _find_records(self) -> dict[str, tuple[str | None, str | None]]:
        # An import brings hundreds of notes: one by one they cost a fifth of it.
        table = tables.records
        columns = (table.c.id, table.c.institution_id, table.c.collection_id)
        return {
            id: (institution, collection)
            for some in chunks(one.record for one in self.notes)
            for id, institution, collection in self.db.execute(
                select(*columns).where(table.c.id.in_(some))
            )
        }


# --- by voice


def _software(desk: _Desk, one: Note) -> None:
    if one.by.account is not None:
        raise Forbidden(one.step.kind, "software signs with no person's account.")


def _anyone(desk: _Desk, one: Note) -> None:
    if one.by.account is not None:
        raise Forbidden(one.step.kind, "a report carries no account.")


def _with_role(desk: _Desk, one: Note) -> None:
    role = NEEDED_ROLE[one.by.voice]
    held = desk.roles(one.by.account or "")
    institution, _ = desk.record(one.record)
    if any(
        name == role and (institution is None or scope in ("", institution))
        for name, scope in held
    ):
        return
    raise Forbidden(one.step.kind, f"it needs the role of an {role.value}.")


def _institution(desk: _Desk, one: Note) -> None:
    _with_role(desk, one)
    if one.by.reason is None:
        raise Forbidden(one.step.kind, "an institution gives its reason.")


def _community(desk: _Desk, one: Note) -> None:
    account, party = one.by.account, one.by.party
    if account is None or party is None:
        raise Forbidden(one.step.kind, "a community's word has a person.")
    if _speaker(one.step) not in (None, party):
        raise Forbidden(one.step.kind, "one party does not speak for another.")
    if isinstance(one.step, steps.StewardConfirmed):
        if not may_confirm(desk.db, account, party):
            raise Forbidden(one.step.kind, "a second person of the community confirms.")
        return
    matters = desk.matters(account, party)
    if matters is None:
        raise Forbidden(one.step.kind, "only a steward of that community may.")
    _, collection = desk.record(one.record)
    if not {"*", party, one.record, collection} & {*matters} and one.record != party:
        raise Forbidden(one.step.kind, "this matter is another steward's.")


def _speaker(step: steps.Step) -> str | None:
    """The party in whose name the step is said, if it names one."""
    if isinstance(step, steps.Asked | steps.Held):
        return None  # here the party is the one that is to answer
    party: str | None = getattr(step, "party", None)
    return party or getattr(step, "community", None)


def _own(desk: _Desk, one: Note) -> None:
    if one.by.account is None or one.record != one.by.account:
        raise Forbidden(one.step.kind, "a person's own words are her own.")


_BY_VOICE: Mapping[Voice, Callable[[_Desk, Note], None]] = {
    Voice.SOFTWARE: _software,
    Voice.ANYONE: _anyone,
    Voice.INSTITUTION: _institution,
    Voice.OPERATOR: _with_role,
    Voice.COMMUNITY: _community,
    Voice.OWN: _own,
}


# --- by step: what protects a community from those who run the software


def _first_account_only(desk: _Desk, one: Note) -> None:
    """Software may make the very first account, so that there is an operator."""
    if one.by.voice is Voice.SOFTWARE and _count(desk.db, tables.roles):
        raise Forbidden(one.step.kind, "accounts are made by an operator.")
    if one.by.voice is Voice.ANYONE and not _joins(desk, one.record):
        raise Forbidden(one.step.kind, "an account is made by joining or by request.")


def _count(db: Connection, table: Table) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def _joins(desk: _Desk, account: str) -> bool:
    return any(
        isinstance(one.step, steps.StewardJoined) and one.step.account == account
        for one in desk.notes
    )


def _role_given(desk: _Desk, one: Note) -> None:
    assert isinstance(one.step, steps.RoleGiven)
    _first_account_only(desk, one)
    if one.step.role not in {role.value for role in Role}:
        raise Forbidden(one.step.kind, "nobody can give that role.")
    if desk.is_any_steward(one.record):
        raise Forbidden(one.step.kind, "a steward holds no role of an institution.")


def _link_made(desk: _Desk, one: Note) -> None:
    if one.by.voice is not Voice.OWN and desk.is_any_steward(one.record):
        raise Forbidden(one.step.kind, "only a steward opens a way to her account.")


def _steward_joined(desk: _Desk, one: Note) -> None:
    assert isinstance(one.step, steps.StewardJoined)
    if desk.roles(one.step.account):
        raise Forbidden(one.step.kind, "a role of an institution excludes it.")
    table = tables.invitations
    row = desk.db.execute(
        select(table).where(table.c.id == one.step.invitation)
    ).first()
    if row is None or row.used_by is not None or row.community_id != one.record:
        raise Forbidden(one.step.kind, "there is no such invitation.")
    if row.recorded_by == one.step.account:
        raise Forbidden(one.step.kind, "whoever recorded an invitation cannot join.")
    if must_be_confirmed(desk.db, one.record) and not one.step.waits_for_second:
        raise Forbidden(one.step.kind, "a second person of the community confirms.")


def _steward_confirmed(desk: _Desk, one: Note) -> None:
    assert isinstance(one.step, steps.StewardConfirmed)
    if one.by.party != one.record or one.by.account == one.step.account:
        raise Forbidden(one.step.kind, "a second person of the community confirms.")


def _answered(desk: _Desk, one: Note) -> None:
    if (
        one.by.voice is Voice.INSTITUTION
        and getattr(one.step, "party", None) != ARCHIVIST
    ):
        raise Forbidden(one.step.kind, "an institution answers only for itself.")


def _season(desk: _Desk, one: Note) -> None:
    if one.by.party != one.record:
        raise Forbidden(one.step.kind, "a season is its community's own.")


def _concern(desk: _Desk, one: Note) -> None:
    assert isinstance(one.step, steps.ConcernAnswered)
    if one.by.voice is Voice.COMMUNITY:
        near = {one.by.party, *_kin(desk.db, one.by.party or "")}
        if one.step.concern != "named" or not set(one.step.parties) <= near:
            raise Forbidden(one.step.kind, "a community speaks of itself alone.")
        return
    before = set(_known(desk, one.record).concern.parties)
    for party in before - set(one.step.parties):
        if _has_spoken(desk.db, one.record, party):
            raise Forbidden(one.step.kind, "a party that has spoken stays concerned.")


def _asks(desk: _Desk, one: Note) -> None:
    """Whoever is to answer gets to see the record: a community asks only its own.

    Its parts, its whole, and whoever is concerned with the record already.
    """
    assert isinstance(one.step, steps.Asked | steps.Held)
    if one.by.voice is not Voice.COMMUNITY or one.step.party is None:
        return
    near = {one.by.party, *_kin(desk.db, one.by.party or "")}
    near |= set(_known(desk, one.record).concern.parties)
    if one.step.party not in near:
        raise Forbidden(one.step.kind, "a community asks only its own.")


def _kin(db: Connection, party: str) -> set[str]:
    """The parts of a party, and the whole it is a part of."""
    table = tables.communities
    parts = db.scalars(select(table.c.id).where(table.c.part_of == party))
    whole = db.scalars(select(table.c.part_of).where(table.c.id == party))
    return {id for id in (*parts, *whole) if id is not None}


def _flag_answered(desk: _Desk, one: Note) -> None:
    assert isinstance(one.step, steps.FlagAnswered)
    known = _known(desk, one.record)
    flag = next((x for x in known.flags if x.id == one.step.flag), None)
    if flag is None:
        raise Forbidden(one.step.kind, "there is no such open flag.")
    if one.by.voice is Voice.COMMUNITY:
        answers = {flag.party} if flag.party else set(known.concern.parties)
        if one.by.party not in answers:
            raise Forbidden(one.step.kind, "it waits for another party.")
    elif flag.party not in (None, "archivist") or known.concern.answer == "named":
        raise Forbidden(one.step.kind, "those concerned answer it.")


def _known(desk: _Desk, record: str) -> Known:
    facts = desk.db.scalar(
        select(tables.records.c.facts).where(tables.records.c.id == record)
    )
    return read_known(facts or {})


def _has_spoken(db: Connection, record: str, party: str) -> bool:
    """Whether the party answered for the record, or has anybody who could."""
    said = select(tables.words.c.id).where(
        tables.words.c.record_id == record, tables.words.c.party == party
    )
    present = select(tables.communities.c.id).where(
        tables.communities.c.id == party, tables.communities.c.state == "present"
    )
    return any(db.execute(query).first() is not None for query in (said, present))


_BY_STEP: Mapping[type[steps.Step], Callable[[_Desk, Note], None]] = {
    steps.Answered: _answered,
    steps.Refused: _answered,
    steps.WithdrawalAsked: _answered,
    steps.AccountAdded: _first_account_only,
    steps.RoleGiven: _role_given,
    steps.LinkMade: _link_made,
    steps.StewardJoined: _steward_joined,
    steps.StewardConfirmed: _steward_confirmed,
    steps.SeasonNamed: _season,
    steps.SeasonTurned: _season,
    steps.ConcernAnswered: _concern,
    steps.FlagAnswered: _flag_answered,
    steps.Asked: _asks,
    steps.Held: _asks,
}
