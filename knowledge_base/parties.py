"""Who can be asked: communities and their parts, and what each is called."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from knowledge_base import tables
from knowledge_base.records import find_records


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A party with a say of its own. `part_of` is None for a whole people or group."""

    id: str
    name: str
    own_name: str
    part_of: str | None
    state: str
    needs_second: bool


def communities(db: Connection) -> tuple[Community, ...]:
    """All of them, by name."""
    rows = {row.id: row for row in db.execute(select(tables.communities))}
    found = find_records(db, rows)
    listed = [
        Community(
            id=id,
            name=found[id].first("name"),
            own_name=found[id].first("own_name"),
            part_of=row.part_of,
            state=row.state,
            needs_second=row.needs_second,
        )
        for id, row in rows.items()
    ]
    return tuple(sorted(listed, key=lambda one: (one.name, one.id)))


def names_of(db: Connection) -> dict[str, str]:
    """Party id -> the name under which it is shown."""
    return {one.id: one.name for one in communities(db)}
