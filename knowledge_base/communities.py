"""Communities, their parts, their seasons, and who may answer for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from knowledge_base import steps, tables
from knowledge_base.history import length_of
from knowledge_base.identity import new_id
from knowledge_base.names import check_name
from knowledge_base.notes import Note
from knowledge_base.parties import Community as Community
from knowledge_base.parties import Season as Season
from knowledge_base.parties import communities as communities
from knowledge_base.parties import names_of as names_of
from knowledge_base.parties import season_of
from knowledge_base.receiving import receive
from knowledge_base.records import RawContent, content_text, hash_of
from knowledge_base.reopening import labelled_for
from knowledge_base.steps import Actor
from knowledge_base.stewardship import EVERYTHING, covers
from knowledge_base.store import Store
from knowledge_base.tightening import tighten_or_leave
from knowledge_base.workflow import note


@dataclass(frozen=True, slots=True, kw_only=True)
class Stewarding:
    """What an account may answer for; `state` is waiting, active, suspended, left.

    `was_opened` is whether anybody of the community ever answered here.
    """

    account: str
    community: str
    matters: tuple[str, ...]
    state: str
    was_opened: bool

    @property
    def is_for_everything(self) -> bool:
        """Whether it may answer for the whole community today."""
        return self.state == "active" and EVERYTHING in self.matters

    def covers(self, record: str, collection: str | None) -> bool:
        """Whether it may answer for the record today."""
        return self.state == "active" and covers(self.matters, record, collection)

    @property
    def only_tightens(self) -> bool:
        """Whether it waits in a place that never opened: it may say no, and no yes."""
        return self.state == "waiting" and not self.was_opened


def add_community(
    store: Store,
    content: Mapping[str, tuple[str, ...]],
    *,
    by: Actor,
    now: datetime,
    part_of: str | None = None,
    institution: str | None = None,
) -> str:
    """A community that is named, not yet present; returns its id.

    Its first steward waits for a second person, until it says that one is enough.
    Raises `NotAName` for one that holds letters nobody sees.
    """
    for written in (*content.get("name", ()), *content.get("own_name", ())):
        check_name(written)
    step = steps.CommunityAdded(part_of=part_of, needs_second=True)
    return receive(
        store,
        "community",
        content,
        by=by,
        now=now,
        institution=institution,
        with_it=(step,),
    )


def community_as(
    db: Connection, content: RawContent, part_of: str | None
) -> str | None:
    """The community that was named with just these words, as a part of the same one.

    None: there is none. Two of one name differ in something else, or are one.
    """
    of, parties = tables.records, tables.communities
    found = select(of.c.id).join(parties, parties.c.id == of.c.id)
    same_words = of.c.content_hash == hash_of(content_text(content))
    same_place = parties.c.part_of.is_not_distinct_from(part_of)
    id = db.scalars(found.where(same_words, same_place)).first()
    return None if id is None else str(id)


def confirm(
    store: Store, community: str, account: str, *, by: Actor, now: datetime
) -> None:
    """A second person of the community confirms a steward."""
    _about(store, community, steps.StewardConfirmed(account=account), by=by, now=now)


def suspend(
    store: Store, community: str, account: str, *, by: Actor, now: datetime
) -> None:
    """The one emergency power: it only tightens."""
    _about(store, community, steps.StewardSuspended(account=account), by=by, now=now)


def leave(store: Store, community: str, *, by: Actor, now: datetime) -> None:
    """She herself is a steward no longer; what she said stands."""
    step = steps.StewardLeft(account=by.account or "")
    _about(store, community, step, by=by, now=now)


def lift_suspension(
    store: Store, community: str, account: str, *, by: Actor, now: datetime
) -> None:
    """Another steward, who answers for everything, lets her answer again."""
    _about(store, community, steps.SuspensionLifted(account=account), by=by, now=now)


def name_season(
    store: Store, community: str, name: str, *, by: Actor, now: datetime
) -> str:
    """A season of the community's own; closed until it says otherwise."""
    step = steps.SeasonNamed(season=new_id(), name=name)
    _about(store, community, step, by=by, now=now)
    return step.season


def turn_season(
    store: Store,
    community: str,
    season: str,
    *,
    is_open: bool,
    by: Actor,
    now: datetime,
) -> int:
    """Opens or closes a season; returns how many pages it closes at once."""
    step = steps.SeasonTurned(season=season, is_open=is_open)
    return _turned(store, community, step, by=by, now=now)


def date_season(
    store: Store,
    community: str,
    season: str,
    *,
    opens: str,
    closes: str,
    zone: str,
    by: Actor,
    now: datetime,
) -> int:
    """Gives a season its days, or with "" takes them; returns how many close at once.

    From then on it is open on its days and on no other. Without days it is closed
    until its community opens it. Raises `NotDays` and `NoSuchZone`.
    """
    step = steps.SeasonDated(season=season, opens=opens, closes=closes, zone=zone)
    return _turned(store, community, step, by=by, now=now)


def _turned(
    store: Store,
    community: str,
    step: steps.SeasonTurned | steps.SeasonDated,
    *,
    by: Actor,
    now: datetime,
) -> int:
    _about(store, community, step, by=by, now=now)
    with store.reading() as db:
        touched = labelled_for(db, step.season)
    return tighten_or_leave(store, touched, now=now)


def _about(
    store: Store, community: str, step: steps.Step, *, by: Actor, now: datetime
) -> None:
    with store.reading() as db:
        seen = length_of(db, community)
    note(store, [Note(record=community, seen=seen, step=step, by=by)], now=now)


def stewards_of(db: Connection, community: str) -> tuple[Stewarding, ...]:
    held, parties = tables.stewards, tables.communities
    found = db.execute(
        select(*STEWARDING)
        .join_from(held, parties, parties.c.id == held.c.community_id)
        .where(held.c.community_id == community)
    )
    return tuple(stewarding(row) for row in found)


STEWARDING: tuple[ColumnElement[Any], ...] = (
    tables.stewards.c.account_id,
    tables.stewards.c.community_id,
    tables.stewards.c.matters,
    tables.stewards.c.state,
    tables.communities.c.state.label("place"),
)


def stewarding(row: Row[Any]) -> Stewarding:
    """What a row with the columns of STEWARDING says."""
    return Stewarding(
        account=row.account_id,
        community=row.community_id,
        matters=tuple(row.matters),
        state=row.state,
        was_opened=row.place != "named",
    )


def seasons_of(db: Connection, community: str) -> tuple[Season, ...]:
    table = tables.seasons
    found = db.execute(select(table).where(table.c.community_id == community))
    return tuple(season_of(row, row.id, row.name) for row in found)
