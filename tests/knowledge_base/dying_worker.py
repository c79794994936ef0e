"""Workers that a power cut ends at a commit, each a fork of one loaded process.

Each line that it reads is "URL NOW MOMENT", and is answered by how the worker ended as
`os.waitpid` tells it. The moment 0 lets it live.
"""

import os
import sys
from datetime import datetime

from knowledge_base.store import Store
from knowledge_base.work import work
from policies.rulebook import Rulebook
from tests.knowledge_base.conftest import OWN_WIKI
from tests.withcare.mortal import die_at


def live(url: str, now: str, moment: str) -> None:
    moment_of_the_clock = datetime.fromisoformat(now)
    rulebook = Rulebook.shipped()
    store = Store.open(url, rulebook=rulebook, destinations=(OWN_WIKI,))
    die_at(int(moment))
    for _ in work(store, worker="mortal", clock=lambda: moment_of_the_clock):
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
    Rulebook.shipped()
    main()
