"""Workers that a power cut ends before a commit, each a fork of one loaded process.

Each line that it reads is "URL NOW MOMENT KIND", and is answered by how the worker
ended as `os.waitpid` tells it. The moment is the commit that is never made, counted
from 1 on; 0 lets it live. Only commits of something written are counted: to be killed
while one reads is to be killed after what was written last. The kind is "all", or one.
"""

import os
import signal
import sys
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, event

from knowledge_base.store import Store
from knowledge_base.work import work
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI

WRITES = ("INSERT", "UPDATE", "DELETE")
WRITTEN = "written"
RULEBOOK = Rulebook.shipped()


def die_before(moment: int) -> None:
    """Puts a power cut before that commit of this process."""
    passed = 0

    def see(db: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            db.info[WRITTEN] = True

    def cut(db: Connection) -> None:
        nonlocal passed
        passed += bool(db.info.pop(WRITTEN, False))
        if passed == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", see)
    event.listen(Engine, "rollback", lambda db: db.info.pop(WRITTEN, False))
    event.listen(Engine, "commit", cut)


def live(url: str, now: str, moment: str, kind: str) -> None:
    at = datetime.fromisoformat(now)
    store = Store.open(url, rulebook=RULEBOOK, destinations=(OWN_WIKI,), keys=None)
    if int(moment):
        die_before(int(moment))
    only = None if kind == "all" else kind
    for _ in work(store, worker="mortal", clock=lambda: at, only=only):
        pass
    store.close()


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(*line.split())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
