"""Imports one file in a process of its own, so that a test can kill it."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from knowledge_base.exchange import elsewhere
from knowledge_base.exchange.importing import import_file
from knowledge_base.kinds import shipped_kinds
from knowledge_base.steps import Actor, Voice
from knowledge_base.store import Store
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI, WIKI


def take_in(url: str, path: str, collection: str, account: str, where: str) -> None:
    """Says "go" when everything is loaded and the first row is about to be read.

    `where` the rows are read, "here" or "elsewhere".
    """
    elsewhere.LARGE = 0 if where == "elsewhere" else 1 << 40
    store = Store.open(
        url, rulebook=Rulebook.shipped(), destinations=(OWN_WIKI,), keys=None
    )
    sys.stdout.write("go\n")
    sys.stdout.flush()
    import_file(
        store,
        Path(path),
        collection=collection,
        kind=shipped_kinds()["item"],
        towards=(WIKI,),
        by=Actor(Voice.INSTITUTION, account=account, reason="own-collection"),
        now=lambda: datetime.now(UTC),
    )
    store.close()


if __name__ == "__main__":
    take_in(*sys.argv[1:])
