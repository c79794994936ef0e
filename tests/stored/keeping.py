"""Keeps a small store of this release: `python -m tests.stored.keeping NAME`.

It writes `NAME.sqlite.gz`, the database as a file, `NAME.zip`, its backup, `NAME.json`,
what anybody found in it then, and the same store as a dump of the two servers,
`NAME.postgresql.sql.gz` and `NAME.mariadb.sql.gz`. None is ever written again.
"""

import gzip
import json
import sqlite3
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from knowledge_base import flags, steps, tables
from knowledge_base.backups import Since, back_up, restore
from knowledge_base.chain import head_of
from knowledge_base.flags import FlagAgainst
from knowledge_base.public import standing_view
from knowledge_base.steps import ANYONE
from knowledge_base.store import Store
from knowledge_base.versions import version_of
from tests.knowledge_base.conftest import START, WIKI, World, make_world
from tests.services import mariadb, postgresql
from tests.stored import dumps
from tests.stored.living import live_rarely

HERE = Path(__file__).parent


def main(name: str) -> None:
    """Raises `FileExistsError` where a release of that name is kept already."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "withcare.sqlite"
        world = make_world(f"sqlite:///{path}")
        live(world)
        back_up(world.store, HERE / f"{name}.zip", now=world.later())
        told = found_in(world.store, on=world.now)
        world.store.close()
        _as_one_file(path)
        with (HERE / f"{name}.sqlite.gz").open("xb") as file:
            file.write(gzip.compress(path.read_bytes(), mtime=0))
        with (HERE / f"{name}.json").open("x", encoding="utf-8") as file:
            file.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    keep_dumps(name)


def keep_dumps(name: str) -> None:
    """Fills both servers from the backup of that name, and writes what they hold."""
    head = tuple(json.loads((HERE / f"{name}.json").read_text("utf-8"))["head"])
    for server in (postgresql, mariadb):
        with server.running() as running:
            url = running.url(running.create_database())
            restore(url, HERE / f"{name}.zip", since=Since(newest=head), now=START)
            kept = gzip.compress(dumps.of(url).encode(), mtime=0)
        kind = server.__name__.rpartition(".")[2]
        with (HERE / f"{name}.{kind}.sql.gz").open("xb") as file:
            file.write(kept)


def live(world: World) -> None:
    """A record in each state that a life can come to, and a little of everything."""
    _published(world, "published")
    waiting = world.item(identifier="waiting", culture="Zephrindle (invented)")
    world.concern(waiting, "named", world.people)
    refused = world.item(identifier="refused")
    world.concern(refused, "named", world.people)
    world.refuse(refused, world.steward, "Not this one (invented).")
    withdrawn = _published(world, "withdrawn")
    world.withdraw(withdrawn, world.steward)
    done = steps.Withdrawn(destination=WIKI, probes=9, still_visible=0)
    world.take(withdrawn, done)
    erased = world.item(identifier="erased")
    world.take(erased, steps.Erased(), by=world.archivist)
    flagged = _published(world, "flagged")
    flags.flag(
        world.store,
        flagged,
        FlagAgainst(against="not-written-yet", is_grave=True),
        seen=world.length(flagged),
        by=ANYONE,
        now=world.later(),
    )
    _in_a_season(world)
    world.item_in_theirs()
    live_rarely(world)


def _published(world: World, identifier: str) -> str:
    record = world.item(identifier=identifier, title=f"面具 · قارب · {identifier}")
    world.concern(record, "named", world.people)
    world.approve(record, world.steward)
    world.publish(record)
    return record


def _in_a_season(world: World) -> None:
    season = world.season()
    world.turn(season, is_open=True)
    record = world.item(identifier="seasonal")
    world.concern(record, "named", world.people)
    world.label(record, "seasonal", season=season)
    world.approve(record, world.steward)
    world.publish(record)
    world.turn(season, is_open=False)


def found_in(store: Store, *, on: datetime) -> dict[str, Any]:
    """What is found in it: the head, each record's state, and what anyone may read."""
    table = tables.journeys
    day = (on + timedelta(days=1)).date()
    rows = select(table.c.record_id, table.c.state).order_by(table.c.record_id)
    with store.reading() as db:
        states = {row.record_id: row.state for row in db.execute(rows)}
        views = {id: standing_view(db, store, id, WIKI, on=day) for id in states}
        return {
            "at": on.isoformat(),
            "version": version_of(db),
            "head": list(head_of(db)),
            "states": states,
            "readable": [id for id, view in views.items() if view is not None],
            "shown": {id: one.canonical for id, one in views.items() if one},
        }


def _as_one_file(path: Path) -> None:
    """Carries what SQLite keeps beside a database into it."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    db.close()


if __name__ == "__main__":
    main(sys.argv[1])
