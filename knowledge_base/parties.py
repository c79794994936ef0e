"""Who can be asked: communities, their parts and seasons, and what each is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge_base import tables
from knowledge_base.keys import read_text
from knowledge_base.records import read_content
from knowledge_base.season_days import state_of
from policies.seasons import SeasonDays
from policies.truth import Truth


@dataclass(frozen=True, slots=True)
class Season:
    """`is_open` is what was said last, None while nobody has said; that counts as
    closed. With `days` it is open on these alone, as they were `written`.
    """

    id: str
    community: str
    name: str
    is_open: bool | None
    days: SeasonDays | None = None
    written: tuple[str, str, str] = ("", "", "")  # opens, closes, time zone

    def is_open_on(self, day: date) -> bool:
        return bool(self.is_open) and (self.days is None or self.days.is_open_on(day))

    @property
    def turned(self) -> tuple[Truth, SeasonDays | None]:
        """What was said of it, as the rulebook is told, and its days."""
        return Truth.of(self.is_open), self.days


def season_of(row: Row[Any], id: str, name: str) -> Season:
    """The season of a row that has its other columns, and whose community it is of."""
    state, days = state_of(row)
    is_open = None if state is Truth.UNKNOWN else state is Truth.TRUE
    written = (row.opens or "", row.closes or "", row.zone or "")
    return Season(id, row.community_id, name, is_open, days, written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A party with a say of its own. `part_of` is None for a whole people or group."""

    id: str
    name: str
    own_name: str
    part_of: str | None
    state: str
    needs_second: bool
    seasons: tuple[Season, ...]


def communities(db: Connection) -> tuple[Community, ...]:
    """All of them, by name, in one query; the seasons of each by name."""
    of: dict[str, list[Row[Any]]] = {}
    for row in db.execute(_EACH):
        of.setdefault(row.id, []).append(row)
    listed = [_community(db, rows) for rows in of.values()]
    return tuple(sorted(listed, key=lambda one: (one.name, one.id)))


_parties, _seasons = tables.communities, tables.seasons
_EACH = (
    select(
        _parties,
        tables.records.c.content,
        tables.contents.c.salt,
        tables.contents.c.text,
        _seasons.c.id.label("season"),
        _seasons.c.name.label("season_name"),
        _seasons.c.community_id,
        _seasons.c.is_open,
        _seasons.c.opens,
        _seasons.c.closes,
        _seasons.c.zone,
    )
    .join_from(_parties, tables.records, tables.records.c.id == _parties.c.id)
    .outerjoin(
        tables.contents, tables.contents.c.commitment == tables.records.c.content
    )
    .outerjoin(_seasons, _seasons.c.community_id == _parties.c.id)
)


def _community(db: Connection, rows: Sequence[Row[Any]]) -> Community:
    """The community of these rows, one for each of its seasons."""
    first = rows[0]
    said = read_content(read_text(db, first.content, first.salt, first.text))
    seasons = [
        season_of(row, row.season, row.season_name)
        for row in rows
        if row.season is not None
    ]
    return Community(
        id=first.id,
        name=(said.get("name") or ("",))[0],
        own_name=(said.get("own_name") or ("",))[0],
        part_of=first.part_of,
        state=first.state,
        needs_second=first.needs_second,
        seasons=tuple(sorted(seasons, key=lambda one: (one.name, one.id))),
    )


def names_of(db: Connection) -> dict[str, str]:
    """Party id -> the name under which it is shown."""
    return {one.id: one.name for one in communities(db)}
