"""One of those who are at the store at once, in a process of its own.

Run as `python -m tests.knowledge_base.one_of_many ROLE`; the first line that it reads
is what it has to know, as JSON. It ends with 0 when all that it had to do is done.
"""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from knowledge_base.approving import Complete
from knowledge_base.exchange.importing import import_file
from knowledge_base.flags import FlagAgainst, flag
from knowledge_base.history import journeys_in
from knowledge_base.journeys import State
from knowledge_base.kinds import shipped_kinds
from knowledge_base.steps import ANYONE, Actor, Voice
from knowledge_base.store import Store
from knowledge_base.work import work
from knowledge_base.workflow import Stale
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, WIKI, World, intended, saved

ROUNDS, LOOKS = 12, 3_000
Told = Mapping[str, Any]


def again_while_stale(act: Callable[[], Any]) -> Any:
    """As a person does who is told that the record has moved on: she looks again."""
    while True:
        try:
            return act()
        except Stale:
            continue


def be_worker(world: World, told: Told) -> None:
    """Its clock runs ahead of the others', so that leases run out under them."""

    def clock() -> datetime:
        world.now += timedelta(seconds=7)
        return world.now

    for _ in range(ROUNDS):
        for _turn in work(world.store, worker=told["name"], clock=clock):
            pass
        world.now += timedelta(minutes=1)


def be_reviewer(world: World, told: Told) -> None:
    """Says yes to her records, and raises a flag against one that all are at."""
    for record in told["mine"]:
        outcome = again_while_stale(partial(world.approve, record, world.steward))
        assert outcome == Complete()
        again_while_stale(partial(raise_flag, world, told["shared"]))


def raise_flag(world: World, record: str) -> None:
    against = FlagAgainst(against="not-written-yet", is_grave=False)
    seen, now = world.length(record), world.later()
    flag(world.store, record, against, seen=seen, by=ANYONE, now=now)


def be_import(world: World, told: Told) -> None:
    import_file(
        world.store,
        Path(told["file"]),
        collection=told["collection"],
        kind=shipped_kinds()["item"],
        towards=(WIKI,),
        by=world.archivist,
        now=world.later,
    )


def be_bot(world: World, told: Told) -> None:
    """Publishes what comes to be approved, step by step as the bot does."""
    left = set(told["all"])
    for _ in range(LOOKS):
        with world.store.reading() as db:
            found = journeys_in(db, WIKI, (State.APPROVED,))
            due = [one.record for one in found if one.record in left]
        for record in due:
            again_while_stale(partial(world.take, record, intended()))
            again_while_stale(partial(world.take, record, saved()))
            left.remove(record)
        if not left:
            return
    raise SystemExit(f"{len(left)} pages were never to be published")


ROLES: Mapping[str, Callable[[World, Told], None]] = {
    "worker": be_worker,
    "reviewer": be_reviewer,
    "import": be_import,
    "bot": be_bot,
}


def main(role: str) -> None:
    rulebook = Rulebook.shipped()
    told = json.loads(sys.stdin.readline())
    store = Store.open(
        told["url"], rulebook=rulebook, destinations=(OWN_WIKI,), keys=None
    )
    steward = Actor(Voice.COMMUNITY, account=told["steward"], party=told["people"])
    archivist = Actor(
        Voice.INSTITUTION, account=told["archivist"], reason="own-collection"
    )
    now = datetime.fromisoformat(told["now"])
    world = World(store, now=now, steward=steward, archivist=archivist)
    ROLES[role](world, told)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])
