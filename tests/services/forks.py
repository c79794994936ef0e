"""A process that loads everything once, and does each thing it is asked in a fork.

One line of JSON asks, one answers: {"status": N} as `os.waitpid` tells it.
"""

import json
import os
import sys
from collections.abc import Callable
from typing import IO


def serve(live: Callable[..., None]) -> None:
    """Until nobody asks any more; `live` gets what was asked, and ends its fork."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            live(**json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({"status": status}) + "\n")
        sys.stdout.flush()


def ask(talk: IO[str], listen: IO[str], **asked: object) -> int:
    """How the fork ended that was asked this; `listen` answers what `talk` is told."""
    talk.write(json.dumps(asked) + "\n")
    talk.flush()
    status: int = json.loads(listen.readline())["status"]
    return status
